//! Judges a page of claims: known verdicts first, the banks for the rest.

use std::collections::{BTreeMap, HashMap};

use futures::future::join_all;
use tepat_store::StoreFault;
use tepat_terms::{AccountNumber, BankKey, Nik, PersonName};

use crate::Accounts;
use crate::rules::directory::{BankIndex, Profile};
use crate::rules::verdict::{Inquiry, judge};
use crate::store::{Answer, Call, ClaimHash, Known};

/// "This account at this bank belongs to this person."
pub(crate) struct Claim {
    pub(crate) bank: BankKey,
    pub(crate) account_number: AccountNumber,
    pub(crate) name: PersonName,
    pub(crate) nik: Nik,
}

/// A page of claims, with the reason why it is asked.
pub(crate) struct Page {
    pub(crate) request_id: [u8; 16],
    /// Number of the purpose on the wire.
    pub(crate) purpose: i32,
    pub(crate) legal_basis: String,
    pub(crate) instrument_reference: String,
    pub(crate) max_age_seconds: i64,
    pub(crate) claims: Vec<Claim>,
}

/// The verdict on one claim of the page.
#[derive(Clone, Copy)]
pub(crate) struct Finding {
    pub(crate) known: Known,
    /// Whether an earlier verdict was reused.
    pub(crate) reused: bool,
}

/// A claim of a bank that the directory has; identical claims share one.
struct Question<'a> {
    hash: ClaimHash,
    bank: BankIndex,
    claim: &'a Claim,
}

/// One finding for each claim, in their order. A bank that is silent spoils only its own claims.
pub(crate) async fn validate(accounts: &Accounts, page: &Page) -> Result<Vec<Finding>, StoreFault> {
    let asked_at_us = (accounts.clock)();
    let (place_of_claim, questions) = questions(accounts, &page.claims);
    let hashes: Vec<ClaimHash> = questions.iter().map(|question| question.hash).collect();
    let known = accounts.verdicts.known(&hashes, asked_at_us, page.max_age_seconds).await?;

    let open: Vec<&Question<'_>> =
        questions.iter().filter(|question| !known.contains_key(&question.hash)).collect();
    let answers = ask(accounts, &open).await;
    let call = Call {
        request_id: page.request_id,
        purpose: page.purpose,
        legal_basis: &page.legal_basis,
        instrument_reference: &page.instrument_reference,
        claims: page.claims.len(),
        asked_at_us,
    };
    accounts.verdicts.put(&call, &answers).await?;

    let mut findings: HashMap<ClaimHash, Finding> =
        known.into_iter().map(|(hash, known)| (hash, Finding { known, reused: true })).collect();
    findings
        .extend(answers.iter().map(|answer| (answer.hash, Finding { known: answer.known, reused: false })));
    let finding = |(claim, place): (&Claim, &Option<usize>)| match place {
        Some(place) => findings[&questions[*place].hash],
        None => nobody_to_ask(claim),
    };
    Ok(page.claims.iter().zip(&place_of_claim).map(finding).collect())
}

/// The different questions in the claims, and for each claim the place of its question; none for a
/// claim on a bank that the directory does not have.
fn questions<'a>(accounts: &Accounts, claims: &'a [Claim]) -> (Vec<Option<usize>>, Vec<Question<'a>>) {
    let mut places: HashMap<ClaimHash, usize> = HashMap::with_capacity(claims.len());
    let mut questions = Vec::with_capacity(claims.len());
    let place_of_claim = claims
        .iter()
        .map(|claim| {
            let bank = accounts.directory.find(&claim.bank)?;
            let profile = accounts.directory.bank(bank).profile;
            let hash =
                accounts.claim_key.hash(&claim.bank, profile, &claim.account_number, &claim.name, claim.nik);
            let place = *places.entry(hash).or_insert_with(|| {
                questions.push(Question { hash, bank, claim });
                questions.len() - 1
            });
            Some(place)
        })
        .collect();
    (place_of_claim, questions)
}

/// Asks every bank once for all its claims, all banks at a time, and judges what they say.
async fn ask<'a>(accounts: &'a Accounts, questions: &[&Question<'_>]) -> Vec<Answer<'a>> {
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
