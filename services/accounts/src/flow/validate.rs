//! Judges a page of claims: known verdicts first, the banks for the rest.

use std::collections::BTreeMap;

use futures::future::join_all;
use tepat_store::StoreFault;
use tepat_terms::{AccountNumber, Nik, PersonName};

use super::flights::{Flight, Joined, Seat};
use crate::Accounts;
use crate::rules::directory::{BankIndex, Profile};
use crate::rules::verdict::{Inquiry, judge};
use crate::store::{self, Answer, ByHash, Call, ClaimHash, Known};

/// "This account at this bank belongs to this person."
pub(crate) struct Claim {
    /// None for a bank that the directory does not have.
    pub(crate) bank: Option<BankIndex>,
    pub(crate) account_number: AccountNumber,
    pub(crate) name: PersonName,
    pub(crate) nik: Nik,
}

/// A page of claims, with the reason why it is asked.
pub(crate) struct Page {
    pub(crate) request_id: [u8; 16],
    /// Number of the purpose on the wire.
    pub(crate) purpose: i16,
    pub(crate) legal_basis: String,
    pub(crate) instrument_reference: String,
    pub(crate) max_age_seconds: i64,
    pub(crate) claims: Vec<Claim>,
}

/// The verdict on one claim of the page.
#[derive(Clone, Copy)]
pub(crate) struct Finding {
    pub(crate) known: Known,
    /// Whether another call asked the bank for it.
    pub(crate) reused: bool,
}

/// A claim of a bank that the directory has.
#[derive(Clone, Copy)]
struct Question<'a> {
    hash: ClaimHash,
    bank: BankIndex,
    claim: &'a Claim,
}

/// One finding for each claim, in their order. A bank that is silent spoils only its own claims.
pub(crate) async fn validate(accounts: &Accounts, page: &Page) -> Result<Vec<Finding>, StoreFault> {
    let asked_at_us = (accounts.clock)();
    let (places, questions) = questions(accounts, &page.claims);
    let hashes: Vec<ClaimHash> = questions.iter().map(|question| question.hash).collect();
    let account_of = |place: usize| {
        let Question { bank, claim, .. } = questions[place];
        accounts.claim_key.account(accounts.directory.bank(bank), &claim.account_number)
    };
    let lookup = store::Page {
        claims: &hashes,
        account_of: &account_of,
        now_us: asked_at_us,
        max_age_seconds: page.max_age_seconds,
    };
    let known = accounts.verdicts.known(&lookup).await?;

    let mut open: ByHash<ClaimHash, Question<'_>> = ByHash::default();
    for (question, known) in questions.iter().zip(&known) {
        if known.is_none() {
            open.entry(question.hash).or_insert(*question);
        }
    }
    let asked = find_out(accounts, page, asked_at_us, open).await?;

    let mut findings: Vec<Finding> = page.claims.iter().map(nobody_to_ask).collect();
    for ((place, question), known) in places.into_iter().zip(&questions).zip(known) {
        findings[place] = match known {
            Some(known) => Finding { known, reused: true },
            None => asked[&question.hash],
        };
    }
    Ok(findings)
}

/// The questions in the claims, and the place of each among the claims; a claim on a bank that the
/// directory does not have is none.
fn questions<'a>(accounts: &Accounts, claims: &'a [Claim]) -> (Vec<usize>, Vec<Question<'a>>) {
    let mut places = Vec::with_capacity(claims.len());
    let mut questions = Vec::with_capacity(claims.len());
    for (place, claim) in claims.iter().enumerate() {
        let Some(bank) = claim.bank else { continue };
        let of_directory = accounts.directory.bank(bank);
        let hash = accounts.claim_key.claim(of_directory, &claim.account_number, &claim.name, claim.nik);
        places.push(place);
        questions.push(Question { hash, bank, claim });
    }
    (places, questions)
}

/// What the banks, or other calls that ask them the same, say to each question.
async fn find_out(
    accounts: &Accounts,
    page: &Page,
    asked_at_us: i64,
    mut open: ByHash<ClaimHash, Question<'_>>,
) -> Result<ByHash<ClaimHash, Finding>, StoreFault> {
    let mut found = ByHash::default();
    while !open.is_empty() {
        let mut hashes: Vec<ClaimHash> = open.keys().copied().collect();
        hashes.sort_unstable();
        let (flight, seats) = accounts.flights.board(&hashes);
        let mut own = Vec::new();
        let mut joined = Vec::new();
        for (hash, seat) in hashes.iter().zip(seats) {
            match seat {
                Seat::Own => own.push(open[hash]),
                Seat::Other(other) => joined.push((*hash, other)),
            }
        }
        for (hash, finding) in ask_and_keep(accounts, page, asked_at_us, flight, &own).await? {
            open.remove(&hash);
            found.insert(hash, finding);
        }
        for (hash, finding) in wait_for_others(joined).await {
            open.remove(&hash);
            found.insert(hash, finding);
        }
        // What another call gave up is asked in the next turn.
    }
    Ok(found)
}

async fn wait_for_others(joined: Vec<(ClaimHash, Joined)>) -> Vec<(ClaimHash, Finding)> {
    let mut found = Vec::new();
    for (hash, other) in joined {
        let known = other.known(hash).await;
        found.extend(known.map(|known| (hash, Finding { known, reused: true })));
    }
    found
}

/// Asks the banks, keeps what they say and lets it be known, in this order.
async fn ask_and_keep(
    accounts: &Accounts,
    page: &Page,
    asked_at_us: i64,
    flight: Flight<'_>,
    questions: &[Question<'_>],
) -> Result<Vec<(ClaimHash, Finding)>, StoreFault> {
    let answers = ask(accounts, questions).await;
    let call = Call {
        request_id: page.request_id,
        purpose: page.purpose,
        legal_basis: &page.legal_basis,
        instrument_reference: &page.instrument_reference,
        claims: page.claims.len(),
        asked_at_us,
    };
    accounts.verdicts.put(&call, &answers, (accounts.clock)()).await?;
    flight.land(answers.iter().map(|answer| (answer.hash, answer.known)));
    let finding = |answer: &Answer<'_>| (answer.hash, Finding { known: answer.known, reused: false });
    Ok(answers.iter().map(finding).collect())
}

/// Asks every bank once for all its claims, all banks at a time, and judges what they say.
async fn ask<'a>(accounts: &'a Accounts, questions: &[Question<'_>]) -> Vec<Answer<'a>> {
    let mut by_bank: BTreeMap<BankIndex, Vec<&Question<'_>>> = BTreeMap::new();
    for question in questions {
        by_bank.entry(question.bank).or_default().push(question);
    }
    let asked = by_bank.iter().map(|(bank, questions)| ask_one(accounts, *bank, questions));
    join_all(asked).await.into_iter().flatten().collect()
}

async fn ask_one<'a>(
    accounts: &'a Accounts,
    bank: BankIndex,
    questions: &[&Question<'_>],
) -> Vec<Answer<'a>> {
    let numbers: Vec<&AccountNumber> =
        questions.iter().map(|question| &question.claim.account_number).collect();
    let inquiries = accounts.connectors.ask(bank, &numbers).await;
    let answered_at_us = (accounts.clock)();
    let directory_bank = accounts.directory.bank(bank);
    let answer = |(question, inquiry): (&&Question<'_>, Inquiry)| {
        let claim = question.claim;
        let judgement = judge(&claim.name, claim.nik, directory_bank.profile, &inquiry);
        let class = inquiry.class();
        let checked_at_us = if class == 0 { 0 } else { answered_at_us };
        let known = Known { judgement, checked_at_us };
        Answer { bank: directory_bank.key.as_str(), hash: question.hash, class, known }
    };
    questions.iter().zip(inquiries).map(answer).collect()
}

fn nobody_to_ask(claim: &Claim) -> Finding {
    let unknown = Profile { tells_dormant: false, name_length: None };
    let judgement = judge(&claim.name, claim.nik, unknown, &Inquiry::NoSuchBank);
    Finding { known: Known { judgement, checked_at_us: 0 }, reused: false }
}
