//! The answer of a peer, counted to its last byte.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::Response;
use http_body::{Body as _, Frame, SizeHint};
use tonic::body::Body;
use tonic::{Code, Status};

use super::away::away;
use super::member::Open;
use crate::metrics::Timed;

/// The body of an answer: open over its address and timed until its end. Its breaking off is told like
/// a peer that is away.
pub(super) struct PeerBody {
    body: Body,
    timed: Timed,
    /// `None` once the last frame has come.
    open: Option<Open>,
}

impl PeerBody {
    pub(super) fn around(response: Response<Body>, open: Open, mut timed: Timed) -> Response<Body> {
        if response.body().is_end_stream() {
            timed.end_with(response.headers());
            return response;
        }
        response.map(|body| Body::new(Self { body, timed, open: Some(open) }))
    }
}

impl http_body::Body for PeerBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = &mut *self;
        let polled = match Pin::new(&mut this.body).poll_frame(cx) {
            Poll::Ready(Some(Err(status))) => {
                let address = this.open.as_ref().map_or("", |open| &open.member().address);
                Poll::Ready(Some(Err(away(address, &status))))
            }
            polled => polled,
        };
        match &polled {
            Poll::Pending => return polled,
            Poll::Ready(Some(Ok(frame))) => match frame.trailers_ref() {
                Some(trailers) => this.timed.end_with(trailers),
                None => return polled,
            },
            Poll::Ready(Some(Err(status))) => this.timed.end(status.code()),
            Poll::Ready(None) => this.timed.end(Code::Unknown),
        }
        this.open = None;
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}
