//! `VerifyWages`: a page of persons by one rule; one row, one result, same order.

use tepat_faults::Invalid;
use tepat_proto::wages as wire;
use time::Date;

use super::wire::{basis, date, index, month, region};
use crate::fault::WagesFault;
use crate::rules::table::WageTable;
use crate::rules::wage::{DecidingReport, Employment, Report, WageJudgement, WageVerdict, judge};

/// Most persons in a page.
const PERSONS_MAX: usize = 5_000;

/// Largest wage of a report, rupiah: 15 digits, as the files carry it.
const WAGE_RUPIAH_MAX: i64 = 999_999_999_999_999;

pub(super) fn answer(
    table: &WageTable,
    request: &wire::VerifyWagesRequest,
) -> Result<wire::VerifyWagesResponse, WagesFault> {
    let (cut_off, persons) = decode(request)?;
    let rule = table
        .rule(&request.rule_id)
        .ok_or_else(|| WagesFault::RuleUnknown { rule_id: request.rule_id.clone() })?;
    let minimum_wages = table.minimum_wages();
    let judged = persons.iter().map(|employments| judge(rule, cut_off, employments, minimum_wages));
    Ok(wire::VerifyWagesResponse {
        results: judged.map(|judgement| encode(&judgement)).collect(),
        wage_table_sha256: table.sha256().to_vec(),
    })
}

type Persons = Vec<Vec<Employment>>;

fn decode(request: &wire::VerifyWagesRequest) -> Result<(Date, Persons), Invalid> {
    let mut invalid = Invalid::new();
    if request.rule_id.is_empty() {
        invalid.add("rule_id", "must not be empty");
    }
    let cut_off = invalid.take("cut_off", date(request.cut_off));
    let count = request.persons.len();
    if !(1..=PERSONS_MAX).contains(&count) {
        invalid.add("persons", format!("1 to {PERSONS_MAX} wanted, found {count}"));
    }
    let mut persons = Vec::with_capacity(count.min(PERSONS_MAX));
    for (number, person) in request.persons.iter().enumerate().take(PERSONS_MAX) {
        let mut employments = Vec::with_capacity(person.employments.len());
        for (at, facts) in person.employments.iter().enumerate() {
            let path = || format!("persons[{number}].employments[{at}]");
            employments.extend(decode_employment(facts, path, &mut invalid));
        }
        persons.push(employments);
    }
    match cut_off {
        Some(cut_off) if invalid.is_empty() => Ok((cut_off, persons)),
        _ => Err(invalid),
    }
}

/// None when something is wrong with it. `path` is only worked out then.
fn decode_employment(
    facts: &wire::WageFacts,
    path: impl Fn() -> String,
    invalid: &mut Invalid,
) -> Option<Employment> {
    let region =
        region(facts.region_code).map_err(|problem| invalid.add(path() + ".region_code", problem)).ok();
    let mut reports = Vec::with_capacity(facts.reports.len());
    for (at, reported) in facts.reports.iter().enumerate() {
        let field = |name: &str| format!("{}.reports[{at}].{name}", path());
        reports.extend(decode_report(reported, field, invalid));
    }
    Some(Employment { region: region?, reports })
}

fn decode_report(
    reported: &wire::ReportedWage,
    field: impl Fn(&str) -> String,
    invalid: &mut Invalid,
) -> Option<Report> {
    let month = month(reported.month).map_err(|problem| invalid.add(field("month"), problem)).ok();
    let reported_on =
        date(reported.reported_on).map_err(|problem| invalid.add(field("reported_on"), problem)).ok();
    let wage_rupiah = Some(reported.wage_rupiah).filter(|wage| (1..=WAGE_RUPIAH_MAX).contains(wage));
    if wage_rupiah.is_none() {
        // The amount itself stays out: it is a person's.
        invalid.add(field("wage_rupiah"), format!("must be 1 to {WAGE_RUPIAH_MAX}"));
    }
    let wage_months = u8::try_from(reported.wage_months).ok().filter(|months| (1..=12).contains(months));
    if wage_months.is_none() {
        invalid.add(field("wage_months"), format!("must be 1 to 12, found {}", reported.wage_months));
    }
    Some(Report {
        month: month?,
        wage_rupiah: wage_rupiah?,
        wage_months: wage_months?,
        reported_on: reported_on?,
    })
}

fn encode(judgement: &WageJudgement) -> wire::WageResult {
    let deciding = judgement.deciding.iter().copied().map(encode_deciding).collect();
    let Some(compared) = judgement.compared else {
        return wire::WageResult {
            verdict: wire::WageVerdict::NotReported.into(),
            compared_rupiah: 0,
            ceiling_rupiah: 0,
            basis: wire::CeilingBasis::Unspecified.into(),
            employment: index(None),
            deciding,
        };
    };
    let verdict = match compared.verdict {
        WageVerdict::Within => wire::WageVerdict::Within,
        WageVerdict::Over => wire::WageVerdict::Over,
        WageVerdict::MinimumWageUnknown => wire::WageVerdict::MinimumWageUnknown,
    };
    wire::WageResult {
        verdict: verdict.into(),
        compared_rupiah: compared.monthly_rupiah,
        ceiling_rupiah: compared.ceiling.amount_rupiah,
        basis: basis(compared.ceiling.basis).into(),
        employment: index(Some(compared.employment)),
        deciding,
    }
}

fn encode_deciding(deciding: Option<DecidingReport>) -> wire::DecidingReport {
    wire::DecidingReport {
        report: index(deciding.map(|deciding| deciding.report)),
        monthly_rupiah: deciding.map_or(0, |deciding| deciding.monthly_rupiah),
    }
}
