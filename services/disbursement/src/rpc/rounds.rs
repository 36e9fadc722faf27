//! `ListRounds` and `GetRound`.

use tepat_proto::Date;
use tepat_proto::disbursement as wire;
use tepat_serve::{PageToken, page_size};

use crate::Service;
use crate::fault::FlowFault;
use crate::rules::round::{ComesFirst, Elsewhere, Priority, Round};

pub(crate) fn list(
    service: &Service,
    request: &wire::ListRoundsRequest,
) -> Result<wire::ListRoundsResponse, FlowFault> {
    let size = page_size(request.page_size, 100, 100)?;
    let after = PageToken::decode(&request.page_token, &["rounds"])?.unwrap_or_default();
    let mut later = service.rounds.iter().filter(|round| round.id > after);
    let rounds: Vec<wire::Round> = later.by_ref().take(size).map(encode).collect();
    let next_page_token = match (later.next(), rounds.last()) {
        (Some(_), Some(last)) => PageToken::encode(&last.round, &["rounds"]),
        _ => String::new(),
    };
    Ok(wire::ListRoundsResponse { rounds, next_page_token })
}

pub(crate) fn get(
    service: &Service,
    request: &wire::GetRoundRequest,
) -> Result<wire::GetRoundResponse, FlowFault> {
    let unknown = || FlowFault::RoundUnknown { round: request.round.clone(), tranche: 1 };
    let round = service.round(&request.round).ok_or_else(unknown)?;
    Ok(wire::GetRoundResponse { round: Some(encode(round)) })
}

fn encode(round: &Round) -> wire::Round {
    wire::Round {
        round: round.id.clone(),
        title: round.title.clone(),
        legal_basis: round.legal_basis.clone(),
        cut_off: Some(Date {
            year: round.cut_off.year(),
            month: u8::from(round.cut_off.month()).into(),
            day: round.cut_off.day().into(),
        }),
        wage_rule: round.wage_rule.clone(),
        amount_rupiah: round.amount_rupiah,
        tranches: round.tranches,
        budget_rupiah: round.budget_rupiah,
        banks_asked: round.banks_asked as i32,
        exclusions: round
            .exclusions
            .iter()
            .filter(|exclusion| exclusion.refuses(round.tranches))
            .map(|exclusion| wire::Exclusion {
                list: exclusion.list.name().to_owned(),
                reason: exclusion.reason.number(),
                from_tranche: exclusion.from_tranche,
                article: exclusion.article.clone(),
            })
            .collect(),
        doubts: round.doubts.clone(),
        sha256: round.sha256.to_vec(),
        annex: round.annex.as_ref().map(|annex| wire::RegionAnnex {
            levels: annex.levels.iter().map(|level| i32::from(*level)).collect(),
            regions: count(annex.regions()),
            published_regions: annex.published_regions,
            provinces: count(annex.provinces()),
            published_provinces: annex.published_provinces,
            completeness: annex.completeness.clone(),
        }),
        priorities: round.priorities.iter().map(priority).collect(),
        channels: Some(channels(round)),
        switches: round
            .switches
            .iter()
            .map(|(name, on)| wire::Switch { name: (*name).to_owned(), on: *on })
            .collect(),
    }
}

fn count(regions: usize) -> i32 {
    i32::try_from(regions).expect("the country has some hundred regions")
}

fn priority(priority: &Priority) -> wire::Priority {
    let (sectors, list) = match &priority.comes_first {
        ComesFirst::Sectors(sectors) => (sectors.iter().map(|sector| sector.code()).collect(), ""),
        ComesFirst::NotNamedBy(list) => (Vec::new(), list.name()),
    };
    wire::Priority { sectors, list: list.to_owned(), article: priority.article.clone() }
}

fn channels(round: &Round) -> wire::Channels {
    let distributors = round.channels.distributors.iter().map(|distributor| wire::Distributor {
        bank: distributor.bank.clone(),
        pays_also: distributor.pays_also.clone(),
    });
    let (elsewhere, through) = match &round.channels.elsewhere {
        Elsewhere::Forward(bank) => (wire::Elsewhere::Forward, bank.clone()),
        Elsewhere::CollectiveAccount(bank) => (wire::Elsewhere::CollectiveAccount, bank.clone()),
        Elsewhere::Post => (wire::Elsewhere::Post, String::new()),
    };
    wire::Channels { distributors: distributors.collect(), elsewhere: elsewhere.into(), through }
}
