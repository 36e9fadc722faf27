//! All addresses of a peer: whom the next call goes to, and names that are looked up again.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock, PoisonError, RwLock, Weak};
use std::time::Duration;

use http::uri::Authority;
use tokio::task::AbortHandle;

use super::member::Member;
use super::peer::{PeerSettings, TransportFault, authorities, endpoint};

/// The replicas of a peer.
#[derive(Debug)]
pub(super) struct Fleet {
    peer: PeerSettings,
    names: Vec<Name>,
    members: RwLock<Arc<[Arc<Member>]>>,
    turn: AtomicUsize,
    /// The task that looks names up; none when every address is a number.
    lookup: OnceLock<AbortHandle>,
}

/// One `host:port` as written, with the members that it stands for.
#[derive(Debug)]
struct Name {
    authority: Authority,
    members: RwLock<Vec<Arc<Member>>>,
}

impl Fleet {
    pub(super) fn of(peer: &PeerSettings) -> Result<Arc<Self>, TransportFault> {
        // Until a name is looked up the network stack does it, at the first connection.
        let name = |authority: Authority| {
            let member = member(peer, &authority, None);
            Name { authority, members: RwLock::new(vec![member]) }
        };
        let names: Vec<Name> = authorities(&peer.address)?.into_iter().map(name).collect();
        let is_number = |name: &Name| name.authority.as_str().parse::<SocketAddr>().is_ok();
        let numbers_only = names.iter().all(is_number);
        let fleet = Arc::new(Self {
            peer: peer.clone(),
            members: RwLock::new(all(&names)),
            names,
            turn: AtomicUsize::new(0),
            lookup: OnceLock::new(),
        });
        if !numbers_only {
            let task = tokio::spawn(look_up(Arc::downgrade(&fleet), Duration::from_millis(peer.resolve_ms)));
            fleet.lookup.set(task.abort_handle()).expect("the fleet is new");
        }
        Ok(fleet)
    }

    /// The settings that the fleet was made of.
    pub(super) fn peer(&self) -> &PeerSettings {
        &self.peer
    }

    /// Who takes the next call: of those that answer and were not tried by it, the one with the fewest
    /// open calls; of equals, each in its turn. When none answers, whoever was not tried.
    pub(super) fn pick(&self, tried: &[Arc<Member>]) -> Arc<Member> {
        let members = self.members();
        if let [only] = &*members {
            return Arc::clone(only);
        }
        let first = self.turn.fetch_add(1, Ordering::Relaxed) % members.len();
        let in_turn = members[first..].iter().chain(&members[..first]);
        let was_tried = |member: &Arc<Member>| tried.iter().any(|other| Arc::ptr_eq(member, other));
        let best = in_turn.min_by_key(|member| (member.is_away(), was_tried(member), member.open()));
        Arc::clone(best.expect("a fleet has at least one member"))
    }

    /// Whether somebody answers whom this call has not tried.
    pub(super) fn has_fresh(&self, tried: &[Arc<Member>]) -> bool {
        let members = self.members();
        members
            .iter()
            .any(|member| !member.is_away() && !tried.iter().any(|other| Arc::ptr_eq(member, other)))
    }

    /// Somebody did not answer. Where nobody could take over, there is nothing to avoid.
    pub(super) fn away(&self, member: &Arc<Member>) {
        if self.members().len() > 1 {
            member.away();
        }
    }

    pub(super) fn members(&self) -> Arc<[Arc<Member>]> {
        Arc::clone(&self.members.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The addresses that a name stands for now. Those that stay keep their connections; of those that
    /// go, calls under way are finished.
    fn take(&self, name: &Name, mut addresses: Vec<SocketAddr>) {
        addresses.sort_unstable();
        addresses.dedup();
        let mut known = name.members.write().unwrap_or_else(PoisonError::into_inner);
        let by_name = known.len() == 1 && known[0].address == name.authority.as_str();
        if addresses.is_empty() || (addresses.len() == 1 && by_name) {
            return;
        }
        let kept_or_new = |at: &SocketAddr| {
            let text = at.to_string();
            let kept = known.iter().find(|member| member.address == text);
            kept.cloned().unwrap_or_else(|| member(&self.peer, &name.authority, Some(*at)))
        };
        let members: Vec<_> = addresses.iter().map(kept_or_new).collect();
        if members.len() == known.len() && members.iter().zip(&*known).all(|(new, old)| Arc::ptr_eq(new, old))
        {
            return;
        }
        tracing::info!(name = %name.authority, addresses = members.len(), "a peer's addresses have changed");
        *known = members;
        drop(known);
        *self.members.write().unwrap_or_else(PoisonError::into_inner) = all(&self.names);
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        if let Some(task) = self.lookup.get() {
            task.abort();
        }
    }
}

fn member(peer: &PeerSettings, authority: &Authority, at: Option<SocketAddr>) -> Arc<Member> {
    let address = at.map_or_else(|| authority.to_string(), |at| at.to_string());
    let connect_timeout = Duration::from_millis(peer.connect_timeout_ms);
    Member::new(address, &endpoint(peer, authority, at), connect_timeout)
}

fn all(names: &[Name]) -> Arc<[Arc<Member>]> {
    let of_name = |name: &Name| name.members.read().unwrap_or_else(PoisonError::into_inner).clone();
    names.iter().flat_map(of_name).collect()
}

/// Looks every name up, now and then again, for as long as somebody calls this peer.
async fn look_up(fleet: Weak<Fleet>, pause: Duration) {
    loop {
        {
            let Some(fleet) = fleet.upgrade() else { return };
            for name in &fleet.names {
                // A name that cannot be looked up now keeps the addresses that it had.
                if let Ok(addresses) = tokio::net::lookup_host(name.authority.as_str()).await {
                    fleet.take(name, addresses.collect());
                }
            }
        }
        tokio::time::sleep(pause).await;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::member::Open;

    fn fleet(address: &str) -> Arc<Fleet> {
        Fleet::of(&PeerSettings::at(address)).unwrap()
    }

    fn addresses(fleet: &Fleet) -> Vec<String> {
        fleet.members().iter().map(|member| member.address.clone()).collect()
    }

    fn numbers(texts: &[&str]) -> Vec<SocketAddr> {
        texts.iter().map(|text| text.parse().unwrap()).collect()
    }

    #[tokio::test]
    async fn calls_go_round_and_to_whoever_has_fewest() {
        let fleet = fleet("127.0.0.1:1,127.0.0.1:2, 127.0.0.1:3,127.0.0.1:1");
        assert_eq!(addresses(&fleet).len(), 3, "each address once");
        let picks: Vec<String> = (0..6).map(|_| fleet.pick(&[]).address.clone()).collect();
        assert_eq!(picks[..3], picks[3..]);
        assert_eq!(picks[..3].iter().collect::<std::collections::BTreeSet<_>>().len(), 3);
        let busy = [Open::over(fleet.pick(&[])), Open::over(fleet.pick(&[]))];
        let free = fleet.pick(&[]);
        assert!(busy.iter().all(|open| !Arc::ptr_eq(open.member(), &free)));
        for _ in 0..3 {
            assert!(Arc::ptr_eq(&fleet.pick(&[]), &free));
        }
        drop(busy);
        let after: std::collections::BTreeSet<_> = (0..3).map(|_| fleet.pick(&[]).address.clone()).collect();
        assert_eq!(after.len(), 3);
    }

    #[tokio::test]
    async fn who_is_away_or_was_tried_is_passed_over_while_another_is_left() {
        let fleet = fleet("127.0.0.1:1,127.0.0.1:2,127.0.0.1:3");
        let [first, second, third] = [0, 1, 2].map(|at| Arc::clone(&fleet.members()[at]));
        first.away();
        for _ in 0..4 {
            assert!(Arc::ptr_eq(&fleet.pick(&[Arc::clone(&second)]), &third));
        }
        assert!(fleet.has_fresh(&[Arc::clone(&second)]));
        let tried = [second, third];
        assert!(!fleet.has_fresh(&tried));
        assert!(!fleet.pick(&tried).is_away(), "who answers is asked again before who is away");
        tried.iter().for_each(Member::away);
        assert!(Arc::ptr_eq(&fleet.pick(&tried), &first), "when all are away, who was not tried");
    }

    #[tokio::test]
    async fn a_name_takes_its_addresses_keeps_what_stays_and_forgets_what_is_gone() {
        let fleet = fleet("peer.invalid:7,127.0.0.1:1");
        let name = &fleet.names[0];
        fleet.take(name, numbers(&["10.0.0.1:7"]));
        assert_eq!(addresses(&fleet), ["peer.invalid:7", "127.0.0.1:1"], "a single address stays a name");
        fleet.take(name, numbers(&["10.0.0.2:7", "10.0.0.1:7", "10.0.0.2:7"]));
        assert_eq!(addresses(&fleet), ["10.0.0.1:7", "10.0.0.2:7", "127.0.0.1:1"]);
        let stays = Arc::clone(&fleet.members()[1]);
        fleet.take(name, vec![]);
        fleet.take(name, numbers(&["10.0.0.3:7", "10.0.0.2:7"]));
        assert_eq!(addresses(&fleet), ["10.0.0.2:7", "10.0.0.3:7", "127.0.0.1:1"]);
        assert!(Arc::ptr_eq(&fleet.members()[0], &stays));
        fleet.take(name, numbers(&["10.0.0.2:7"]));
        assert_eq!(addresses(&fleet), ["10.0.0.2:7", "127.0.0.1:1"]);
    }
}
