//! What a call sends: one whole message that can be sent again, or a stream that cannot.

use std::future::poll_fn;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Buf, Bytes};
use http_body::{Body as _, Frame};
use tonic::Status;
use tonic::body::Body;

/// Bytes before each message of gRPC: a flag and the length.
const PREFIX_BYTES: usize = 5;

/// What a call sends.
pub(super) enum Content {
    /// One message, or none, and the end: its bytes are shared by every repetition.
    Whole(Bytes),
    /// Anything else; sent once.
    Stream(Body),
}

impl Content {
    /// Reads what is there at once, without waiting: a unary call has all of it ready.
    pub(super) async fn of(mut body: Body) -> Self {
        poll_fn(|cx| Poll::Ready(Self::ready(&mut body, cx))).await.unwrap_or(Self::Stream(body))
    }

    /// `None` when nothing was there yet, and nothing was taken.
    fn ready(body: &mut Body, cx: &mut Context<'_>) -> Option<Self> {
        let mut poll = |body: &mut Body| Pin::new(body).poll_frame(cx);
        if body.is_end_stream() {
            return Some(Self::Whole(Bytes::new()));
        }
        let first = match poll(body) {
            Poll::Pending => return None,
            Poll::Ready(None) => return Some(Self::Whole(Bytes::new())),
            Poll::Ready(Some(first)) => first,
        };
        let second = match poll(body) {
            Poll::Pending => None,
            Poll::Ready(Some(second)) => Some(second),
            Poll::Ready(None) => {
                let message = first.as_ref().ok().and_then(Frame::data_ref);
                if let Some(message) = message.filter(|bytes| is_one_message(bytes)) {
                    return Some(Self::Whole(message.clone()));
                }
                *body = Body::empty();
                None
            }
        };
        let begun = Begun { taken: [Some(first), second], rest: std::mem::take(body) };
        Some(Self::Stream(Body::new(begun)))
    }

    /// The content for one sending; `None` when it was sent and cannot be sent again.
    pub(super) fn take_or_share(&mut self) -> Option<Body> {
        match self {
            Self::Whole(bytes) => Some(Body::new(Message { left: Some(bytes.clone()) })),
            Self::Stream(body) if body.is_end_stream() => None,
            Self::Stream(body) => Some(std::mem::take(body)),
        }
    }

    pub(super) fn is_whole(&self) -> bool {
        matches!(self, Self::Whole(_))
    }
}

/// Whether the bytes are exactly one message of gRPC; no bytes are no message.
fn is_one_message(bytes: &Bytes) -> bool {
    let mut prefix = bytes.as_ref();
    if prefix.len() < PREFIX_BYTES {
        return false;
    }
    prefix.advance(1);
    let length = prefix.get_u32();
    usize::try_from(length).is_ok_and(|length| length == prefix.len())
}

/// A message and the end of the body in one.
struct Message {
    left: Option<Bytes>,
}

impl http_body::Body for Message {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        _: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let left = self.left.take().filter(|bytes| !bytes.is_empty());
        Poll::Ready(left.map(|bytes| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        self.left.as_ref().is_none_or(Bytes::is_empty)
    }
}

/// A stream whose first frames were read already.
struct Begun {
    taken: [Option<Result<Frame<Bytes>, Status>>; 2],
    rest: Body,
}

impl http_body::Body for Begun {
    type Data = Bytes;
    type Error = Status;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Status>>> {
        let taken = self.taken.iter_mut().find_map(Option::take);
        if taken.is_some() { Poll::Ready(taken) } else { Pin::new(&mut self.rest).poll_frame(cx) }
    }
}

#[cfg(test)]
mod tests {
    use futures::StreamExt;
    use http_body_util::{BodyExt, StreamBody};

    use super::*;

    fn message(text: &str) -> Bytes {
        let length = u32::try_from(text.len()).unwrap();
        [&[0], &length.to_be_bytes()[..], text.as_bytes()].concat().into()
    }

    fn body_of(frames: Vec<Bytes>, goes_on: bool) -> Body {
        let frames = futures::stream::iter(frames).map(|bytes| Ok::<_, Status>(Frame::data(bytes)));
        let tail =
            if goes_on { futures::stream::pending().boxed() } else { futures::stream::empty().boxed() };
        Body::new(StreamBody::new(frames.chain(tail)))
    }

    #[tokio::test]
    async fn only_one_message_and_the_end_can_be_sent_again() {
        let two_in_one = Bytes::from([message("a"), message("b")].concat());
        let check = async |frames: Vec<Bytes>, goes_on: bool, whole: bool| {
            let expected = frames.concat();
            let mut content = Content::of(body_of(frames, goes_on)).await;
            assert_eq!(content.is_whole(), whole, "{expected:?}");
            let mut sent = content.take_or_share().unwrap();
            let mut received = Vec::new();
            while received.len() < expected.len() {
                received.extend(sent.frame().await.unwrap().unwrap().into_data().unwrap());
            }
            assert_eq!(received, expected);
            assert_eq!(content.take_or_share().is_some(), whole, "a stream is sent once");
        };
        check(vec![message("a")], false, true).await;
        check(vec![message("")], false, true).await;
        check(vec![], false, true).await;
        check(vec![message("a")], true, false).await;
        check(vec![message("a"), message("b")], false, false).await;
        check(vec![message("a"), message("b"), message("c")], false, false).await;
        check(vec![two_in_one], false, false).await;
        check(vec![message("half").slice(..6)], false, false).await;
    }

    #[tokio::test]
    async fn what_is_sent_again_is_the_same_bytes_not_a_copy() {
        let given = message("a");
        let mut content = Content::of(body_of(vec![given.clone()], false)).await;
        for _ in 0..3 {
            let sent = content.take_or_share().unwrap().frame().await.unwrap().unwrap().into_data().unwrap();
            assert_eq!(sent.as_ptr(), given.as_ptr());
        }
    }
}
