//! Pages of claims whose verdicts are known, against raw MGETs of as many keys of the same Redis.
//!
//! Both draw from all the prepared claims with equal chances and have the same number of pages under way.
//! Ours are calls over the in-process transport: message, keyed hashes, cache, verdicts, message. The cache
//! is Redis; there is no layer before it.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore as _, SeedableRng as _};
use tepat_proto::accounts::Claim;
use tepat_proto::accounts::accounts_service_client::AccountsServiceClient;
use tepat_serve::{MESSAGE_BYTES_MAX, Transport};
use tonic::service::Routes;

use super::claims::{Claims, request};
use super::rate::drive;
use super::report::{Kind, Report, peak_rss_bytes};
use super::states::{self, key};
use super::world::{self, Folder};
use crate::answer::Answer;
use crate::client::long;
use crate::compose::Parts;
use crate::failure::Failure;

/// Claims a page, and keys an MGET.
const PAGE: usize = 1_000;

/// Pages under way at once, on both sides.
const IN_FLIGHT: usize = 4;

/// The chance of the draws.
const SEED: u64 = 7;

/// Measures `pages` pages.
pub(crate) async fn run(parts: &Parts, pages: usize) -> Result<Answer, Failure> {
    let folder = Folder::of(parts);
    let prepared = folder.ready()?;
    let drawn = draw(&folder, prepared.claims, pages * PAGE)?;
    let keys: Vec<Vec<[u8; 17]>> = drawn.chunks(PAGE).map(|page| page.iter().map(key_of).collect()).collect();
    let requests: Vec<_> = drawn.chunks(PAGE).map(|page| request(page.to_vec())).collect();
    drop(drawn);

    let redis = states::connect(&world::redis_url(parts)?).await?;
    let hits = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&hits);
    let floor = drive(keys, IN_FLIGHT, move |keys: Vec<[u8; 17]>| {
        let (mut redis, hits) = (redis.clone(), Arc::clone(&counted));
        async move {
            let mut mget = redis::cmd("MGET");
            for key in &keys {
                mget.arg(&key[..]);
            }
            let found: Vec<Option<Vec<u8>>> = mget.query_async(&mut redis).await.map_err(states::failed)?;
            hits.fetch_add(found.iter().flatten().count() as u64, Ordering::Relaxed);
            Ok(())
        }
    });
    let floor = floor.await?;
    let floor_hits = hits.load(Ordering::Relaxed);

    let opened = parts.accounts().await?;
    let limits = parts.settings.process.listen.limits();
    let accounts = AccountsServiceClient::new(Transport::local(Routes::new(opened.server), limits))
        .max_decoding_message_size(MESSAGE_BYTES_MAX);
    let reused = Arc::new(AtomicU64::new(0));
    let counted = Arc::clone(&reused);
    let ours = drive(requests, IN_FLIGHT, move |request| {
        let (mut accounts, reused) = (accounts.clone(), Arc::clone(&counted));
        async move {
            let answer = accounts.validate_accounts(long(request)).await?.into_inner();
            let known = answer.results.iter().filter(|result| result.reused || result.checked_at_us == 0);
            reused.fetch_add(known.count() as u64, Ordering::Relaxed);
            Ok(())
        }
    });
    let ours = ours.await?;
    let claims = (pages * PAGE) as u64;
    let mut wrong = Vec::new();
    for (whose, hits) in [("the floor", floor_hits), ("ours", reused.load(Ordering::Relaxed))] {
        if hits != claims {
            wrong.push(format!("{whose}: {hits} of {claims} claims were known"));
        }
    }
    let report = Report {
        bench: "accounts-pages",
        kind: Kind::Rate,
        size: claims,
        things: "claims",
        floor: floor.per_second(PAGE as u64),
        ours: ours.per_second(PAGE as u64),
        floor_stages: Vec::new(),
        stages: Vec::new(),
        figures: vec![("page p99 ms", ours.percentile_ms(99), floor.percentile_ms(99))],
        peaks: peak_rss_bytes("self").map(|bytes| ("this process".to_owned(), bytes)).into_iter().collect(),
        notes: vec![format!("pages of {PAGE}, {IN_FLIGHT} under way, from {} claims", prepared.claims)],
        wrong,
    };
    Ok(report.answer())
}

fn key_of(claim: &Claim) -> [u8; 17] {
    key(claim.nik, claim.bank.as_bytes(), claim.account_number.as_bytes())
}

/// Draws claims uniformly from those of the sample, with replacement, in the order of the draws.
pub(super) fn draw(folder: &Folder, claims: u64, count: usize) -> Result<Vec<Claim>, Failure> {
    let mut chance = ChaCha8Rng::seed_from_u64(SEED);
    // The claims of a place are needed in the order of the file; the pages get them in the order drawn.
    let mut wanted: Vec<(u64, usize)> = (0..count).map(|place| (below(&mut chance, claims), place)).collect();
    wanted.sort_unstable();
    let mut drawn = vec![Claim::default(); count];
    let mut file = Claims::open(&folder.sample())?;
    let (mut page, mut first) = (Vec::new(), 0);
    for (number, place) in wanted {
        while number >= first + page.len() as u64 {
            first += page.len() as u64;
            page = file.page(PAGE)?;
            if page.is_empty() {
                return Err(Failure::failed("the sample has fewer claims than were prepared"));
            }
        }
        drawn[place] = page[usize::try_from(number - first).expect("within a page")].clone();
    }
    Ok(drawn)
}

/// A number below `bound` with equal chances, by multiplication.
fn below(chance: &mut ChaCha8Rng, bound: u64) -> u64 {
    let wide = u128::from(chance.next_u64()) * u128::from(bound);
    u64::try_from(wide >> 64).expect("the upper half of 128 bits")
}
