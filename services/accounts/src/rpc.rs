//! The contract: each RPC decodes, calls and encodes.

mod list_banks;
mod validate_accounts;

use tepat_faults::IntoStatus as _;
use tepat_proto::accounts::accounts_service_server::AccountsService;
use tepat_proto::accounts::{
    ListBanksRequest, ListBanksResponse, ValidateAccountsRequest, ValidateAccountsResponse,
};
use tonic::{Request, Response, Status};

use crate::Accounts;

#[tonic::async_trait]
impl AccountsService for Accounts {
    async fn validate_accounts(
        &self,
        request: Request<ValidateAccountsRequest>,
    ) -> Result<Response<ValidateAccountsResponse>, Status> {
        let answer = validate_accounts::validate_accounts(self, request.into_inner()).await;
        answer.map(Response::new).map_err(tepat_faults::IntoStatus::into_status)
    }

    async fn list_banks(
        &self,
        request: Request<ListBanksRequest>,
    ) -> Result<Response<ListBanksResponse>, Status> {
        let answer = list_banks::list_banks(self, &request.into_inner());
        answer.map(Response::new).map_err(|fault| fault.into_status())
    }
}
