//! Claims that are being asked now: whoever claims the same meanwhile waits for that answer.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::watch;

use crate::store::{ByHash, ClaimHash, Known};

/// The claims that calls of this process are asking banks about.
#[derive(Default)]
pub(crate) struct Flights {
    in_the_air: Mutex<ByHash<ClaimHash, Joined>>,
}

/// What a call found out: every claim that it asked about.
type Landed = Arc<ByHash<ClaimHash, Known>>;

/// A call that asks about claims. When it is dropped without [`Flight::land`], nobody waits for it longer.
pub(crate) struct Flight<'a> {
    flights: &'a Flights,
    claims: Vec<ClaimHash>,
    landed: watch::Sender<Option<Landed>>,
}

/// Another call that asks about a claim.
#[derive(Clone)]
pub(crate) struct Joined(watch::Receiver<Option<Landed>>);

/// Who asks about a claim.
pub(crate) enum Seat {
    /// The call itself.
    Own,
    /// Another one, that began before.
    Other(Joined),
}

impl Flights {
    /// A flight for those claims that no other call is asking about, and a seat for each claim, in their
    /// order. A claim stands there once.
    pub(crate) fn board(&self, claims: &[ClaimHash]) -> (Flight<'_>, Vec<Seat>) {
        let (landed, joined) = watch::channel(None);
        let mut own = Vec::new();
        let mut in_the_air = self.lock();
        let seat = |claim: &ClaimHash| match in_the_air.get(claim) {
            Some(other) => Seat::Other(other.clone()),
            None => {
                in_the_air.insert(*claim, Joined(joined.clone()));
                own.push(*claim);
                Seat::Own
            }
        };
        let seats = claims.iter().map(seat).collect();
        (Flight { flights: self, claims: own, landed }, seats)
    }

    fn lock(&self) -> MutexGuard<'_, ByHash<ClaimHash, Joined>> {
        self.in_the_air.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Flight<'_> {
    /// Tells whoever joined what was found out, after it was kept.
    pub(crate) fn land(self, found: impl Iterator<Item = (ClaimHash, Known)>) {
        self.landed.send_replace(Some(Arc::new(found.collect())));
    }
}

impl Drop for Flight<'_> {
    fn drop(&mut self) {
        let mut in_the_air = self.flights.lock();
        for claim in &self.claims {
            in_the_air.remove(claim);
        }
    }
}

impl Joined {
    /// What the other call found out about a claim; none when it ended without finding out.
    pub(crate) async fn known(mut self, claim: ClaimHash) -> Option<Known> {
        let landed = self.0.wait_for(Option::is_some).await.ok()?;
        landed.as_ref().and_then(|found| found.get(&claim).copied())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::verdict::{Judgement, Verdict};

    const CLAIMS: [ClaimHash; 3] = [ClaimHash([1; 16]), ClaimHash([2; 16]), ClaimHash([3; 16])];

    fn known(checked_at_us: i64) -> Known {
        let judgement = Judgement { verdict: Verdict::Valid, name_match: None, dormancy_told: true };
        Known { judgement, checked_at_us }
    }

    fn other(seat: Seat) -> Joined {
        if let Seat::Other(joined) = seat { joined } else { panic!("nobody else asks") }
    }

    #[tokio::test]
    async fn a_claim_in_the_air_is_joined_and_others_are_not() {
        let flights = Flights::default();
        let (first, seats) = flights.board(&CLAIMS[..2]);
        assert!(seats.iter().all(|seat| matches!(seat, Seat::Own)));
        let (_second, mut seats) = flights.board(&CLAIMS[1..]);
        assert!(matches!(seats[1], Seat::Own));
        let joined = other(seats.remove(0));
        first.land([(CLAIMS[0], known(1)), (CLAIMS[1], known(2))].into_iter());
        assert_eq!(joined.known(CLAIMS[1]).await, Some(known(2)));
        let (_third, seats) = flights.board(&CLAIMS);
        assert!(matches!(seats[..], [Seat::Own, Seat::Own, Seat::Other(_)]), "what landed is asked anew");
    }

    #[tokio::test]
    async fn nobody_waits_for_a_call_that_was_given_up() {
        let flights = Flights::default();
        let (first, _) = flights.board(&CLAIMS[..1]);
        let (_second, mut seats) = flights.board(&CLAIMS[..1]);
        let joined = other(seats.remove(0));
        drop(first);
        assert_eq!(joined.known(CLAIMS[0]).await, None);
        assert!(matches!(flights.board(&CLAIMS[..1]).1[..], [Seat::Own]));
    }
}
