//! The round of 2020 in small: five batches, two tranches, the tax office's list and deaths between them,
//! returns; to the rupiah.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use tepat_proof::package::{Manifest, verify};
use tepat_proto::Date;
use tepat_proto::disbursement::{self as wire, BatchState, PaymentOutcome};
use tepat_proto::membership::ImportFile;
use tepat_sample::settle::{Banks, Settlement};

use super::decisions::{expected, found};
use super::world::{Database, Plan, World, on_each_database, recipients};

/// People: 15.7 million were reported in 2020. A fifth of a thousandth of them, or what `JOURNEY_WORKERS`
/// says, for instance 15700.
fn workers() -> u64 {
    std::env::var("JOURNEY_WORKERS").map_or(3_140, |wanted| wanted.parse().unwrap())
}

/// Rupiah a person in each of the two tranches.
const AMOUNT: i64 = 1_200_000;

/// The batches of a tranche.
const BATCHES: i32 = 5;

/// Taken away before the first import: in August 2020 nobody had asked the tax office.
fn without_tax(roster: &Path) {
    let lists = fs::read_to_string(roster.join("lists.csv")).unwrap();
    let kept: String =
        lists.lines().filter(|line| !line.contains(",TAX,")).map(|line| format!("{line}\n")).collect();
    assert!(kept.len() < lists.len());
    fs::write(roster.join("lists.csv.all"), &lists).unwrap();
    fs::write(roster.join("lists.csv"), kept).unwrap();
}

on_each_database! {
    the_round_of_2020_in_small_reconciles_to_the_rupiah,
}

/// What came of one tranche.
#[derive(Debug, Default)]
struct Tranche {
    decided: BTreeMap<i64, (String, String)>,
    /// NIK to bank and account.
    paid_to: BTreeMap<i64, (String, String)>,
    promised_rupiah: i64,
    paid_rupiah: i64,
    returned: i64,
}

impl Tranche {
    fn eligible(&self) -> BTreeSet<i64> {
        self.decided.iter().filter(|(_, told)| told.0 == "ELIGIBLE").map(|(nik, _)| *nik).collect()
    }
}

async fn the_round_of_2020_in_small_reconciles_to_the_rupiah(database: Database) {
    // The target of 2020, person by person: as many as are reported.
    let budget = i64::try_from(workers()).unwrap() * 2 * AMOUNT;
    let change = ("bsu-2020.toml", "37_740_556_800_000", budget.to_string());
    let plan = Plan { workers: workers(), prepare: without_tax, rounds: vec![change], ..Plan::on(database) };
    let world = World::new(plan).await;

    let first = tranche(&world, 1).await;
    assert_eq!(first.decided.len() as u64, workers());
    only_sharing_differs(&expected(world.folder.path(), "bsu-2020", "1"), &first);

    let died = import_lists(&world, &first).await;
    let second = tranche(&world, 2).await;
    assert_eq!(second.decided.keys().copied().collect::<BTreeSet<_>>(), first.eligible());
    let taxed = on_list(&world, "TAX");
    for (nik, told) in &second.decided {
        let wanted = match (died.contains(nik), taxed.contains(nik)) {
            (true, _) => ("REFUSED", "DECEASED"),
            (false, true) => ("REFUSED", "TAX_INCOME_OVER"),
            (false, false) => ("ELIGIBLE", ""),
        };
        assert_eq!((told.0.as_str(), told.1.as_str()), wanted);
    }
    // Whoever is paid again is paid on the same account.
    assert!(second.paid_to.iter().all(|(nik, account)| first.paid_to[nik] == *account));

    let promised = first.promised_rupiah + second.promised_rupiah;
    let persons = i64::try_from(first.eligible().len() + second.eligible().len()).unwrap();
    assert_eq!(promised, persons * AMOUNT);
    let returned = first.returned + second.returned;
    assert!(returned > 10, "{returned}");
    assert_eq!(first.paid_rupiah + second.paid_rupiah + returned * AMOUNT, promised);
    let row =
        world.beside().await.row("SELECT ceiling_rupiah, promised_rupiah FROM budget", []).await.unwrap();
    let booked: (i64, i64) = row.unwrap().try_get_many_by_index().unwrap();
    assert_eq!(booked, (budget, promised));
}

/// Five batches, each through the whole chain before the next is opened.
async fn tranche(world: &World, tranche: i32) -> Tranche {
    let mut all = Tranche::default();
    let mut accounts = BTreeSet::new();
    for k in 1..=BATCHES {
        let batch_id = format!("bsu-2020-{tranche}-{k:04}");
        world.screened_slice(&batch_id, wire::Slice { k, n: BATCHES, seed: 2_020 }).await;
        let batch = world.handed_over(&batch_id).await;
        let decided = found(&world.decisions(&batch_id, 10_000).await);
        assert_eq!(decided.len() as i64, batch.received);
        assert!(batch.received > i64::try_from(workers()).unwrap() / 10, "{batch_id}: {}", batch.received);
        for (nik, told) in decided {
            assert!(all.decided.insert(nik, told).is_none(), "{batch_id}: a person is in one slice");
        }
        let (rows, rupiah) = package(world, &batch, k);
        assert_eq!(rupiah, batch.amount_rupiah);
        for row in &rows {
            let account = (row.bank.clone(), row.account_number.clone());
            assert!(accounts.insert(account.clone()), "{batch_id}: an account is paid once a term");
            assert!(
                all.paid_to.insert(row.nik, account).is_none(),
                "{batch_id}: a person is paid once a term"
            );
        }
        all.promised_rupiah += rupiah;
        settle(world, &batch_id, &rows, &mut all).await;
    }
    assert_eq!(all.paid_to.keys().copied().collect::<BTreeSet<_>>(), all.eligible());
    all
}

/// A line of a recipients file.
struct Paid {
    end_to_end_id: String,
    nik: i64,
    bank: String,
    account_number: String,
    rupiah: i64,
}

/// The recipients of a package that passes the strict check, and what they get together.
fn package(world: &World, batch: &wire::Batch, k: i32) -> (Vec<Paid>, i64) {
    let folder = Path::new(&batch.package);
    let roots = fs::read(world.folder.path().join("keys/ca.pem")).unwrap();
    verify(folder, &roots).unwrap();
    let manifest: Manifest =
        serde_json::from_slice(&fs::read(folder.join("manifest.json")).unwrap()).unwrap();
    let slice = manifest.slice.unwrap();
    assert_eq!((slice.k, slice.n, slice.seed), (k.unsigned_abs().into(), 5, 2_020));
    let lines: Vec<String> = recipients(folder).into_iter().flat_map(|(_, lines)| lines).collect();
    let rows: Vec<Paid> = lines
        .iter()
        .map(|line| {
            let row = csv::ReaderBuilder::new()
                .has_headers(false)
                .from_reader(line.as_bytes())
                .into_records()
                .next()
                .unwrap()
                .unwrap();
            Paid {
                end_to_end_id: row[1].to_owned(),
                nik: row[2].parse().unwrap(),
                bank: row[4].to_owned(),
                account_number: row[5].to_owned(),
                rupiah: row[6].parse().unwrap(),
            }
        })
        .collect();
    let rupiah = rows.iter().map(|row| row.rupiah).sum();
    assert_eq!((manifest.amount_rupiah.total, manifest.counts.eligible), (rupiah, rows.len() as u64));
    (rows, rupiah)
}

/// The sandbox's banks settle: about nine in a thousand come back.
async fn settle(world: &World, batch_id: &str, rows: &[Paid], all: &mut Tranche) {
    let banks = Banks::new(7);
    let outcome = |row: &Paid| {
        let settled = banks.settle(&row.end_to_end_id);
        let (outcome, reason) = match settled.settlement {
            Settlement::Paid => (PaymentOutcome::Paid, ""),
            Settlement::Returned(reason) => (PaymentOutcome::Returned, reason),
        };
        wire::OutcomeRow {
            end_to_end_id: row.end_to_end_id.clone(),
            outcome: outcome.into(),
            reason: reason.to_owned(),
            booked_on: Some(Date { year: 2020, month: 12, day: 30 }),
            reference: settled.reference,
        }
    };
    world.record(batch_id, &rows.iter().map(outcome).collect::<Vec<_>>()).await;
    let told = world.reconcile(batch_id).await.unwrap();
    assert_eq!((told.mismatches, told.in_flight), (0, 0), "{:?}", told.equations);
    assert_eq!(told.batch.unwrap().state(), BatchState::Reconciled);
    assert_eq!(told.paid + told.returned, rows.len() as i64);
    all.paid_rupiah += told.paid_rupiah;
    all.returned += told.returned;
}

/// An answer key knows one batch. Over several, whoever shares an account with somebody of an earlier one
/// is refused, but not the earlier.
fn only_sharing_differs(expected: &BTreeMap<i64, (String, String)>, found: &Tranche) {
    let mut earlier = 0;
    for (nik, wanted) in expected {
        let told = &found.decided[nik];
        if told != wanted {
            assert_eq!(wanted.1, "ACCOUNT_SHARED");
            assert!(["", "HOLDER_NAME_NEEDS_REVIEW"].contains(&told.1.as_str()), "{told:?}");
            earlier += 1;
        }
    }
    assert!(earlier > 0, "some who share an account are in different slices");
}

/// The tax office's list comes, and a newer list of the deceased with some who were paid. Returns these.
async fn import_lists(world: &World, first: &Tranche) -> BTreeSet<i64> {
    let all = fs::read_to_string(world.folder.path().join("roster/lists.csv.all")).unwrap();
    let died: BTreeSet<i64> = first.eligible().into_iter().step_by(199).collect();
    assert!(died.len() > 5);
    let mut lists = "nik,list,as_of\n".to_owned();
    for line in all.lines().filter(|line| line.contains(",TAX,")) {
        writeln!(lists, "{line}").unwrap();
    }
    let before = all.lines().filter(|line| line.contains(",DECEASED,"));
    let before = before.map(|line| line.split(',').next().unwrap().to_owned());
    for nik in before.chain(died.iter().map(i64::to_string)) {
        writeln!(lists, "{nik},DECEASED,2022-08-16").unwrap();
    }
    world.import_as("tax", &[(ImportFile::Lists, lists.into_bytes())]).await;
    died
}

fn on_list(world: &World, list: &str) -> BTreeSet<i64> {
    let mut rows = csv::Reader::from_path(world.folder.path().join("roster/lists.csv.all")).unwrap();
    let rows = rows.records().map(Result::unwrap).filter(|row| &row[1] == list);
    rows.map(|row| row[0].parse().unwrap()).collect()
}
