//! A call over a socket: sent to one address of the peer, repeated where that is safe and worth while.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::sync::Arc;
use std::time::Duration;

use http::uri::PathAndQuery;
use http::{HeaderMap, Method, Request, Response, Uri, Version};
use tokio::time::Instant;
use tonic::body::Body;
use tonic::{Code, Status};
use tonic_types::StatusExt;
use tower::ServiceExt;

use super::answer::PeerBody;
use super::away::{away, is_timeout, late};
use super::content::Content;
use super::fleet::Fleet;
use super::member::{Member, Open};
use super::say_allowed;
use crate::metrics::{Counter, Timed};

/// Pause before the first repetition; each further one is twice as long, of which half is by chance.
const PAUSE: Duration = Duration::from_millis(50);
/// Longest pause that is ours; the peer may name a longer one.
const PAUSE_MAX: Duration = Duration::from_secs(2);

/// Repetitions, for whoever watches a peer that comes and goes.
static REPEATED: Counter =
    Counter::new("tepat_peer_repetitions_total", "Calls to peers that were sent again.");

/// Makes a call whose answer must begin within the time allowed.
pub(super) async fn call(
    fleet: Arc<Fleet>,
    request: Request<Body>,
    allowed: Duration,
) -> Result<Response<Body>, Status> {
    let began = Instant::now();
    let (head, body) = request.into_parts();
    let path = head.uri.path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
    let mut timed = Timed::asked(path, began);
    let head = Head { method: head.method, uri: head.uri, version: head.version, headers: head.headers };
    let until = began + allowed;
    let attempts = async {
        let content = Content::of(body).await;
        Attempts { fleet, head, content, until, tried: Vec::new(), pauses: 0 }.run().await
    };
    let outcome = tokio::select! {
        biased;
        outcome = attempts => outcome,
        () = tokio::time::sleep_until(until) => Outcome::Late,
    };
    match outcome {
        Outcome::Answered(response, open) => Ok(PeerBody::around(response, open, timed)),
        Outcome::Away(status) => {
            timed.end(Code::Unavailable);
            Err(status)
        }
        Outcome::Late => {
            timed.end(Code::DeadlineExceeded);
            Err(late(allowed))
        }
    }
}

/// How a call came out.
enum Outcome {
    /// With an answer, be it a refusal.
    Answered(Response<Body>, Open),
    /// Nobody answered.
    Away(Status),
    /// The time allowed passed before the answer began.
    Late,
}

/// What a repetition says again. Extensions stay behind: they are for layers that the call has passed.
struct Head {
    method: Method,
    uri: Uri,
    version: Version,
    headers: HeaderMap,
}

/// One call, sent as often as it takes.
struct Attempts {
    fleet: Arc<Fleet>,
    head: Head,
    content: Content,
    until: Instant,
    /// Who was asked in vain, in this order.
    tried: Vec<Arc<Member>>,
    pauses: u32,
}

impl Attempts {
    async fn run(mut self) -> Outcome {
        loop {
            let open = Open::over(self.choose().await);
            let sent = self.send(&open).await;
            let unavailable = match &sent {
                Ok(response) => unavailable(response),
                Err(err) if is_timeout(err) => return Outcome::Late,
                Err(_) => Some(Unavailable { is_away: true, retry_after: Duration::ZERO }),
            };
            match &unavailable {
                Some(Unavailable { is_away: true, .. }) => self.fleet.away(open.member()),
                _ => open.member().there(),
            }
            self.tried.push(Arc::clone(open.member()));
            if let Some(unavailable) = unavailable
                && self.may_repeat(&unavailable).await
            {
                REPEATED.add("", 1);
                continue;
            }
            return match sent {
                Ok(response) => Outcome::Answered(response, open),
                Err(err) => Outcome::Away(away(&open.member().address, &err)),
            };
        }
    }

    /// Whom to ask. What can be sent once only goes to nobody who may not be there.
    async fn choose(&mut self) -> Arc<Member> {
        let chosen = self.fleet.pick(&self.tried);
        let several = self.fleet.members().len();
        if self.content.is_whole() || several == 1 {
            return chosen;
        }
        let mut asked = vec![Arc::clone(&chosen)];
        let mut candidate = chosen;
        while !candidate.is_proven().await && asked.len() < several {
            candidate = self.fleet.pick(&asked);
            asked.push(Arc::clone(&candidate));
        }
        candidate
    }

    async fn send(&mut self, open: &Open) -> Result<Response<Body>, tonic::transport::Error> {
        let content = self.content.take_or_share().expect("only what can be sent again is sent again");
        let mut request = Request::new(content);
        *request.method_mut() = self.head.method.clone();
        *request.uri_mut() = self.head.uri.clone();
        *request.version_mut() = self.head.version;
        *request.headers_mut() = if self.may_be_needed_again() {
            self.head.headers.clone()
        } else {
            std::mem::take(&mut self.head.headers)
        };
        if !self.tried.is_empty() {
            let left = self.until.saturating_duration_since(Instant::now());
            say_allowed(request.headers_mut(), left);
        }
        open.member().channel.clone().oneshot(request).await
    }

    fn may_be_needed_again(&self) -> bool {
        let sent = u32::try_from(self.tried.len()).unwrap_or(u32::MAX);
        self.content.is_whole() && sent < self.fleet.peer().retries_max
    }

    /// Waits for the right moment to repeat the call; `false` when there is none. Where the one asked is
    /// away, somebody else who is there is asked at once.
    async fn may_repeat(&mut self, unavailable: &Unavailable) -> bool {
        let sent = u32::try_from(self.tried.len()).unwrap_or(u32::MAX);
        if !self.content.is_whole() || sent > self.fleet.peer().retries_max {
            return false;
        }
        if unavailable.is_away && self.fleet.has_fresh(&self.tried) {
            return true;
        }
        let pause = pause(self.pauses).max(unavailable.retry_after);
        self.pauses += 1;
        if Instant::now() + pause >= self.until {
            return false;
        }
        tokio::time::sleep(pause).await;
        true
    }
}

/// The peer could not take the call now.
struct Unavailable {
    /// There was no answer at all.
    is_away: bool,
    /// The pause that the peer asks for; zero when it names none.
    retry_after: Duration,
}

/// An answer that says `UNAVAILABLE` and nothing before.
fn unavailable(response: &Response<Body>) -> Option<Unavailable> {
    let code = response.headers().get(Status::GRPC_STATUS)?;
    if Code::from_bytes(code.as_bytes()) != Code::Unavailable {
        return None;
    }
    let status = Status::from_header_map(response.headers())?;
    let retry_after = status.get_details_retry_info().and_then(|info| info.retry_delay);
    Some(Unavailable { is_away: false, retry_after: retry_after.unwrap_or_default() })
}

/// The pause after so many others: at least half of what it may be, so that it grows for certain.
fn pause(before: u32) -> Duration {
    let longest = PAUSE.saturating_mul(1 << before.min(16)).min(PAUSE_MAX);
    let half = longest / 2;
    // Keys of the hasher are random in each process and differ from each other; that is enough chance.
    let chance = RandomState::new().build_hasher().finish();
    let nanoseconds = u64::try_from(half.as_nanos()).unwrap_or(u64::MAX).max(1);
    half + Duration::from_nanos(chance % nanoseconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_their_bound_and_differ() {
        let check = |before: u32, from_ms: u64, to_ms: u64| {
            let pause = pause(before);
            let range = Duration::from_millis(from_ms)..Duration::from_millis(to_ms);
            assert!(range.contains(&pause), "{before}: {pause:?}");
        };
        check(0, 25, 50);
        check(1, 50, 100);
        check(4, 400, 800);
        check(6, 1_000, 2_000);
        check(u32::MAX, 1_000, 2_000);
        let several: std::collections::BTreeSet<_> = (0..8).map(|_| pause(6)).collect();
        assert!(several.len() > 1, "calls that failed together do not come back together");
    }
}
