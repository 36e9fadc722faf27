//! Answers: refusals without a body, and bodies that stay guarded to their end.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{HeaderMap, Response};
use http_body::{Body as _, Frame, SizeHint};
use tepat_faults::IntoStatus;
use tokio::sync::OwnedSemaphorePermit;
use tonic::body::Body;
use tonic::{Code, Status};

use super::panic::Panicked;
use crate::metrics::Timed;

/// A status as a whole answer: headers only, as gRPC wants it for calls that failed at once.
pub(super) fn refusal(status: Status) -> Response<Body> {
    status.into_http()
}

/// The body of an answer: in the span of its call, holding the call's permit, its panics caught.
pub(super) struct GuardedBody {
    inner: Body,
    timed: Timed,
    panicked: bool,
    /// Given back with the last frame, however long the caller then keeps the body.
    permit: Option<OwnedSemaphorePermit>,
}

impl GuardedBody {
    pub(super) fn around(
        response: Response<Body>,
        permit: OwnedSemaphorePermit,
        mut timed: Timed,
    ) -> Response<Body> {
        timed.routed(response.headers());
        if response.body().is_end_stream() {
            timed.end_with(response.headers());
            return response;
        }
        response.map(|inner| Body::new(Self { inner, timed, panicked: false, permit: Some(permit) }))
    }
}

impl http_body::Body for GuardedBody {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let this = &mut *self;
        if this.panicked {
            return Poll::Ready(None);
        }
        let polled = this.timed.span().in_scope(|| {
            let polled = catch_unwind(AssertUnwindSafe(|| Pin::new(&mut this.inner).poll_frame(cx)));
            polled.unwrap_or_else(|_| {
                this.panicked = true;
                let mut trailers = HeaderMap::new();
                let added = Panicked.into_status().add_header(&mut trailers);
                added.expect("a constant message and details in base64 are valid headers");
                Poll::Ready(Some(Ok(Frame::trailers(trailers))))
            })
        });
        match &polled {
            Poll::Pending => return polled,
            Poll::Ready(Some(Ok(frame))) => match frame.trailers_ref() {
                Some(trailers) => this.timed.end_with(trailers),
                None => return polled,
            },
            Poll::Ready(Some(Err(status))) => this.timed.end(status.code()),
            Poll::Ready(None) => this.timed.end(Code::Unknown),
        }
        this.permit = None;
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.panicked || self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
