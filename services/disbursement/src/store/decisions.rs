//! Decisions as screened, and effective decisions in NIK order.

use tepat_store::{Column, QueryResult, Rows, Select, Store, StoreFault, Tx, Value, append, scan};
use tepat_terms::Nik;
use tokio::try_join;
use uuid::Uuid;

use crate::rules::batch_state::BatchState;
use crate::rules::reason::{Outcome, ReasonSet};
use crate::store::parts;

/// The account a candidate is to be paid on, or would be.
#[derive(Clone, Debug)]
pub(crate) struct ChosenAccount {
    /// Keyed hash of bank and number: what is compared for one account one owner.
    pub(crate) mark: Uuid,
    pub(crate) bank: String,
    pub(crate) account_number: String,
    /// The name in files: without titles, in capitals.
    pub(crate) name: String,
    /// Of the employment whose account it is.
    pub(crate) npp: String,
    pub(crate) region_code: i16,
}

/// A decision as screened.
#[derive(Clone, Debug)]
pub(crate) struct DecisionRow {
    pub(crate) nik: i64,
    /// From 1 over the batch's candidates in NIK order.
    pub(crate) sequence: i64,
    pub(crate) reasons: ReasonSet,
    /// The place by the round's priorities, lowest first; 0 in a round without.
    pub(crate) priority: i16,
    /// The banks' verdicts in the order asked, packed; 0 when nobody was asked.
    pub(crate) verdicts: i32,
    pub(crate) chosen: Option<ChosenAccount>,
}

/// A decision as it stands now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Effective {
    pub(crate) nik: i64,
    pub(crate) outcome: Outcome,
    pub(crate) reasons: ReasonSet,
}

/// A decision as it stands now, with everything that a package says of a recipient.
#[derive(Clone, Debug)]
pub(crate) struct ListedRow {
    pub(crate) decision: Effective,
    pub(crate) sequence: i64,
    pub(crate) region_code: i64,
    /// Those below are empty when no account was chosen.
    pub(crate) bank: String,
    pub(crate) account_number: String,
    pub(crate) name: String,
    pub(crate) npp: String,
}

const COLUMNS: [&str; 13] = [
    "nik",
    "batch_no",
    "sequence",
    "reasons",
    "verdicts",
    "outcome",
    "priority",
    "region_code",
    "account_mark",
    "bank",
    "account_number",
    "name",
    "npp",
];

/// Appends the decisions of a chunk.
pub(crate) async fn insert(tx: &Tx, batch_no: i64, decisions: Vec<DecisionRow>) -> Result<(), StoreFault> {
    let mut rows = Rows::with_capacity(&COLUMNS, decisions.len());
    for decision in decisions {
        let DecisionRow { nik, sequence, reasons, priority, verdicts, chosen } = decision;
        let (mark, region_code, texts) = match chosen {
            Some(ChosenAccount { mark, bank, account_number, name, npp, region_code }) => {
                let texts = [bank, account_number, name, npp].map(Value::from);
                (mark.into(), region_code.into(), texts)
            }
            None => (Value::Uuid(None), Value::SmallInt(None), [const { Value::String(None) }; 4]),
        };
        let fixed: [Value; 9] = [
            nik.into(),
            batch_no.into(),
            sequence.into(),
            reasons.bits().into(),
            verdicts.into(),
            reasons.outcome().column().into(),
            priority.into(),
            region_code,
            mark,
        ];
        rows.push(fixed.into_iter().chain(texts));
    }
    append(tx, &parts::decisions_of(tx.backend(), batch_no), rows).await
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
) -> Result<Option<(Effective, i32)>, StoreFault> {
    let sql = "SELECT nik, outcome, reasons, verdicts FROM effective WHERE batch_no = $1 AND nik = $2";
    let Some(row) = store.row(sql, [batch_no.into(), nik.into()]).await? else { return Ok(None) };
    Ok(Some((effective(&row)?, row.try_get_by_index(3)?)))
}

/// Decisions of one range of NIK as they stand now, in NIK order.
///
/// What the view `effective` says, joined here: NIKs lie so unevenly that a planner takes a range of ten
/// thousand for one row now and then, and then goes through all its amendments for every decision.
pub(crate) async fn listed(
    store: &Store,
    batch_no: i64,
    range: (i64, i64),
) -> Result<Vec<ListedRow>, StoreFault> {
    let (screened, amended) = (screened(store, batch_no, range), amended(store, batch_no, range));
    let (mut rows, amended) = try_join!(Box::pin(screened), Box::pin(amended))?;
    let mut amended = amended.into_iter().peekable();
    for row in &mut rows {
        // The last of a person is how it stands.
        while let Some(now) = amended.next_if(|now| now.nik == row.decision.nik) {
            row.decision = now;
        }
    }
    Ok(rows)
}

/// Amendments of one range of NIK, in the order of NIK and of their making.
async fn amended(
    store: &Store,
    batch_no: i64,
    (after_nik, through_nik): (i64, i64),
) -> Result<Vec<Effective>, StoreFault> {
    let select = Select {
        columns: &[Column::Number("nik"), Column::Number("outcome"), Column::Number("reasons")],
        from: "amendment WHERE batch_no = $1 AND nik > $2 AND nik <= $3 ORDER BY nik, seq",
        numbers: &[batch_no, after_nik, through_nik],
    };
    scan(store, select, |row| {
        Some(Effective {
            nik: row.number()?,
            outcome: Outcome::from_number(i32::try_from(row.number()?).ok()?)?,
            reasons: ReasonSet::from_bits(row.number()?)?,
        })
    })
    .await
}

/// Decisions of one range of NIK as screened, in NIK order.
async fn screened(
    store: &Store,
    batch_no: i64,
    (after_nik, through_nik): (i64, i64),
) -> Result<Vec<ListedRow>, StoreFault> {
    let select = Select {
        columns: &[
            Column::Number("d.nik"),
            Column::Number("d.outcome"),
            Column::Number("d.reasons"),
            Column::Number("d.sequence"),
            Column::Number("coalesce(d.region_code, 0)"),
            Column::Text("d.bank"),
            Column::Text("d.account_number"),
            Column::Text("d.name"),
            Column::Text("d.npp"),
        ],
        from: "decision d WHERE d.batch_no = $1 AND d.nik > $2 AND d.nik <= $3 ORDER BY d.nik",
        numbers: &[batch_no, after_nik, through_nik],
    };
    scan(store, select, |row| {
        Some(ListedRow {
            decision: Effective {
                nik: row.number()?,
                outcome: Outcome::from_number(i32::try_from(row.number()?).ok()?)?,
                reasons: ReasonSet::from_bits(row.number()?)?,
            },
            sequence: row.number()?,
            region_code: row.number()?,
            bank: row.text()?.to_owned(),
            account_number: row.text()?.to_owned(),
            name: row.text()?.to_owned(),
            npp: row.text()?.to_owned(),
        })
    })
    .await
}

/// NIKs of everyone eligible with their place by the round's priorities, in NIK order.
pub(crate) async fn eligible_niks(tx: &Tx, batch_no: i64) -> Result<Vec<(Nik, i16)>, StoreFault> {
    let sql = "SELECT e.nik, d.priority FROM effective e JOIN decision d ON d.batch_no = $1 AND d.nik = e.nik
        WHERE e.batch_no = $1 AND e.outcome = 1 ORDER BY e.nik";
    let rows = tx.rows(sql, [batch_no.into()]).await?;
    let nik = |number| Nik::from_number(number).expect("only NIKs are decided on");
    rows.iter().map(|row| Ok((nik(row.try_get_by_index(0)?), row.try_get_by_index(1)?))).collect()
}

/// NIKs of those who stayed pending in an earlier batch of the term that was closed, in NIK order.
pub(crate) async fn waiting(tx: &Tx, batch_no: i64, term: &str) -> Result<Vec<i64>, StoreFault> {
    let sql = "SELECT DISTINCT e.nik FROM effective e WHERE e.outcome = 3 AND e.batch_no IN
            (SELECT batch_no FROM batch WHERE term = $2 AND batch_no < $1 AND state >= $3)
        ORDER BY e.nik";
    let closed = i64::from(BatchState::Closed as i32);
    let rows = tx.rows(sql, [batch_no.into(), term.into(), closed.into()]).await?;
    rows.iter().map(|row| Ok(row.try_get_by_index(0)?)).collect()
}

fn effective(row: &QueryResult) -> Result<Effective, StoreFault> {
    let (nik, outcome, reasons): (i64, i16, i64) =
        (row.try_get_by_index(0)?, row.try_get_by_index(1)?, row.try_get_by_index(2)?);
    let outcome = Outcome::from_number(outcome.into()).expect("the table checks outcomes");
    let reasons = ReasonSet::from_bits(reasons).expect("only sets of reasons are stored");
    Ok(Effective { nik, outcome, reasons })
}
