//! Every RPC through the in-process transport.
#![expect(clippy::unwrap_used, reason = "in tests an unwrap is an assertion")]

mod data_folder;
mod get_minimum_wage;
mod list_wage_rules;
mod verify_wages;

use tepat_faults::{Reason, reason, reason_of};
use tepat_proto::Date;
use tepat_proto::wages::wages_service_client::WagesServiceClient;
use tepat_proto::wages::{PersonWages, ReportedWage, VerifyWagesRequest, WageFacts};
use tepat_serve::{Limits, MESSAGE_BYTES_MAX, Transport};
use tepat_wages::{Settings, build};
use tonic::service::Routes;
use tonic::{Code, Status};
use tonic_types::StatusExt;

pub(crate) async fn client_of(settings: &Settings) -> WagesServiceClient<Transport> {
    let service = build(settings).await.unwrap();
    let limits = Limits { requests_max: 4, deadline_ms: 60_000, deadline_max_ms: 60_000 };
    WagesServiceClient::new(Transport::local(Routes::new(service), limits))
        .max_encoding_message_size(MESSAGE_BYTES_MAX)
        .max_decoding_message_size(MESSAGE_BYTES_MAX)
}

pub(crate) async fn client() -> WagesServiceClient<Transport> {
    client_of(&Settings::default()).await
}

pub(crate) const fn date(year: i32, month: i32, day: i32) -> Option<Date> {
    Some(Date { year, month, day })
}

pub(crate) fn report(wage_rupiah: i64, wage_months: i32, reported_on: Option<Date>) -> ReportedWage {
    ReportedWage { month: date(2022, 6, 0), wage_rupiah, wage_months, reported_on }
}

pub(crate) fn person(employments: &[(i32, i64)]) -> PersonWages {
    let facts =
        |&(region_code, wage)| WageFacts { region_code, reports: vec![report(wage, 1, date(2022, 7, 1))] };
    PersonWages { employments: employments.iter().map(facts).collect() }
}

pub(crate) fn page(persons: Vec<PersonWages>) -> VerifyWagesRequest {
    VerifyWagesRequest { rule_id: "bsu-2022".into(), cut_off: date(2022, 7, 31), persons }
}

/// The paths and problems of a refused request, and that it is refused as malformed.
pub(crate) fn violations(status: &Status) -> Vec<(String, String)> {
    assert_eq!((status.code(), reason_of(status)), (Code::InvalidArgument, Some(reason::BAD_REQUEST)));
    let request = status.get_details_bad_request().unwrap();
    request.field_violations.into_iter().map(|violation| (violation.field, violation.description)).collect()
}

pub(crate) fn assert_refused(status: &Status, code: Code, reason: Reason) {
    assert_eq!((status.code(), reason_of(status)), (code, Some(reason)), "{status}");
}
