//! The door: decodes a request, calls the rules, encodes the answer.

mod get_minimum_wage;
mod list_wage_rules;
mod verify_wages;
mod wire;

use std::sync::Arc;

use tepat_faults::IntoStatus;
use tepat_proto::wages::wages_service_server::WagesService;
use tepat_proto::wages::{
    GetMinimumWageRequest, GetMinimumWageResponse, ListWageRulesRequest, ListWageRulesResponse,
    VerifyWagesRequest, VerifyWagesResponse,
};
use tonic::{Request, Response, Status};

use crate::rules::table::WageTable;

/// The service: the table it judges by, and nothing that changes.
#[derive(Clone, Debug)]
pub struct Wages {
    table: Arc<WageTable>,
}

impl Wages {
    pub(crate) const fn new(table: Arc<WageTable>) -> Self {
        Self { table }
    }
}

#[tonic::async_trait]
impl WagesService for Wages {
    async fn verify_wages(
        &self,
        request: Request<VerifyWagesRequest>,
    ) -> Result<Response<VerifyWagesResponse>, Status> {
        let answer = verify_wages::answer(&self.table, &request.into_inner());
        answer.map(Response::new).map_err(IntoStatus::into_status)
    }

    async fn list_wage_rules(
        &self,
        request: Request<ListWageRulesRequest>,
    ) -> Result<Response<ListWageRulesResponse>, Status> {
        let answer = list_wage_rules::answer(&self.table, &request.into_inner());
        answer.map(Response::new).map_err(IntoStatus::into_status)
    }

    async fn get_minimum_wage(
        &self,
        request: Request<GetMinimumWageRequest>,
    ) -> Result<Response<GetMinimumWageResponse>, Status> {
        let answer = get_minimum_wage::answer(&self.table, request.get_ref());
        answer.map(Response::new).map_err(IntoStatus::into_status)
    }
}
