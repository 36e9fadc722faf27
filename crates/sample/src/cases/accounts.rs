//! Cases of the account: its state, its holder, and which of several is used.

use super::row;
use crate::facts::At::{Key, Telling};
use crate::facts::HolderName::{Exact, Stranger};
use crate::facts::HolderNik::{Absent, Equal, Other};
use crate::facts::Status::{Closed, Dormant, Frozen, New, Restricted};
use crate::facts::{
    Account, Case, Category, Claim, Naming, Number, account, member, pu, report, state, works,
};
use crate::outcome::{
    ACCOUNT_CLOSED as CLOSED, ACCOUNT_DORMANT as DORMANT, ACCOUNT_FROZEN as FROZEN,
    ACCOUNT_NOT_FOUND as NOT_FOUND, ACCOUNT_NOT_REPORTED as UNREPORTED, ACCOUNT_RESTRICTED as RESTRICTED,
    BANK_UNKNOWN, E, HOLDER_NAME_DIFFERS as NAME, HOLDER_NAME_NEEDS_REVIEW as REVIEW,
    HOLDER_NIK_DIFFERS as NIK, NONE, Outcome,
};

/// The one bank that does not tell a dormant account.
const SILENT: &str = "002";
/// No bank has this key.
const UNKNOWN_BANK: Account = account().at(Key("999"));
const MISSING: Account = account().number(Number::Missing);

/// Both rounds refuse or hold him, so the second tranche does not receive him.
const fn out(outcome: Outcome) -> [Outcome; 5] {
    [outcome, NONE, outcome, outcome, outcome]
}

const IN: [Outcome; 5] = [E; 5];

pub(super) fn table() -> Vec<Case> {
    let mut table = states();
    table.extend(names());
    table.extend(several());
    table
}

/// The state comes first, then the holder's NIK, then his name.
fn states() -> Vec<Case> {
    let one = |account: Account| works([pu().into(account)]);
    vec![
        row(50, "no account", works([pu().claiming(Claim::Nothing)]), out(UNREPORTED)),
        row(
            12,
            "the only account is reported with BPU",
            works([pu().claiming(Claim::Nothing), member(Category::Bpu)]),
            out(UNREPORTED),
        ),
        row(30, "a bank nobody knows", one(UNKNOWN_BANK), out(BANK_UNKNOWN)),
        row(50, "not found", one(MISSING), out(NOT_FOUND)),
        row(
            12,
            "the account is with the sharia unit of the bank",
            one(account().at(Key("022")).number(Number::AtOtherBank("022-S"))),
            out(NOT_FOUND),
        ),
        row(50, "closed", one(state(Closed)), out(CLOSED)),
        row(10, "closed, of another NIK", one(state(Closed).nik(Other)), out(CLOSED)),
        row(25, "frozen", one(state(Frozen)), out(FROZEN)),
        row(8, "frozen, of a stranger", one(state(Frozen).nik(Absent).name(Stranger)), out(FROZEN)),
        row(20, "restricted", one(state(Restricted)), out(RESTRICTED)),
        row(50, "dormant", one(state(Dormant).at(Telling)), out(DORMANT)),
        row(
            8,
            "dormant, of another NIK",
            one(state(Dormant).at(Telling).nik(Other).name(Stranger)),
            out(DORMANT),
        ),
        row(20, "dormant where the bank cannot tell", one(state(Dormant).at(Key(SILENT))), IN),
        row(
            10,
            "dormant where the bank cannot tell, of a stranger",
            one(state(Dormant).at(Key(SILENT)).nik(Absent).name(Stranger)),
            out(NAME),
        ),
        row(40, "new", one(state(New)), IN),
        row(8, "new, of a stranger", one(state(New).nik(Absent).name(Stranger)), out(NAME)),
        row(25, "another NIK and name", one(account().nik(Other).name(Stranger)), out(NIK)),
        row(25, "another NIK under the same name", one(account().nik(Other)), out(NIK)),
        row(25, "another name", one(account().nik(Absent).name(Stranger)), out(NAME)),
        row(15, "the right NIK under another name", one(account().nik(Equal).name(Stranger)), out(NAME)),
    ]
}

/// The member's name against the bank's: match, close or none.
fn names() -> Vec<Case> {
    let named = |nik, naming| works([pu().into(account().nik(nik))]).named(naming);
    vec![
        row(100, "titles that the bank leaves out", named(Absent, Naming::Titles), IN),
        row(120, "abbreviations and old spellings", named(Absent, Naming::Spelling), IN),
        row(50, "another order", named(Absent, Naming::Reordered), IN),
        row(25, "a single name and a filler", named(Absent, Naming::Filler), IN),
        row(40, "an initial, by the same NIK", named(Equal, Naming::Initial), IN),
        row(30, "a dropped part, by the same NIK", named(Equal, Naming::Dropped), IN),
        row(15, "an added part, by the same NIK", named(Equal, Naming::Added), IN),
        row(25, "one letter, by the same NIK", named(Equal, Naming::Letter), IN),
        row(12, "cut by the bank, by the same NIK", named(Equal, Naming::Cut), IN),
        row(20, "an initial", named(Absent, Naming::Initial), out(REVIEW)),
        row(20, "a dropped part", named(Absent, Naming::Dropped), out(REVIEW)),
        row(10, "an added part", named(Absent, Naming::Added), out(REVIEW)),
        row(15, "one letter", named(Absent, Naming::Letter), out(REVIEW)),
        row(10, "cut by the bank", named(Absent, Naming::Cut), out(REVIEW)),
        row(10, "a close name of another NIK", named(Other, Naming::Initial), out(NIK)),
        row(10, "an alike name", named(Absent, Naming::Sibling), out(NAME)),
        row(8, "an alike name under the right NIK", named(Equal, Naming::Sibling), out(NAME)),
        row(12, "held for another, or by a business", named(Absent, Naming::Business), out(NAME)),
    ]
}

/// Newest month first, at most three distinct; the first valid one, else a review, else the newest's reasons.
fn several() -> Vec<Case> {
    let close = account().nik(Absent);
    let job = |account: Account, months| pu().behind(months).into(account);
    let tied = |account: Account, days: [&'static str; 2], wage: i64| {
        pu().reports([report(202_005, days[0], wage), report(202_206, days[1], wage)]).into(account)
    };
    let early = ["2020-06-05", "2022-07-05"];
    let later = ["2020-06-12", "2022-07-12"];
    let closed = state(Closed);
    let frozen = state(Frozen);
    vec![
        row(
            20,
            "one account for both employers",
            works([pu(), pu().behind(1).claiming(Claim::AsBefore)]),
            IN,
        ),
        row(20, "the newest is closed, the other valid", works([job(closed, 0), job(account(), 1)]), IN),
        row(12, "the other is valid, written first", works([job(account(), 1), job(closed, 0)]), IN),
        row(10, "the newest is of an unknown bank", works([job(UNKNOWN_BANK, 0), job(account(), 1)]), IN),
        row(10, "the newest is not found", works([job(MISSING, 0), job(account(), 1)]), IN),
        row(10, "the newest is of another NIK", works([job(account().nik(Other), 0), job(account(), 1)]), IN),
        row(
            10,
            "the newest employment has none",
            works([pu().claiming(Claim::Nothing), job(account(), 1)]),
            IN,
        ),
        row(
            10,
            "the newest needs review, the other is valid",
            works([job(close, 0), job(account().name(Exact), 1)]).named(Naming::Dropped),
            IN,
        ),
        row(
            10,
            "the newest is closed, the other needs review",
            works([job(closed.nik(Absent), 0), job(close, 1)]).named(Naming::Dropped),
            out(REVIEW),
        ),
        row(
            10,
            "the other employment ended in 2021",
            works([job(closed, 0), job(account(), 1).ends("2021-12-31")]),
            [E, E, E, CLOSED, CLOSED],
        ),
        row(10, "both refused: the newest's reason", works([job(frozen, 0), job(closed, 1)]), out(FROZEN)),
        row(
            10,
            "the same, written the other way round",
            works([job(closed, 1), job(frozen, 0)]),
            out(FROZEN),
        ),
        row(
            10,
            "both refused: the newest's, though it comes later in the order of reasons",
            works([job(account().nik(Absent).name(Stranger), 0), job(MISSING, 1)]),
            out(NAME),
        ),
        row(
            10,
            "of the same month the later report's",
            works([tied(closed, early, 2_000_000), tied(frozen, later, 2_000_000)]),
            out(FROZEN),
        ),
        row(
            10,
            "of the same month and day the higher wage's",
            works([tied(closed, early, 2_000_000), tied(frozen, early, 3_000_000)]),
            out(FROZEN),
        ),
        row(
            10,
            "of a later report, though its wage is lower",
            works([tied(frozen, later, 2_000_000), tied(closed, early, 3_000_000)]),
            out(FROZEN),
        ),
        row(
            10,
            "without report comes last",
            works([pu().reports([]).into(frozen), pu().into(closed)]),
            out(CLOSED),
        ),
        row(10, "without report is valid", works([pu().reports([]), pu().into(closed)]), IN),
        row(10, "the third is valid", works([job(closed, 0), job(frozen, 1), job(account(), 2)]), IN),
        row(
            10,
            "the fourth is not looked at",
            works([job(closed, 0), job(frozen, 1), job(MISSING, 2), job(account(), 3)]),
            out(CLOSED),
        ),
        row(
            10,
            "the fourth is the third distinct one",
            works([
                job(closed, 0),
                pu().behind(1).claiming(Claim::AsBefore),
                job(frozen, 2),
                job(account(), 3),
            ]),
            IN,
        ),
    ]
}
