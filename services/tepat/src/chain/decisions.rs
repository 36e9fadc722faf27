//! Reading the decisions of a batch.

use tepat_proto::disbursement as wire;

use crate::client::{Clients, quick};
use crate::failure::Failure;

/// Decisions a page.
const PAGE: i32 = 10_000;

/// Hands every effective decision to `each`, in NIK order; returns how many there are.
pub(crate) async fn each_decision(
    clients: &Clients,
    batch_id: &str,
    mut each: impl FnMut(&wire::Decision) -> Result<(), Failure>,
) -> Result<u64, Failure> {
    let mut client = clients.disbursement();
    let mut page_token = String::new();
    let mut count = 0;
    loop {
        let request =
            wire::ListDecisionsRequest { batch_id: batch_id.to_owned(), page_size: PAGE, page_token };
        let page = client.list_decisions(quick(request)).await?.into_inner();
        for decision in &page.decisions {
            each(decision)?;
            count += 1;
        }
        if page.next_page_token.is_empty() {
            return Ok(count);
        }
        page_token = page.next_page_token;
    }
}
