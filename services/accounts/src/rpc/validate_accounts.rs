//! A page of claims judged.

use tepat_faults::Invalid;
use tepat_proto::accounts::{
    self as wire, ClaimResult, Purpose, ValidateAccountsRequest, ValidateAccountsResponse,
};
use tepat_terms::Nik;
use uuid::Uuid;

use super::{bank_of, check_count, check_reference};
use crate::Accounts;
use crate::fault::ValidateFault;
use crate::flow::validate::{Claim, Finding, Page, validate};
use crate::rules::directory::Directory;
use crate::rules::name::{NAME_RULES, NameMatch};
use crate::rules::verdict::Verdict;

pub(super) async fn validate_accounts(
    accounts: &Accounts,
    request: ValidateAccountsRequest,
) -> Result<ValidateAccountsResponse, ValidateFault> {
    let page = decode(accounts, request)?;
    let findings = validate(accounts, &page).await?;
    let results = findings.into_iter().map(encode).collect();
    Ok(ValidateAccountsResponse { results, name_rules: NAME_RULES.to_owned() })
}

/// The page, or everything that is wrong with the request.
fn decode(accounts: &Accounts, request: ValidateAccountsRequest) -> Result<Page, Invalid> {
    let mut invalid = Invalid::new();
    let request_id = invalid
        .take("request_id", Uuid::try_parse(&request.request_id).map_err(|_| "must be a UUID"))
        .unwrap_or_default();
    let purpose = Purpose::try_from(request.purpose).unwrap_or(Purpose::Unspecified);
    if purpose == Purpose::Unspecified {
        invalid.add("purpose", format!("must be one of the purposes, found {}", request.purpose));
    }
    check_reference(&mut invalid, "legal_basis", &request.legal_basis);
    check_reference(&mut invalid, "instrument_reference", &request.instrument_reference);
    if request.max_age_seconds < 0 {
        invalid.add("max_age_seconds", format!("must not be negative, found {}", request.max_age_seconds));
    }
    let mut claims = Vec::with_capacity(request.claims.len());
    // Too many are counted and not looked at.
    if check_count(&mut invalid, "claims", request.claims.len(), accounts.claims_max) {
        for (index, claim) in request.claims.iter().enumerate() {
            claims.extend(decode_claim(&mut invalid, index, claim, &accounts.directory));
        }
    }
    invalid.into_result()?;
    Ok(Page {
        request_id: request_id.into_bytes(),
        purpose: purpose_number(purpose),
        legal_basis: request.legal_basis,
        instrument_reference: request.instrument_reference,
        max_age_seconds: request.max_age_seconds,
        claims,
    })
}

/// The number of the wire, in the width of its column.
const fn purpose_number(purpose: Purpose) -> i16 {
    match purpose {
        Purpose::Unspecified => 0,
        Purpose::WageSubsidy => 1,
        Purpose::SingleCheck => 2,
    }
}

fn decode_claim(
    invalid: &mut Invalid,
    index: usize,
    claim: &wire::Claim,
    directory: &Directory,
) -> Option<Claim> {
    let bank = bank_of(directory, &claim.bank);
    match (bank, claim.account_number.parse(), claim.name.parse(), Nik::from_number(claim.nik)) {
        (Ok(bank), Ok(account_number), Ok(name), Ok(nik)) => Some(Claim { bank, account_number, name, nik }),
        (bank, account_number, name, nik) => {
            let mut note = |field: &str, problem: Option<String>| {
                if let Some(problem) = problem {
                    invalid.add(format!("claims[{index}].{field}"), problem);
                }
            };
            note("bank", bank.err());
            note("account_number", account_number.err().map(|fault| fault.to_string()));
            note("name", name.err().map(|fault| fault.to_string()));
            note("nik", nik.err().map(|fault| fault.to_string()));
            None
        }
    }
}

fn encode(finding: Finding) -> ClaimResult {
    let judgement = finding.known.judgement;
    ClaimResult {
        verdict: verdict(judgement.verdict).into(),
        name_match: name_match(judgement.name_match).into(),
        dormancy_told: judgement.dormancy_told,
        checked_at_us: finding.known.checked_at_us,
        reused: finding.reused,
    }
}

const fn verdict(verdict: Verdict) -> wire::Verdict {
    match verdict {
        Verdict::Valid => wire::Verdict::Valid,
        Verdict::HolderNameNeedsReview => wire::Verdict::HolderNameNeedsReview,
        Verdict::BankUnanswered => wire::Verdict::BankUnanswered,
        Verdict::BankUnknown => wire::Verdict::BankUnknown,
        Verdict::AccountNotFound => wire::Verdict::AccountNotFound,
        Verdict::AccountClosed => wire::Verdict::AccountClosed,
        Verdict::AccountFrozen => wire::Verdict::AccountFrozen,
        Verdict::AccountRestricted => wire::Verdict::AccountRestricted,
        Verdict::AccountDormant => wire::Verdict::AccountDormant,
        Verdict::HolderNikDiffers => wire::Verdict::HolderNikDiffers,
        Verdict::HolderNameDiffers => wire::Verdict::HolderNameDiffers,
    }
}

const fn name_match(name_match: Option<NameMatch>) -> wire::NameMatch {
    match name_match {
        None => wire::NameMatch::Unspecified,
        Some(NameMatch::Match) => wire::NameMatch::Match,
        Some(NameMatch::Close) => wire::NameMatch::Close,
        Some(NameMatch::None) => wire::NameMatch::None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_the_tables_are_those_of_the_wire() {
        for one in Verdict::ALL {
            assert_eq!(i32::from(one.number()), verdict(one) as i32);
        }
        for purpose in [Purpose::Unspecified, Purpose::WageSubsidy, Purpose::SingleCheck] {
            assert_eq!(i32::from(purpose_number(purpose)), purpose as i32);
        }
    }
}
