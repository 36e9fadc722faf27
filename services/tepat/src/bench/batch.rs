//! A batch from open to the signed package, against the floor.
//!
//! The floor runs first, in a process of its own. Then the suite runs the same round over the same
//! roster: in this process, or as four services in processes of their own with this one as their client
//! (contributions, the fifth service of the design, does not exist yet). Both begin with empty tables of
//! disbursement and a warm cache of verdicts; no bank is asked.

mod check;
mod children;

use std::path::Path;
use std::process::Stdio;

use serde_json::Value;
use tepat_proto::disbursement as wire;
use tepat_store::Kept;

use super::answer::Answers;
use super::floor;
use super::prepare::ROUND;
use super::report::{Kind, Laps, Report, peak_rss_bytes};
use super::world::{self, Folder, Prepared};
use crate::answer::Answer;
use crate::chain::{self, BatchName, Official, Watched, actor};
use crate::client::{Clients, quick};
use crate::compose::{Parts, transport};
use crate::data_folder::OFFICIALS;
use crate::failure::Failure;
use crate::progress;
use crate::stages::Stages;

use children::Children;

/// The batch that both run.
const BATCH: &str = "bsu-2022-1-0001";

/// In how many processes the suite runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Shape {
    One,
    /// Four services and their client.
    Five,
}

/// Runs floor and suite; `own_args` lead another process of this binary to the same settings.
pub(crate) async fn run(
    parts: &Parts,
    shape: Shape,
    own_args: &[String],
    json: bool,
) -> Result<Answer, Failure> {
    let folder = Folder::of(parts);
    let prepared = folder.ready()?;
    let address = world::owner(&parts.settings.stores)?;
    world::empty(&address, &["disbursement"]).await?;
    let migrated = parts.settings.stores.migrate::<tepat_disbursement::Migrator>(Kept::Disbursement);
    Box::pin(migrated).await.map_err(Failure::failed)?;

    let floor = floor_in_child(own_args).await?;
    let parts = with_packages(parts, &folder.files("packages"))?;
    let ran = match shape {
        Shape::One => in_one(&parts, &prepared, json).await?,
        Shape::Five => in_five(&parts, &prepared, own_args, json).await?,
    };
    let wrong = check::wrong(&folder, &address, &ran, &floor).await?;
    let total = |laps: &Laps| laps.last().map_or(0.0, |(_, seconds)| *seconds);
    let mut peaks = ran.peaks;
    peaks.push(("floor".to_owned(), floor.peak));
    let report = Report {
        bench: if shape == Shape::One { "batch in one process" } else { "batch in five processes" },
        kind: Kind::Time,
        size: prepared.members,
        things: "candidates",
        floor: total(&floor.stages),
        ours: total(&ran.stages),
        floor_stages: floor.stages,
        stages: ran.stages,
        figures: Vec::new(),
        peaks,
        notes: ran.notes,
        wrong,
    };
    Ok(report.answer())
}

/// How the suite did.
struct Ran {
    stages: Laps,
    peaks: Vec<(String, u64)>,
    notes: Vec<String>,
    /// As it stood when it was handed over.
    batch: wire::Batch,
}

/// How the floor did, as its process told it.
struct FloorRan {
    stages: Laps,
    counts: [u64; 3],
    digests: Value,
    peak: u64,
}

/// Nothing of an earlier run may lie where the package goes.
fn with_packages(parts: &Parts, packages: &Path) -> Result<Parts, Failure> {
    if packages.is_dir() {
        std::fs::remove_dir_all(packages).map_err(|err| Failure::file("replace", packages, &err))?;
    }
    let mut settings = parts.settings.clone();
    settings.disbursement.packages_folder = packages.to_string_lossy().into_owned();
    Ok(Parts { settings, folder: parts.folder.clone(), clock: parts.clock.clone() })
}

async fn in_one(parts: &Parts, prepared: &Prepared, json: bool) -> Result<Ran, Failure> {
    let mut suite = parts.suite().await?;
    let clients = Clients::over(transport(&suite, &parts.settings));
    let (stages, batch) = chain_of(parts, &clients, prepared, json).await?;
    suite.workers.shutdown().await;
    let peaks = peak_rss_bytes("self").map(|bytes| ("suite".to_owned(), bytes)).into_iter().collect();
    Ok(Ran { stages, peaks, notes: Vec::new(), batch })
}

async fn in_five(
    parts: &Parts,
    prepared: &Prepared,
    own_args: &[String],
    json: bool,
) -> Result<Ran, Failure> {
    let children = Children::start(own_args, &parts.settings.disbursement.packages_folder).await?;
    let clients = Clients::of(children.disbursement())?;
    let (stages, batch) = chain_of(parts, &clients, prepared, json).await?;
    let peaks = children.peaks();
    children.end().await;
    let notes =
        vec!["five processes: four services and this client; contributions does not exist yet".to_owned()];
    Ok(Ran { stages, peaks, notes, batch })
}

/// The chain of a batch, stage by stage.
async fn chain_of(
    parts: &Parts,
    clients: &Clients,
    prepared: &Prepared,
    json: bool,
) -> Result<(Laps, wire::Batch), Failure> {
    let name = BatchName { round: ROUND.to_owned(), tranche: 1 };
    let [maker, checker, treasurer] = OFFICIALS;
    let mut stages = Stages::begin(!json);
    stages.next("open");
    chain::open(clients, BATCH, name, prepared.roster_version, None).await?;
    stages.next("screen");
    let bar = progress::paced("screen");
    let watched = chain::watch(clients, BATCH, None, |batch, pace| {
        crate::cli::draw(&bar, batch, pace);
    });
    let watched = watched.await;
    bar.finish_and_clear();
    if let Watched::StandsStill(trouble) = watched? {
        return Err(Failure::failed(trouble));
    }
    stages.next("close");
    chain::close(clients, BATCH).await?;
    stages.next("compose");
    chain::compose(clients, BATCH).await?;
    stages.next("sign");
    chain::determine(clients, BATCH, &actor(maker)?).await?;
    let statement = chain::statement(clients, BATCH).await?;
    let official = Official::new(checker, parts.folder.signer(checker)?)?;
    chain::approve(clients, BATCH, &official, &statement, (parts.clock)() / 1_000_000).await?;
    stages.next("hand over");
    let batch = chain::hand_over(clients, BATCH, &actor(treasurer)?).await?;
    Ok((stages.end(), batch))
}

async fn floor_in_child(own_args: &[String]) -> Result<FloorRan, Failure> {
    let program =
        std::env::current_exe().map_err(|err| Failure::failed(format!("cannot find itself: {err}")))?;
    let mut command = tokio::process::Command::new(program);
    command.args(["bench", "floor", "--json"]).args(own_args).stderr(Stdio::inherit());
    let output = command.output().await.map_err(|err| Failure::failed(format!("the floor: {err}")))?;
    if !output.status.success() {
        return Err(Failure::failed("the floor failed"));
    }
    let told: Value = serde_json::from_slice(&output.stdout)
        .map_err(|_| Failure::failed("the floor did not say how it did"))?;
    let number = |value: &Value| value.as_u64().unwrap_or(0);
    let seconds = |stage: &'static str| (stage, told["stages"][stage].as_f64().unwrap_or(0.0));
    Ok(FloorRan {
        stages: floor::STAGES.into_iter().map(seconds).collect(),
        counts: [0, 1, 2].map(|place| number(&told["counts"][place])),
        digests: told["digests"].clone(),
        peak: number(&told["peak_rss_bytes"]),
    })
}

/// The floor by itself: what `tepat bench batch` runs in a process of its own.
pub(crate) async fn floor_alone(parts: &Parts) -> Result<Answer, Failure> {
    let folder = Folder::of(parts);
    let prepared = folder.ready()?;
    // What the round says, from the disbursement service's own table of rounds.
    let suite = parts.suite().await?;
    let clients = Clients::over(transport(&suite, &parts.settings));
    let request = wire::GetRoundRequest { round: ROUND.to_owned() };
    let round = clients.disbursement().get_round(quick(request)).await?.into_inner().round;
    let round = chain::the(round)?;
    drop(suite);
    let cut_off = round.cut_off.ok_or_else(|| Failure::failed("the round has no cut-off"))?;
    let asked = floor::Asked {
        address: world::owner(&parts.settings.stores)?,
        redis_url: world::redis_url(parts)?,
        batch_id: BATCH.to_owned(),
        term: format!("{ROUND}/1"),
        amount_rupiah: round.amount_rupiah,
        cut_off: i64::from(cut_off.year * 10_000 + cut_off.month * 100 + cut_off.day),
        answers: Answers::load(&folder.answers())?,
        mark_key: parts.folder.secret("mark.key")?,
        files: folder.files("floor"),
    };
    let done = floor::run(asked).await?;
    let decided: u64 = done.counts.iter().sum();
    if decided != prepared.members {
        return Err(Failure::failed(format!(
            "the floor decided on {decided} of {} members",
            prepared.members
        )));
    }
    let json = serde_json::json!({
        "stages": crate::answer::object(done.stages.iter().copied()),
        "counts": done.counts,
        "digests": done.digests,
        "peak_rss_bytes": peak_rss_bytes("self"),
    });
    let lines = done.stages.iter().map(|(stage, seconds)| format!("{stage} {seconds:.2} s\n"));
    Ok(Answer::new(lines.collect::<String>(), json))
}
