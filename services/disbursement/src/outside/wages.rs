//! Wages: is a reported wage within the round's rule.

use tepat_proto::wages::wages_service_client::WagesServiceClient;
use tepat_proto::wages::{
    ListWageRulesRequest, PersonWages, ReportedWage, VerifyWagesRequest, WageFacts, WageResult,
};
use tepat_serve::Transport;
use tepat_terms::{Month, date_from_parts};

use crate::outside::PeerFault;
use crate::outside::membership::RosterMember;
use crate::rules::account_choice::Deciding;
use crate::rules::eligibility::WageVerdict;
use crate::rules::explain::CeilingBasis;
use crate::rules::round::Round;

const PEER: &str = "wages";

/// Most persons the peer takes at once.
const PERSONS_MAX: usize = 5_000;

/// What wages says of one person.
#[derive(Clone, Debug)]
pub(crate) struct WageAnswer {
    pub(crate) verdict: WageVerdict,
    /// The monthly wage compared; 0 when none was reported.
    pub(crate) compared_rupiah: i64,
    /// The ceiling it was compared with; 0 when none was reported.
    pub(crate) ceiling_rupiah: i64,
    /// Where the ceiling comes from; none when nothing was compared.
    pub(crate) basis: Option<CeilingBasis>,
    /// Index of the employment whose wage was compared; none when none was reported.
    pub(crate) employment: Option<usize>,
    /// The deciding report of each active PU employment, in the order asked.
    pub(crate) deciding: Vec<Option<Deciding>>,
}

/// The client of wages.
#[derive(Clone, Debug)]
pub(crate) struct Wages(pub(crate) WagesServiceClient<Transport>);

impl Wages {
    /// Digest of the wage rules and tables in use.
    pub(crate) async fn table_sha256(&self) -> Result<Vec<u8>, PeerFault> {
        let ask = ListWageRulesRequest { page_size: 1, page_token: String::new() };
        let answer = self.0.clone().list_wage_rules(ask).await.map_err(PeerFault::status(PEER))?;
        Ok(answer.into_inner().wage_table_sha256)
    }

    /// Judges persons by the round's rule; each comes with the indexes of the active PU employments.
    /// Returns one answer each, same order, and the digest of the tables that judged.
    pub(crate) async fn verify(
        &self,
        round: &Round,
        persons: &[(&RosterMember, &[usize])],
    ) -> Result<(Vec<WageAnswer>, Vec<u8>), PeerFault> {
        let mut answers = Vec::with_capacity(persons.len());
        let mut digest = Vec::new();
        for page in persons.chunks(PERSONS_MAX) {
            let cut_off = tepat_proto::Date {
                year: round.cut_off.year(),
                month: u8::from(round.cut_off.month()).into(),
                day: round.cut_off.day().into(),
            };
            let ask = VerifyWagesRequest {
                rule_id: round.wage_rule.clone(),
                cut_off: Some(cut_off),
                persons: page.iter().map(|(member, active)| facts(member, active)).collect(),
            };
            let answer =
                self.0.clone().verify_wages(ask).await.map_err(PeerFault::status(PEER))?.into_inner();
            if answer.results.len() != page.len() {
                return Err(odd(format!("{} results", page.len()), format!("{}", answer.results.len())));
            }
            for ((member, active), result) in page.iter().zip(answer.results) {
                answers.push(decode(member, active, &result)?);
            }
            digest = answer.wage_table_sha256;
        }
        Ok((answers, digest))
    }
}

fn facts(member: &RosterMember, active: &[usize]) -> PersonWages {
    let employments = active.iter().map(|index| WageFacts {
        region_code: member.candidate.employments[*index].region.number().into(),
        reports: member.reports[*index]
            .iter()
            .map(|report| ReportedWage {
                month: report.month,
                wage_rupiah: report.wage_rupiah,
                wage_months: report.wage_months,
                reported_on: report.reported_on,
            })
            .collect(),
    });
    PersonWages { employments: employments.collect() }
}

fn decode(member: &RosterMember, active: &[usize], result: &WageResult) -> Result<WageAnswer, PeerFault> {
    let verdict = WageVerdict::from_number(result.verdict)
        .ok_or_else(|| odd("a wage verdict".to_owned(), result.verdict.to_string()))?;
    if result.deciding.len() != active.len() {
        return Err(odd(format!("{} deciding reports", active.len()), result.deciding.len().to_string()));
    }
    let deciding = active.iter().zip(&result.deciding).map(|(employment, decided)| {
        let report = member.reports[*employment].get(usize::try_from(decided.report).ok()?)?;
        let (month, reported_on) = (report.month?, report.reported_on?);
        Some(Deciding {
            month: Month::new(u32::try_from(month.year).ok()?, u32::try_from(month.month).ok()?).ok()?,
            reported_on: date_from_parts(reported_on.year, reported_on.month, reported_on.day).ok()?,
            monthly_rupiah: decided.monthly_rupiah,
        })
    });
    Ok(WageAnswer {
        verdict,
        compared_rupiah: result.compared_rupiah,
        ceiling_rupiah: result.ceiling_rupiah,
        basis: CeilingBasis::from_number(result.basis),
        employment: usize::try_from(result.employment).ok().and_then(|asked| active.get(asked).copied()),
        deciding: deciding.collect(),
    })
}

fn odd(wanted: String, found: String) -> PeerFault {
    PeerFault::Answer { peer: PEER, wanted, found }
}
