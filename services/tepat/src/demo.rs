//! The demonstration: the whole chain in one process, over the same calls that a client makes.

mod expected;
mod folder;
mod report;
mod settle;

use std::path::PathBuf;
use std::time::Duration;

use tepat_proof::package::verify;
use tepat_proto::disbursement as wire;
use tepat_serve::system_clock;

use crate::answer::Answer;
use crate::chain::{self, BatchName, Official, Watched, actor, the};
use crate::client::Clients;
use crate::compose::{Parts, transport};
use crate::data_folder::DataFolder;
use crate::failure::Failure;
use crate::import::{self, Asked};
use crate::progress;
use crate::settings::{Said, effective};

use crate::stages::Stages;
use folder::Folder;
use report::Report;

/// What is to be demonstrated.
#[derive(Debug)]
pub(crate) struct Plan {
    /// People in the roster.
    pub(crate) workers: u64,
    /// Chance of roster and sandbox.
    pub(crate) seed: u64,
    /// The round; its first tranche is run.
    pub(crate) round: String,
    /// Folder for everything.
    pub(crate) out: PathBuf,
}

/// The level of the log: what goes well is told by the answer.
const LOG_LEVEL: &str = "warn";

/// Runs the demonstration; bad news when something does not add up.
pub(crate) async fn run(plan: &Plan, json: bool) -> Result<Answer, Failure> {
    let batch_id = format!("{}-1-0001", plan.round);
    let name: BatchName = batch_id.parse().map_err(Failure::Usage)?;
    let folder = Folder::fresh(&plan.out)?;
    let mut stages = Stages::begin(!json);

    stages.next("sample");
    let sample = tepat_sample::Sample::new(plan.workers, plan.seed);
    tepat_sample::write(&sample, &folder.sample()).map_err(Failure::failed)?;

    stages.next("import");
    let parts = parts(&folder)?;
    let mut suite = parts.suite().await?;
    let clients = Clients::over(transport(&suite, &parts.settings));
    let roster_version = import(&clients, &folder).await?;

    stages.next("screen");
    chain::open(&clients, &batch_id, name, roster_version, None).await?;
    screen(&clients, &batch_id, &folder).await?;

    stages.next("compose");
    chain::close(&clients, &batch_id).await?;
    chain::compose(&clients, &batch_id).await?;

    stages.next("sign");
    let handed = sign(&clients, &batch_id, &parts).await?;

    stages.next("settle");
    let package = PathBuf::from(&handed.package);
    settle::outcomes(&package, &folder.outcomes(), plan.seed, (parts.clock)())?;
    settle::send(&clients, &batch_id, &folder.outcomes()).await?;
    let reconciled = chain::reconcile(&clients, &batch_id).await?;

    stages.next("verify");
    let verified = verify(&package, &parts.folder.roots_pem()?).map_err(Failure::failed)?;
    let differences = expected::differences(&clients, &batch_id, &folder.sample()).await?;
    let seconds = stages.end();
    suite.workers.shutdown().await;

    let batch = the(reconciled.batch.clone())?;
    let report =
        Report { batch, reconciled, verified, differences, seconds, package, ca: parts.folder.ca_file() };
    Ok(report.answer())
}

/// The suite of the demonstration: fixed settings, no socket, the sandbox's banks behind it.
fn parts(folder: &Folder) -> Result<Parts, Failure> {
    let clock = system_clock();
    let data = DataFolder::open(&folder.data(), clock() / 1_000_000)?;
    let accounts_file = folder.sample().join("bank_accounts.csv").to_string_lossy().into_owned();
    let set = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let said = Said {
        file: None,
        flags: vec![
            set("accounts.sandbox.accounts_file", &accounts_file),
            set("disbursement.instrument_reference", "demonstration"),
            set("log.level", LOG_LEVEL),
        ],
    };
    let settings = effective(&data, &said)?.settings;
    let _no_traces = crate::cli::start_log(&settings, "tepat")?;
    let settings = settings.within(&data);
    Ok(Parts { settings, folder: data, clock })
}

/// Imports the sample: every row has to enter.
async fn import(clients: &Clients, folder: &Folder) -> Result<i64, Failure> {
    let dir = folder.sample();
    let asked = Asked {
        dir: &dir,
        dry_run: false,
        allow_extra: false,
        columns: Vec::new(),
        errors: folder.errors(),
        import_id: None,
    };
    let imported = import::run(clients, asked).await?;
    match imported.roster {
        Some(roster) if imported.faults == 0 => Ok(roster.roster_version),
        _ => {
            Err(Failure::failed(format!("the sample did not enter whole: see {}", folder.errors().display())))
        }
    }
}

/// Longest time without a finished chunk. In a suite that stays up trouble passes when somebody mends
/// it; here nobody comes.
const PATIENCE: Duration = Duration::from_secs(20);

async fn screen(clients: &Clients, batch_id: &str, folder: &Folder) -> Result<(), Failure> {
    let bar = progress::paced("screen");
    let draw = |batch: &wire::Batch, pace| crate::cli::draw(&bar, batch, pace);
    let watched = chain::watch(clients, batch_id, Some(PATIENCE), draw).await;
    bar.finish_and_clear();
    match watched? {
        Watched::Screened(_) => Ok(()),
        Watched::StandsStill(trouble) => Err(folder.why_not(&trouble)),
    }
}

/// Three officials: one determines, one approves with a signature, one hands over.
async fn sign(clients: &Clients, batch_id: &str, parts: &Parts) -> Result<wire::Batch, Failure> {
    let [maker, checker, treasurer] = crate::data_folder::OFFICIALS;
    chain::determine(clients, batch_id, &actor(maker)?).await?;
    let statement = chain::statement(clients, batch_id).await?;
    let official = Official::new(checker, parts.folder.signer(checker)?)?;
    chain::approve(clients, batch_id, &official, &statement, (parts.clock)() / 1_000_000).await?;
    chain::hand_over(clients, batch_id, &actor(treasurer)?).await
}
