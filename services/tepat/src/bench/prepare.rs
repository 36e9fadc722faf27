//! Preparing: a sealed roster of made-up people in PostgreSQL, and what the banks say of all their
//! accounts in Redis.
//!
//! Everything goes the suite's own way: the roster enters by the import's RPCs, the verdicts by
//! `ValidateAccounts` against the sandbox's banks. A run that is cut is run again and goes on: with the
//! sample when that was not whole, in the middle of an import's file, with the page of claims that was next.

use std::sync::Arc;

use futures::StreamExt as _;
use futures::stream;
use redis::aio::MultiplexedConnection;
use serde_json::json;
use tepat_proto::accounts::Claim;
use tepat_proto::accounts::accounts_service_client::AccountsServiceClient;
use tepat_serve::{MESSAGE_BYTES_MAX, Transport};
use tonic::service::Routes;

use super::answer::Answers;
use super::claims::{Claims, request};
use super::states::{self, key};
use super::world::{self, Folder, Prepared};
use crate::answer::Answer;
use crate::chain::BatchName;
use crate::client::{Clients, long};
use crate::compose::{Parts, transport};
use crate::failure::Failure;
use crate::import::{self, Asked};
use crate::progress;
use crate::stages::Stages;
use crate::table::thousands;

/// Claims a call, the most that one takes, and calls under way at once.
const PAGE: usize = 5_000;
const IN_FLIGHT: usize = 4;

/// Pages after which the place is noted.
const NOTED_EVERY: u64 = 40;

/// The round whose answers are kept.
pub(super) const ROUND: &str = "bsu-2022";

/// Prepares for batches of `members` people, or goes on where an earlier run was cut.
pub(crate) async fn run(parts: &Parts, members: u64, seed: u64, json: bool) -> Result<Answer, Failure> {
    let folder = Folder::of(parts);
    let mut stages = Stages::begin(!json);
    let prepared = match folder.prepared() {
        Some(prepared) if (prepared.members, prepared.seed) == (members, seed) => prepared,
        _ => {
            stages.next("sample");
            begin(parts, &folder, members, seed).await?
        }
    };
    let prepared = if prepared.roster_version == 0 {
        stages.next("import");
        import(parts, &folder, prepared).await?
    } else {
        prepared
    };
    let prepared = if prepared.warm {
        prepared
    } else {
        stages.next("warm");
        warm(parts, &folder, prepared).await?
    };
    let seconds = stages.end();
    let lines: String = seconds.iter().map(|(stage, seconds)| format!("{stage} {seconds:.1} s\n")).collect();
    Ok(Answer::new(
        format!(
            "prepared: {} members as roster version {}, {} claims\n{lines}",
            thousands(prepared.members.cast_signed()),
            prepared.roster_version,
            thousands(prepared.claims.cast_signed())
        ),
        json!({
            "members": prepared.members,
            "seed": prepared.seed,
            "roster_version": prepared.roster_version,
            "claims": prepared.claims,
            "seconds": crate::answer::object(seconds),
        }),
    ))
}

/// An empty database, an empty cache and the files of the sample.
async fn begin(parts: &Parts, folder: &Folder, members: u64, seed: u64) -> Result<Prepared, Failure> {
    let address = world::owner(&parts.settings.stores)?;
    world::empty(&address, &["membership", "accounts", "disbursement"]).await?;
    let mut redis = states::connect(&world::redis_url(parts)?).await?;
    world::empty_redis(&mut redis).await?;
    Box::pin(parts.migrate()).await?;

    let (sample, dir) = (tepat_sample::Sample::new(members, seed), folder.sample());
    let written = tokio::task::spawn_blocking(move || tepat_sample::write(&sample, &dir)).await;
    written.map_err(|_| Failure::failed("writing the sample was cut"))?.map_err(Failure::failed)?;
    let first = BatchName { round: ROUND.to_owned(), tranche: 1 };
    Answers::read(&folder.sample(), &first)?.keep(&folder.answers())?;
    let prepared = Prepared { members, seed, roster_version: 0, claims: 0, warm: false };
    folder.keep(&prepared)?;
    Ok(prepared)
}

/// The roster, sealed. Every row has to enter.
async fn import(parts: &Parts, folder: &Folder, prepared: Prepared) -> Result<Prepared, Failure> {
    let suite = parts.suite().await?;
    let clients = Clients::over(transport(&suite, &parts.settings));
    let errors = folder.files("import-errors.csv");
    let asked = Asked {
        dir: &folder.sample(),
        dry_run: false,
        allow_extra: false,
        columns: Vec::new(),
        errors: errors.clone(),
        import_id: None,
    };
    let imported = import::run(&clients, asked).await?;
    let roster_version = match imported.roster {
        Some(roster) if imported.faults == 0 => roster.roster_version,
        _ => {
            return Err(Failure::failed(format!("the sample did not enter whole: see {}", errors.display())));
        }
    };
    let prepared = Prepared { roster_version, ..prepared };
    folder.keep(&prepared)?;
    Ok(prepared)
}

/// Every claim of the sample validated once: the suite remembers the verdict, and the floor's key is put
/// beside it.
async fn warm(parts: &Parts, folder: &Folder, mut prepared: Prepared) -> Result<Prepared, Failure> {
    let mut settings = parts.settings.clone();
    settings.accounts.sandbox.accounts_file = folder.sample().join("bank_accounts.csv");
    let with_banks = Parts { settings, folder: parts.folder.clone(), clock: Arc::clone(&parts.clock) };
    let opened = with_banks.accounts().await?;
    let limits = parts.settings.process.listen.limits();
    let accounts = AccountsServiceClient::new(Transport::local(Routes::new(opened.server), limits))
        .max_decoding_message_size(MESSAGE_BYTES_MAX);
    let redis = states::connect(&world::redis_url(parts)?).await?;
    let mut claims = Claims::open(&folder.sample())?;
    let bar = progress::counted("claims", prepared.members);
    let mut passed_over = 0;
    while passed_over < prepared.claims {
        let rest = usize::try_from(prepared.claims - passed_over).unwrap_or(PAGE).min(PAGE);
        passed_over += claims.page(rest)?.len() as u64;
    }
    let pages = std::iter::from_fn(|| match claims.page(PAGE) {
        Ok(page) if page.is_empty() => None,
        page => Some(page),
    });
    let validated = |page: Result<Vec<Claim>, Failure>| validate(accounts.clone(), redis.clone(), page);
    let mut validated = std::pin::pin!(stream::iter(pages).map(validated).buffered(IN_FLIGHT));
    let mut pages_done = 0;
    while let Some(done) = validated.next().await {
        prepared.claims += done?;
        pages_done += 1;
        bar.set_position(prepared.claims);
        if pages_done % NOTED_EVERY == 0 {
            folder.keep(&prepared)?;
        }
    }
    bar.finish_and_clear();
    prepared.warm = true;
    folder.keep(&prepared)?;
    Ok(prepared)
}

async fn validate(
    mut accounts: AccountsServiceClient<Transport>,
    mut redis: MultiplexedConnection,
    page: Result<Vec<Claim>, Failure>,
) -> Result<u64, Failure> {
    let page = page?;
    let keys: Vec<[u8; 17]> = page
        .iter()
        .map(|claim| key(claim.nik, claim.bank.as_bytes(), claim.account_number.as_bytes()))
        .collect();
    let answer = accounts.validate_accounts(long(request(page))).await?.into_inner();
    let verdict = |number: i32| u8::try_from(number).unwrap_or(0);
    let kept: Vec<([u8; 17], u8)> =
        keys.into_iter().zip(answer.results.iter().map(|result| verdict(result.verdict))).collect();
    states::keep(&mut redis, &kept).await?;
    Ok(kept.len() as u64)
}
