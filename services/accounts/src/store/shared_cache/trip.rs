//! One way to the cache and back: a page of keys or of entries, in one round trip to each server.

use std::sync::Arc;

use futures::future::join_all;
use redis::aio::ConnectionLike as _;
use redis::{Cmd, ServerErrorKind, Value};
use tokio::sync::Semaphore;

use super::Entry;
use super::keys::{CacheKey, Keys};
use super::link::Link;
use super::nodes::{LinkFault, Node, Nodes};
use crate::store::claim_hash::ClaimHash;
use crate::store::known::Known;

/// Keys of one request: more make no request faster, and keep the server from others.
const KEYS_A_REQUEST: usize = 1_000;

/// Goes to the cache.
pub(super) struct Trips {
    link: Link,
    keys: Keys,
    /// Bounds what is under way, so that the wait for an answer is the server's and not our own queue's.
    free: Semaphore,
}

/// What a request found out about the servers.
#[derive(Clone, Copy)]
enum Trouble {
    /// They do not answer, or do not serve.
    Trip(LinkFault),
    /// Some keys are elsewhere by now.
    Moved,
}

impl Trips {
    pub(super) fn new(link: Link, keys: Keys, pages_max: usize) -> Self {
        Self { link, keys, free: Semaphore::new(pages_max) }
    }

    /// What the cache has of each claim, in their order.
    pub(super) async fn get(&self, claims: &[ClaimHash]) -> Vec<Option<Known>> {
        let mut found = vec![None; claims.len()];
        let Some(nodes) = self.link.nodes() else { return found };
        if !nodes.is_cluster() {
            let pages = claims.chunks(KEYS_A_REQUEST).zip(found.chunks_mut(KEYS_A_REQUEST));
            join_all(pages.map(|(claims, found)| self.get_page(&nodes, claims, found))).await;
            return found;
        }
        let pages = self.pages(&nodes, claims.iter().copied());
        let asked = pages.iter().map(|(place, page)| async {
            let claims: Vec<ClaimHash> = page.iter().map(|index| claims[*index]).collect();
            let mut found = vec![None; claims.len()];
            self.get_each(&nodes, &nodes.nodes()[*place], &claims, &mut found).await;
            found
        });
        for ((_, page), answers) in pages.iter().zip(join_all(asked).await) {
            page.iter().zip(answers).for_each(|(index, known)| found[*index] = known);
        }
        found
    }

    /// Remembers entries; what cannot be remembered is left out.
    pub(super) async fn put(&self, entries: &[Entry]) {
        let Some(nodes) = self.link.nodes() else { return };
        let pages = self.pages(&nodes, entries.iter().map(|entry| entry.claim));
        let put = pages.iter().map(|(place, page)| {
            let mut pipe = redis::pipe();
            for entry in page.iter().map(|index| &entries[*index]) {
                let key = self.keys.of(entry.claim);
                let mut set = Cmd::with_capacity(5, key.as_bytes().len() + 40);
                set.arg("SET").arg(key.as_bytes()).arg(&entry.known.encode()).arg("PX").arg(entry.expiry_ms);
                pipe.add_command(set);
            }
            self.request(&nodes, &nodes.nodes()[*place], pipe, page.len())
        });
        for answers in join_all(put).await {
            let refused = answers.iter().flatten().find_map(trouble_of);
            self.note(&nodes, refused);
        }
    }

    /// The places of the claims in pages by server.
    fn pages(&self, nodes: &Nodes, claims: impl Iterator<Item = ClaimHash>) -> Vec<(usize, Vec<usize>)> {
        let mut by_place = vec![Vec::new(); nodes.nodes().len()];
        for (index, claim) in claims.enumerate() {
            if let Some(place) = nodes.place_of(self.keys.of(claim).as_bytes()) {
                by_place[place].push(index);
            }
        }
        let cut = |(place, all): (usize, Vec<usize>)| {
            all.chunks(KEYS_A_REQUEST).map(|page| (place, page.to_vec())).collect::<Vec<_>>()
        };
        by_place.into_iter().enumerate().flat_map(cut).collect()
    }

    /// A page from one server that has all keys.
    async fn get_page(&self, nodes: &Arc<Nodes>, claims: &[ClaimHash], found: &mut [Option<Known>]) {
        let Ok(_free) = self.free.acquire().await else { return };
        let mut ask = Cmd::with_capacity(1 + claims.len(), 4 + claims.len() * self.keys.length());
        ask.arg("MGET");
        for claim in claims {
            ask.arg(self.keys.of(*claim).as_bytes());
        }
        match nodes.nodes()[0].connection().send_packed_command(&ask).await {
            Ok(Value::Array(values)) if values.len() == claims.len() => {
                values.iter().zip(found).for_each(|(value, found)| *found = decode(value));
            }
            Ok(_) => self.note(nodes, Some(Trouble::Trip(LinkFault::Answer))),
            Err(err) => self.note(nodes, Some(Trouble::Trip(err.into()))),
        }
    }

    /// A page from one server of several: a Cluster takes no request over keys of different slots.
    async fn get_each(
        &self,
        nodes: &Arc<Nodes>,
        node: &Node,
        claims: &[ClaimHash],
        found: &mut [Option<Known>],
    ) {
        let mut pipe = redis::pipe();
        for claim in claims {
            let key: CacheKey = self.keys.of(*claim);
            let mut ask = Cmd::with_capacity(2, 3 + key.as_bytes().len());
            ask.arg("GET").arg(key.as_bytes());
            pipe.add_command(ask);
        }
        let Some(values) = self.request(nodes, node, pipe, claims.len()).await else { return };
        let mut trouble = None;
        for (value, found) in values.iter().zip(found) {
            *found = decode(value);
            trouble = trouble.or_else(|| trouble_of(value));
        }
        self.note(nodes, trouble);
    }

    async fn request(
        &self,
        nodes: &Arc<Nodes>,
        node: &Node,
        pipe: redis::Pipeline,
        answers: usize,
    ) -> Option<Vec<Value>> {
        let _free = self.free.acquire().await.ok()?;
        match node.connection().req_packed_commands(&pipe, 0, answers).await {
            Ok(values) => Some(values),
            Err(err) => {
                self.note(nodes, Some(Trouble::Trip(err.into())));
                None
            }
        }
    }

    fn note(&self, nodes: &Arc<Nodes>, trouble: Option<Trouble>) {
        match trouble {
            Some(Trouble::Trip(fault)) => self.link.trip(nodes, fault),
            Some(Trouble::Moved) => self.link.look_again(),
            None => {}
        }
    }
}

fn decode(value: &Value) -> Option<Known> {
    if let Value::BulkString(bytes) = value { Known::decode(bytes) } else { None }
}

/// What a refused command says about its server; none where only that command was refused.
fn trouble_of(value: &Value) -> Option<Trouble> {
    let Value::ServerError(refusal) = value else { return None };
    match refusal.kind()? {
        ServerErrorKind::Moved | ServerErrorKind::Ask | ServerErrorKind::TryAgain => Some(Trouble::Moved),
        ServerErrorKind::ReadOnly
        | ServerErrorKind::BusyLoading
        | ServerErrorKind::ClusterDown
        | ServerErrorKind::MasterDown => Some(Trouble::Trip(LinkFault::NotReady)),
        _ => None,
    }
}

#[cfg(test)]
impl Trips {
    pub(super) fn link(&self) -> &Link {
        &self.link
    }
}
