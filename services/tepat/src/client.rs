//! Clients of a suite: over a socket, or in the same process.

use std::time::Duration;

use tepat_proto::accounts::accounts_service_client::AccountsServiceClient;
use tepat_proto::disbursement::disbursement_service_client::DisbursementServiceClient;
use tepat_proto::membership::membership_service_client::MembershipServiceClient;
use tepat_serve::{MESSAGE_BYTES_MAX, PeerSettings, Transport};
use tonic::Request;
use uuid::Uuid;

use crate::failure::Failure;

/// Time for a call that reads a page or takes a small step.
const QUICK: Duration = Duration::from_secs(30);
/// Time for a call that works over a whole batch or takes a whole file.
const LONG: Duration = Duration::from_secs(3_600);

/// Clients that share one transport.
#[derive(Clone, Debug)]
pub(crate) struct Clients {
    transport: Transport,
}

impl Clients {
    /// Clients over this transport.
    pub(crate) fn over(transport: Transport) -> Self {
        Self { transport }
    }

    /// Clients of the suite at `http://host:port` or `host:port`; connects with the first call.
    pub(crate) fn of(server: &str) -> Result<Self, Failure> {
        let peer = PeerSettings::at(server.trim_end_matches('/'));
        let transport = Transport::remote(&peer);
        let transport = transport
            .map_err(|_| Failure::usage(format!("--server must be http://host:port, found {server:?}")))?;
        Ok(Self { transport })
    }

    /// What carries the calls.
    pub(crate) fn transport(&self) -> Transport {
        self.transport.clone()
    }

    pub(crate) fn membership(&self) -> MembershipServiceClient<Transport> {
        MembershipServiceClient::new(self.transport()).max_decoding_message_size(MESSAGE_BYTES_MAX)
    }

    pub(crate) fn accounts(&self) -> AccountsServiceClient<Transport> {
        AccountsServiceClient::new(self.transport()).max_decoding_message_size(MESSAGE_BYTES_MAX)
    }

    pub(crate) fn disbursement(&self) -> DisbursementServiceClient<Transport> {
        DisbursementServiceClient::new(self.transport()).max_decoding_message_size(MESSAGE_BYTES_MAX)
    }
}

/// A call that answers at once.
pub(crate) fn quick<T>(message: T) -> Request<T> {
    within(QUICK, message)
}

/// A call that may take as long as a whole batch takes.
pub(crate) fn long<T>(message: T) -> Request<T> {
    within(LONG, message)
}

fn within<T>(time: Duration, message: T) -> Request<T> {
    let mut request = Request::new(message);
    request.set_timeout(time);
    request
}

/// A new request id. A step that is repeated by the same command keeps the one it has.
pub(crate) fn request_id() -> String {
    Uuid::now_v7().to_string()
}
