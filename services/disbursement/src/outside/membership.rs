//! Membership: roster versions, chunk bounds, and every member of a range.

use tepat_proto::membership::membership_service_client::MembershipServiceClient;
use tepat_proto::membership::{
    Chunk, GetMemberRequest, ListChunksRequest, ListRosterVersionsRequest, Member, ReadChunkRequest,
};
use tepat_proto::{Date, membership as wire};
use tepat_serve::Transport;
use tepat_terms::{Nik, Region, Slice, date_from_parts};
use tokio_stream::StreamExt as _;

use crate::outside::PeerFault;
use crate::rules::candidate::{Account, Candidate, Category, Employment, List, ListSet};
use crate::rules::sector::Sector;

const PEER: &str = "membership";

/// A wage report as the roster carries it; wages judges it, we only pass it on.
pub(crate) use wire::WageReport;

/// A member of the roster as a candidate, with the reports of each employment beside it.
#[derive(Clone, Debug)]
pub(crate) struct RosterMember {
    pub(crate) candidate: Candidate,
    /// One list for each employment, same order.
    pub(crate) reports: Vec<Vec<WageReport>>,
}

/// The client of membership.
#[derive(Clone, Debug)]
pub(crate) struct Membership(pub(crate) MembershipServiceClient<Transport>);

impl Membership {
    /// The newest sealed roster version; none when nothing was imported.
    pub(crate) async fn newest_version(&self) -> Result<Option<i64>, PeerFault> {
        let ask = ListRosterVersionsRequest { page_size: 1, page_token: String::new() };
        let answer = self.0.clone().list_roster_versions(ask).await.map_err(PeerFault::status(PEER))?;
        Ok(answer.into_inner().rosters.first().map(|roster| roster.roster_version))
    }

    /// The ranges of NIK that a roster version, or a slice of it, is cut into, in order.
    pub(crate) async fn chunks(
        &self,
        roster_version: i64,
        members_per_chunk: i32,
        slice: Option<Slice>,
    ) -> Result<Vec<Chunk>, PeerFault> {
        let mut chunks = Vec::new();
        let mut page_token = String::new();
        loop {
            let ask = ListChunksRequest {
                roster_version,
                members_per_chunk,
                page_size: 10_000,
                page_token,
                slice: slice.map(encode),
            };
            let answer = self.0.clone().list_chunks(ask).await.map_err(PeerFault::status(PEER))?.into_inner();
            chunks.extend(answer.chunks);
            if answer.next_page_token.is_empty() {
                return Ok(chunks);
            }
            page_token = answer.next_page_token;
        }
    }

    /// Every member of a range, or those of them in a slice, in NIK order.
    pub(crate) async fn read_chunk(
        &self,
        roster_version: i64,
        range: (i64, i64),
        slice: Option<Slice>,
    ) -> Result<Vec<RosterMember>, PeerFault> {
        let ask = ReadChunkRequest {
            roster_version,
            after_nik: range.0,
            through_nik: range.1,
            slice: slice.map(encode),
        };
        let answer = self.0.clone().read_chunk(ask).await.map_err(PeerFault::status(PEER))?;
        let mut pages = answer.into_inner();
        let mut members = Vec::new();
        while let Some(page) = pages.next().await {
            for member in page.map_err(PeerFault::status(PEER))?.members {
                members.push(decode(member)?);
            }
        }
        Ok(members)
    }

    /// One member as the roster version knows one.
    pub(crate) async fn member(&self, roster_version: i64, nik: i64) -> Result<RosterMember, PeerFault> {
        let ask = GetMemberRequest { nik, roster_version };
        let answer = self.0.clone().get_member(ask).await.map_err(PeerFault::status(PEER))?;
        decode(answer.into_inner().member.unwrap_or_default())
    }
}

fn decode(member: Member) -> Result<RosterMember, PeerFault> {
    let nik = Nik::from_number(member.nik).map_err(|_| odd("a NIK"))?;
    let name = member.name.parse().map_err(|_| odd("a name"))?;
    let mut employments = Vec::with_capacity(member.employments.len());
    let mut reports = Vec::with_capacity(member.employments.len());
    for employment in member.employments {
        reports.push(employment.reports);
        let account = match (employment.bank.as_str(), employment.account_number.as_str()) {
            ("", "") => None,
            (bank, number) => Some(Account {
                bank: bank.to_owned(),
                number: number.parse().map_err(|_| odd("an account number"))?,
            }),
        };
        employments.push(Employment {
            npp: employment.npp,
            division: employment.division,
            region: Region::from_number(employment.region_code.into()).map_err(|_| odd("a region"))?,
            sector: Sector::parse(&employment.sector_code),
            category: Category::from_number(employment.category).ok_or_else(|| odd("a category"))?,
            start: date(employment.start_date).ok_or_else(|| odd("a start date"))?,
            end: match employment.end_date {
                Some(end) => Some(date(Some(end)).ok_or_else(|| odd("an end date"))?),
                None => None,
            },
            account,
            account_holder_name: employment.account_holder_name.parse().ok(),
        });
    }
    let lists: ListSet = member.lists.iter().filter_map(|list| List::from_number(*list)).collect();
    Ok(RosterMember { candidate: Candidate { nik, name, employments, lists }, reports })
}

fn encode(slice: Slice) -> wire::Slice {
    wire::Slice { k: slice.k(), n: slice.n(), seed: slice.seed() }
}

fn date(date: Option<Date>) -> Option<time::Date> {
    let Date { year, month, day } = date?;
    date_from_parts(year, month, day).ok()
}

fn odd(wanted: &str) -> PeerFault {
    PeerFault::Answer { peer: PEER, wanted: wanted.to_owned(), found: "something else".to_owned() }
}
