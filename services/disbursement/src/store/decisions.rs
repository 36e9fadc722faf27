//! Decisions as screened, and effective decisions in NIK order.

use tepat_store::{QueryResult, Store, StoreFault, Tx, Value, append};
use tepat_terms::Nik;

use crate::rules::reason::{Outcome, ReasonSet};

/// The account a candidate is to be paid on, or would be.
#[derive(Clone, Debug)]
pub(crate) struct ChosenAccount {
    /// Keyed hash of bank and number: what is compared for one account one owner.
    pub(crate) mark: Vec<u8>,
    pub(crate) bank: String,
    pub(crate) account_number: String,
    /// The name in files: without titles, in capitals.
    pub(crate) name: String,
    /// Of the employment whose account it is.
    pub(crate) npp: String,
    pub(crate) region_code: i64,
}

/// A decision as screened.
#[derive(Clone, Debug)]
pub(crate) struct DecisionRow {
    pub(crate) nik: i64,
    /// From 1 over the batch's candidates in NIK order.
    pub(crate) sequence: i64,
    pub(crate) reasons: ReasonSet,
    /// The banks' verdicts in the order asked, packed; 0 when nobody was asked.
    pub(crate) verdicts: i64,
    pub(crate) chosen: Option<ChosenAccount>,
}

/// A decision as it stands now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Effective {
    pub(crate) nik: i64,
    pub(crate) outcome: Outcome,
    pub(crate) reasons: ReasonSet,
}

/// A recipient as the package names one.
#[derive(Clone, Debug)]
pub(crate) struct RecipientRow {
    pub(crate) nik: i64,
    pub(crate) sequence: i64,
    pub(crate) name: String,
    pub(crate) bank: String,
    pub(crate) account_number: String,
    pub(crate) npp: String,
    pub(crate) region_code: i64,
}

const COLUMNS: [&str; 12] = [
    "batch_no",
    "nik",
    "sequence",
    "outcome",
    "reasons",
    "verdicts",
    "account_mark",
    "bank",
    "account_number",
    "name",
    "npp",
    "region_code",
];

/// Appends the decisions of a chunk.
pub(crate) async fn insert(tx: &Tx, batch_no: i64, decisions: Vec<DecisionRow>) -> Result<(), StoreFault> {
    let rows = decisions.into_iter().map(|decision| {
        let mut row: Vec<Value> = vec![
            batch_no.into(),
            decision.nik.into(),
            decision.sequence.into(),
            i64::from(decision.reasons.outcome().number()).into(),
            decision.reasons.bits().into(),
            decision.verdicts.into(),
        ];
        match decision.chosen {
            Some(chosen) => row.extend([
                chosen.mark.into(),
                chosen.bank.into(),
                chosen.account_number.into(),
                chosen.name.into(),
                chosen.npp.into(),
                chosen.region_code.into(),
            ]),
            None => row.extend([
                Value::Bytes(None),
                Value::String(None),
                Value::String(None),
                Value::String(None),
                Value::String(None),
                Value::BigInt(None),
            ]),
        }
        row
    });
    append(tx, "decision", &COLUMNS, rows.collect()).await
}

/// Up to `limit` effective decisions after `after_nik`, in NIK order.
pub(crate) async fn page(
    store: &Store,
    batch_no: i64,
    after_nik: i64,
    limit: i64,
) -> Result<Vec<Effective>, StoreFault> {
    let sql =
        "SELECT nik, outcome, reasons FROM effective WHERE batch_no = $1 AND nik > $2 ORDER BY nik LIMIT $3";
    let rows = store.rows(sql, [batch_no.into(), after_nik.into(), limit.into()]).await?;
    rows.iter().map(effective).collect()
}

/// One effective decision with the banks' packed verdicts.
pub(crate) async fn one(
    store: &Store,
    batch_no: i64,
    nik: i64,
) -> Result<Option<(Effective, i64)>, StoreFault> {
    let sql = "SELECT nik, outcome, reasons, verdicts FROM effective WHERE batch_no = $1 AND nik = $2";
    let Some(row) = store.row(sql, [batch_no.into(), nik.into()]).await? else { return Ok(None) };
    Ok(Some((effective(&row)?, row.try_get_by_index(3)?)))
}

/// Those left out (refused or pending) of one range of NIK, in NIK order.
pub(crate) async fn left_out(
    store: &Store,
    batch_no: i64,
    range: (i64, i64),
) -> Result<Vec<Effective>, StoreFault> {
    let sql = "SELECT nik, outcome, reasons FROM effective
        WHERE batch_no = $1 AND nik > $2 AND nik <= $3 AND outcome <> 1 ORDER BY nik";
    let rows = store.rows(sql, [batch_no.into(), range.0.into(), range.1.into()]).await?;
    rows.iter().map(effective).collect()
}

/// Recipients of one range of NIK, in NIK order.
pub(crate) async fn recipients(
    store: &Store,
    batch_no: i64,
    range: (i64, i64),
) -> Result<Vec<RecipientRow>, StoreFault> {
    let sql = "SELECT nik, sequence, name, bank, account_number, npp, region_code FROM effective
        WHERE batch_no = $1 AND nik > $2 AND nik <= $3 AND outcome = 1 ORDER BY nik";
    let rows = store.rows(sql, [batch_no.into(), range.0.into(), range.1.into()]).await?;
    rows.iter()
        .map(|row| {
            let (nik, sequence, name, bank, account_number, npp, region_code) =
                row.try_get_many_by_index()?;
            Ok(RecipientRow { nik, sequence, name, bank, account_number, npp, region_code })
        })
        .collect()
}

/// NIKs of everyone eligible, in NIK order.
pub(crate) async fn eligible_niks(tx: &Tx, batch_no: i64) -> Result<Vec<Nik>, StoreFault> {
    let sql = "SELECT nik FROM effective WHERE batch_no = $1 AND outcome = 1 ORDER BY nik";
    let rows = tx.rows(sql, [batch_no.into()]).await?;
    let nik = |number| Nik::from_number(number).expect("only NIKs are decided on");
    rows.iter().map(|row| Ok(nik(row.try_get_by_index(0)?))).collect()
}

fn effective(row: &QueryResult) -> Result<Effective, StoreFault> {
    let (nik, outcome, reasons): (i64, i64, i64) =
        (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
    let outcome =
        i32::try_from(outcome).ok().and_then(Outcome::from_number).expect("the table checks outcomes");
    let reasons = ReasonSet::from_bits(reasons).expect("only sets of reasons are stored");
    Ok(Effective { nik, outcome, reasons })
}
