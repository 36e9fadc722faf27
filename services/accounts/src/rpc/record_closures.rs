//! A report of closed accounts.

use std::collections::BTreeSet;

use prost::Message as _;
use tepat_faults::Invalid;
use tepat_proto::accounts::{RecordClosuresRequest, RecordClosuresResponse};
use tepat_store::Replay;
use tepat_terms::AccountNumber;
use uuid::Uuid;

use super::{bank_of, check_count, check_reference};
use crate::Accounts;
use crate::fault::ClosureFault;
use crate::flow::record_closures::{Told, record_closures as record};
use crate::rules::freshness::closing_time_problem;
use crate::store::AccountHash;

pub(super) async fn record_closures(
    accounts: &Accounts,
    request: RecordClosuresRequest,
) -> Result<RecordClosuresResponse, ClosureFault> {
    let told = decode(accounts, &request)?;
    let replay = Replay::of(&request.request_id, "RecordClosures", &request.encode_to_vec());
    if let Some(answer) = replay.find(&accounts.store).await? {
        let answer = RecordClosuresResponse::decode(answer.as_slice());
        return Ok(answer.expect("what is replayed was encoded from this message"));
    }
    let different: BTreeSet<AccountHash> = told.closures.iter().map(|(account, _)| *account).collect();
    let different = i32::try_from(different.len()).expect("a page is bounded by settings");
    let answer = RecordClosuresResponse { accounts: different };
    record(accounts, &told, &replay, &answer.encode_to_vec()).await?;
    Ok(answer)
}

/// The report, or everything that is wrong with the request.
fn decode(accounts: &Accounts, request: &RecordClosuresRequest) -> Result<Told, Invalid> {
    let mut invalid = Invalid::new();
    let request_id = Uuid::try_parse(&request.request_id).map_err(|_| "must be a UUID");
    let request_id = invalid.take("request_id", request_id).unwrap_or_default();
    check_reference(&mut invalid, "source", &request.source);
    let mut closures = Vec::with_capacity(request.closures.len());
    let now_us = (accounts.clock)();
    if check_count(&mut invalid, "closures", request.closures.len(), accounts.claims_max) {
        for (index, closure) in request.closures.iter().enumerate() {
            let mut field = |name: &str, problem: String| {
                invalid.add(format!("closures[{index}].{name}"), problem);
            };
            let bank = bank_of(&accounts.directory, &closure.bank)
                .and_then(|bank| bank.ok_or_else(|| "must be a bank of the directory".to_owned()));
            let bank = bank.map_err(|problem| field("bank", problem)).ok();
            let number = closure.account_number.parse::<AccountNumber>();
            let number = number.map_err(|fault| field("account_number", fault.to_string())).ok();
            if let Some(problem) = closing_time_problem(closure.closed_at_us, now_us) {
                field("closed_at_us", problem);
            }
            if let (Some(bank), Some(number)) = (bank, number) {
                let account = accounts.claim_key.account(accounts.directory.bank(bank), &number);
                closures.push((account, closure.closed_at_us));
            }
        }
    }
    invalid.into_result()?;
    Ok(Told { request_id: request_id.into_bytes(), source: request.source.clone(), closures })
}
