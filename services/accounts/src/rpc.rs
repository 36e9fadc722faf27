//! The contract: each RPC decodes, calls and encodes.

mod check_closures;
mod list_banks;
mod record_closures;
mod validate_accounts;

use std::str::FromStr;

use tepat_faults::{IntoStatus as _, Invalid};
use tepat_proto::accounts::accounts_service_server::AccountsService;
use tepat_proto::accounts::{
    AnyClosuresRequest, AnyClosuresResponse, CheckClosuresRequest, CheckClosuresResponse, ListBanksRequest,
    ListBanksResponse, RecordClosuresRequest, RecordClosuresResponse, ValidateAccountsRequest,
    ValidateAccountsResponse,
};
use tepat_terms::BankKey;
use tonic::{Request, Response, Status};

use crate::Accounts;
use crate::rules::directory::{BankIndex, Directory};

#[tonic::async_trait]
impl AccountsService for Accounts {
    async fn validate_accounts(
        &self,
        request: Request<ValidateAccountsRequest>,
    ) -> Result<Response<ValidateAccountsResponse>, Status> {
        let answer = validate_accounts::validate_accounts(self, request.into_inner()).await;
        answer.map(Response::new).map_err(|fault| fault.into_status())
    }

    async fn list_banks(
        &self,
        request: Request<ListBanksRequest>,
    ) -> Result<Response<ListBanksResponse>, Status> {
        let answer = list_banks::list_banks(self, &request.into_inner());
        answer.map(Response::new).map_err(|fault| fault.into_status())
    }

    async fn record_closures(
        &self,
        request: Request<RecordClosuresRequest>,
    ) -> Result<Response<RecordClosuresResponse>, Status> {
        let answer = record_closures::record_closures(self, request.into_inner()).await;
        answer.map(Response::new).map_err(|fault| fault.into_status())
    }

    async fn check_closures(
        &self,
        request: Request<CheckClosuresRequest>,
    ) -> Result<Response<CheckClosuresResponse>, Status> {
        let answer = check_closures::check_closures(self, request.into_inner()).await;
        answer.map(Response::new).map_err(|fault| fault.into_status())
    }

    async fn any_closures(
        &self,
        request: Request<AnyClosuresRequest>,
    ) -> Result<Response<AnyClosuresResponse>, Status> {
        let any = self.verdicts.closures().any_since(request.into_inner().since_us).await;
        any.map(|any| Response::new(AnyClosuresResponse { any })).map_err(|fault| fault.into_status())
    }
}

/// Most characters of a legal basis, an instrument reference or a source.
const REFERENCE_CHARACTERS_MAX: usize = 200;

fn check_reference(invalid: &mut Invalid, field: &str, text: &str) {
    let characters = text.chars().count();
    if text.trim().is_empty() {
        invalid.add(field, "must not be empty");
    } else if characters > REFERENCE_CHARACTERS_MAX {
        invalid.add(
            field,
            format!("must have at most {REFERENCE_CHARACTERS_MAX} characters, found {characters}"),
        );
    } else if text.chars().any(char::is_control) {
        invalid.add(field, "must have no control characters");
    }
}

/// Whether a page has a size that is allowed; notes one that has not.
fn check_count(invalid: &mut Invalid, field: &str, count: usize, count_max: usize) -> bool {
    let good = (1..=count_max).contains(&count);
    if !good {
        invalid.add(field, format!("must be 1 to {count_max}, found {count}"));
    }
    good
}

/// The bank of a key; none inside for a key of no bank, and the problem for text that is no key.
fn bank_of(directory: &Directory, key: &str) -> Result<Option<BankIndex>, String> {
    match directory.find_text(key) {
        Some(bank) => Ok(Some(bank)),
        None => BankKey::from_str(key).map(|_| None).map_err(|fault| fault.to_string()),
    }
}
