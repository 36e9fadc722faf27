//! Is a person's reported wage within the ceiling: which report decides, which employment is compared.

use std::cmp::Reverse;

use tepat_terms::{Month, Region};
use time::Date;

use super::ceiling::{Ceiling, ceiling};
use super::minimum_wage::MinimumWages;
use super::wage_rule::WageRule;

/// A wage as reported.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Report {
    /// The month the wage is for.
    pub(crate) month: Month,
    /// Rupiah for the whole of `wage_months`; positive.
    pub(crate) wage_rupiah: i64,
    /// Months that the wage covers, 1 to 12.
    pub(crate) wage_months: u8,
    pub(crate) reported_on: Date,
}

/// An employment that counts: active at the cut-off, wage recipient.
#[derive(Clone, Debug)]
pub(crate) struct Employment {
    /// The employer's region.
    pub(crate) region: Region,
    /// In any order, also those made after the cut-off.
    pub(crate) reports: Vec<Report>,
}

/// The report that decides for an employment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct DecidingReport {
    /// Index into the employment's reports.
    pub(crate) report: usize,
    /// Its wage for one month, rounded down to a whole rupiah.
    pub(crate) monthly_rupiah: i64,
}

/// What the rule says of the wage that was compared; ordered, a later one wins among equal wages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum WageVerdict {
    /// Over the ceiling.
    Over,
    /// Over what the tables know, where a UMK that they do not know may allow it.
    MinimumWageUnknown,
    /// Within the ceiling.
    Within,
}

/// The comparison that gave the verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Compared {
    pub(crate) verdict: WageVerdict,
    /// Index of the employment.
    pub(crate) employment: usize,
    pub(crate) monthly_rupiah: i64,
    pub(crate) ceiling: Ceiling,
}

/// The judgement on one person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WageJudgement {
    /// None when no employment has a report that counts.
    pub(crate) compared: Option<Compared>,
    /// One for each employment, same order; none where no report counts.
    pub(crate) deciding: Vec<Option<DecidingReport>>,
}

/// The last wage reported by the employer (Permenaker 14/2020 Pasal 3(2)e): of the reports made on or
/// before the cut-off that of the latest month, of those of one month the latest made, of equal ones
/// the first. None when no report was made by then.
pub(crate) fn deciding_report(reports: &[Report], cut_off: Date) -> Option<DecidingReport> {
    let (report, latest) = reports
        .iter()
        .enumerate()
        .filter(|(_, report)| report.reported_on <= cut_off)
        .max_by_key(|(index, report)| (report.month, report.reported_on, Reverse(*index)))?;
    // Rounded down: a fraction of a rupiah never carries a wage over the ceiling.
    Some(DecidingReport { report, monthly_rupiah: latest.wage_rupiah / i64::from(latest.wage_months) })
}

/// Judges a person by the highest monthly wage among the employments.
///
/// Of equal wages the one that passes is compared, else the one whose minimum wage is unknown; of those
/// the one with the higher ceiling, then the first.
pub(crate) fn judge(
    rule: &WageRule,
    cut_off: Date,
    employments: &[Employment],
    minimum_wages: &MinimumWages,
) -> WageJudgement {
    let deciding: Vec<Option<DecidingReport>> =
        employments.iter().map(|employment| deciding_report(&employment.reports, cut_off)).collect();
    let highest_rupiah = deciding.iter().flatten().map(|deciding| deciding.monthly_rupiah).max();
    let compared = deciding
        .iter()
        .zip(employments)
        .enumerate()
        .filter_map(|(index, (deciding, employment))| {
            let monthly_rupiah = deciding.as_ref()?.monthly_rupiah;
            (Some(monthly_rupiah) == highest_rupiah).then(|| {
                compare(rule, index, monthly_rupiah, ceiling(rule, employment.region, minimum_wages))
            })
        })
        .max_by_key(|one| (one.verdict, one.ceiling.amount_rupiah, Reverse(one.employment)));
    WageJudgement { compared, deciding }
}

fn compare(rule: &WageRule, employment: usize, monthly_rupiah: i64, ceiling: Ceiling) -> Compared {
    let verdict = if rule.comparison.passes(monthly_rupiah, ceiling.amount_rupiah) {
        WageVerdict::Within
    } else if ceiling.may_be_higher {
        WageVerdict::MinimumWageUnknown
    } else {
        WageVerdict::Over
    };
    Compared { verdict, employment, monthly_rupiah, ceiling }
}

#[cfg(test)]
mod tests;
