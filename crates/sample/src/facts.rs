//! The facts of which a case is made, and the few words that state them.

use crate::outcome::Outcome;

/// An archetype: how many there are in 10,000 workers, who they are and what is expected of each.
pub(crate) struct Case {
    /// Groups of `people` in each 10,000 workers.
    pub(crate) share: u32,
    /// What is special about it, for whoever looks for a difference.
    #[cfg_attr(not(test), expect(dead_code, reason = "names the case in the table and in tests"))]
    pub(crate) name: &'static str,
    /// One person, or a group whose first is the leader. Never empty, never more than three.
    pub(crate) people: Vec<Person>,
}

/// The facts of one person, with what bsu-2020/1, bsu-2020/2, bsu-2021, bsu-2022 and bsu-2025 make of them.
pub(crate) struct Person {
    /// One to four employments. No two are at the same employer, except a `rehired` one.
    pub(crate) jobs: Vec<Job>,
    pub(crate) lists: Vec<List>,
    pub(crate) naming: Naming,
    pub(crate) expected: [Outcome; 5],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Category {
    Pu,
    Bpu,
    Jakon,
    Pmi,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum List {
    Asn,
    Tni,
    Polri,
    Pkh,
    Prakerja,
    Bpum,
    Bpnt,
    Dtks,
    Tax,
    Deceased,
}

/// Where the employer of a job is, as far as the annex and the minimum wage of 2021 and the minimum wage
/// of 2022 are concerned. All but one lie within the annex.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// Anywhere near the worker within the annex: the wage is below every ceiling.
    Home,
    /// Anywhere near the worker outside the annex.
    Outside,
    /// DKI: the provincial minimum wage alone, rounded up 4,500,000 in 2021 and 4,700,000 in 2022.
    Jakarta,
    /// Regencies around Surabaya: rounded up 4,300,000 or 4,400,000 in 2021, 4,400,000 in 2022.
    RingOne,
    /// Regencies of East Java whose minimum wages of both years are known and below the fixed ceiling.
    LowMinimum,
    /// Papua: 3,600,000 by the provincial minimum wage in both years, and unknown above it.
    Papua,
    /// Elsewhere, where no regency's is known for either year: above 3,500,000 is unknown.
    Unlisted,
    /// Karawang: 4,800,000 in 2021, unknown in 2022.
    Karawang,
}

/// Monthly wage in rupiah, both ends included; a person sits at the same point of every range.
#[derive(Clone, Copy)]
pub(crate) struct Wage(pub(crate) i64, pub(crate) i64);

impl From<i64> for Wage {
    fn from(exactly: i64) -> Self {
        Self(exactly, exactly)
    }
}

impl From<(i64, i64)> for Wage {
    fn from((from, to): (i64, i64)) -> Self {
        Self(from, to)
    }
}

/// A wage report.
#[derive(Clone, Copy)]
pub(crate) struct Report {
    /// YYYYMM.
    pub(crate) month: u32,
    /// A day, or none: one of the 5th to the 14th of the month after.
    pub(crate) reported_on: Option<&'static str>,
    pub(crate) wage: Wage,
    /// Months that the reported amount covers. The amount leaves a remainder that rounding down drops.
    pub(crate) wage_months: u8,
}

/// An employment.
#[derive(Clone)]
pub(crate) struct Job {
    pub(crate) category: Category,
    /// First day, or none: some day from 2009 to 2019.
    pub(crate) start: Option<&'static str>,
    /// Last day, or none while active.
    pub(crate) end: Option<&'static str>,
    pub(crate) place: Place,
    /// At the employer of the job before this one.
    pub(crate) rehired: bool,
    pub(crate) reports: Vec<Report>,
    pub(crate) claim: Claim,
}

/// The account that an employment reports.
#[derive(Clone, Copy)]
pub(crate) enum Claim {
    Nothing,
    Account(Account),
    /// The one that the job before this one reports.
    AsBefore,
    /// The one of the group's leader (that of his first job).
    Leaders,
}

/// A claimed account and what the bank knows about it.
#[derive(Clone, Copy)]
pub(crate) struct Account {
    pub(crate) at: At,
    pub(crate) number: Number,
    pub(crate) status: Status,
    pub(crate) holder_nik: HolderNik,
    pub(crate) holder_name: HolderName,
}

/// The bank that the claim names.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum At {
    /// By weight.
    Any,
    /// By weight among those that can tell a dormant account.
    Telling,
    Key(&'static str),
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Number {
    Own,
    /// The bank has no such account.
    Missing,
    /// Not at the bank of the claim, but at this one.
    AtOtherBank(&'static str),
    /// The digits of the leader's account, at another bank.
    LeadersDigits,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Active,
    New,
    Closed,
    Dormant,
    Frozen,
    Restricted,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum HolderNik {
    /// The right one by three banks in five, none by the others.
    Usual,
    Absent,
    Equal,
    Other,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum HolderName {
    /// As the person's naming says.
    AsNamed,
    /// The member's name in the bank's capitals.
    Exact,
    /// Somebody else.
    Stranger,
}

/// The member's name against the bank's: six that match, five close, two that differ, three of groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Naming {
    /// The same words.
    Plain,
    Titles,
    /// Abbreviations, old and sound spellings.
    Spelling,
    Reordered,
    /// A single name, doubled or with a dash for a surname.
    Filler,
    /// Ordinary words for either sex; a group has one name.
    Shared,
    /// An initial instead of a part.
    Initial,
    Dropped,
    Added,
    Letter,
    /// Cut by a bank whose field length is not known.
    Cut,
    /// Alike and still another person: brothers, or one account for two.
    Sibling,
    /// The holder acts for another, or is a business.
    Business,
    /// A part more than the leader's shared name, so the bank's is close.
    SharedLonger,
    /// Words that no other name of this kind has: nothing in common with `Distinct`.
    Rare,
    Distinct,
}

/// The wage of a plain worker in June 2020 and in July 2022: below every ceiling.
const PLAIN: [(i64, i64); 2] = [(1_600_000, 3_300_000), (1_750_000, 3_450_000)];

/// A report of a month (YYYYMM), made on the given day, or early in the month after if that is none.
pub(crate) fn report(
    month: u32,
    reported_on: impl Into<Option<&'static str>>,
    wage: impl Into<Wage>,
) -> Report {
    Report { month, reported_on: reported_on.into(), wage: wage.into(), wage_months: 1 }
}

impl Report {
    pub(crate) const fn over(mut self, wage_months: u8) -> Self {
        self.wage_months = wage_months;
        self
    }
}

/// A plain employment of a wage recipient: reported for May 2020 and June 2022, with a valid account.
pub(crate) fn pu() -> Job {
    let reports = vec![report(202_005, None, PLAIN[0]), report(202_206, None, PLAIN[1])];
    let claim = Claim::Account(account());
    Job { category: Category::Pu, start: None, end: None, place: Place::Home, rehired: false, reports, claim }
}

/// The same in another category.
pub(crate) fn member(category: Category) -> Job {
    Job { category, ..pu() }
}

impl Job {
    /// Begins on a day; reports of months before it go.
    pub(crate) fn starts(mut self, day: &'static str) -> Self {
        self.start = Some(day);
        self.reports.retain(|report| report.month >= month_of(day));
        self
    }

    /// Last day of membership; reports of months after it go.
    pub(crate) fn ends(mut self, day: &'static str) -> Self {
        self.end = Some(day);
        self.reports.retain(|report| report.month <= month_of(day));
        self
    }

    /// Monthly wage in the reports of 2020 and of 2022.
    pub(crate) fn wages(mut self, in_2020: impl Into<Wage>, in_2022: impl Into<Wage>) -> Self {
        let wages = [in_2020.into(), in_2022.into()];
        for report in &mut self.reports {
            report.wage = wages[usize::from(report.month >= 202_101)];
        }
        self
    }

    /// Both reports, of 2020 and of 2022, are older by so many months.
    pub(crate) fn behind(mut self, months: u32) -> Self {
        for report in &mut self.reports {
            report.month -= months;
        }
        self
    }

    /// Reported for one more month.
    pub(crate) fn also(mut self, month: u32, wage: impl Into<Wage>) -> Self {
        self.reports.push(report(month, None, wage));
        self
    }

    pub(crate) fn reports<const N: usize>(mut self, reports: [Report; N]) -> Self {
        self.reports = reports.to_vec();
        self
    }

    pub(crate) const fn at(mut self, place: Place) -> Self {
        self.place = place;
        self
    }

    pub(crate) const fn rehired(mut self) -> Self {
        self.rehired = true;
        self
    }

    pub(crate) const fn into(mut self, account: Account) -> Self {
        self.claim = Claim::Account(account);
        self
    }

    pub(crate) const fn claiming(mut self, claim: Claim) -> Self {
        self.claim = claim;
        self
    }
}

fn month_of(day: &str) -> u32 {
    let number = |text: &str| text.parse::<u32>().expect("the days of cases are written YYYY-MM-DD");
    number(&day[..4]) * 100 + number(&day[5..7])
}

/// An active account in the member's name.
pub(crate) const fn account() -> Account {
    Account {
        at: At::Any,
        number: Number::Own,
        status: Status::Active,
        holder_nik: HolderNik::Usual,
        holder_name: HolderName::AsNamed,
    }
}

/// The member's account in another state.
pub(crate) const fn state(status: Status) -> Account {
    Account { status, ..account() }
}

impl Account {
    pub(crate) const fn at(mut self, at: At) -> Self {
        self.at = at;
        self
    }

    pub(crate) const fn number(mut self, number: Number) -> Self {
        self.number = number;
        self
    }

    pub(crate) const fn nik(mut self, holder_nik: HolderNik) -> Self {
        self.holder_nik = holder_nik;
        self
    }

    pub(crate) const fn name(mut self, holder_name: HolderName) -> Self {
        self.holder_name = holder_name;
        self
    }
}

impl Person {
    pub(crate) fn on<const N: usize>(mut self, lists: [List; N]) -> Self {
        self.lists = lists.to_vec();
        self
    }

    pub(crate) const fn named(mut self, naming: Naming) -> Self {
        self.naming = naming;
        self
    }

    pub(crate) const fn expects(mut self, expected: [Outcome; 5]) -> Self {
        self.expected = expected;
        self
    }
}

/// A person with these employments.
pub(crate) fn works<const N: usize>(jobs: [Job; N]) -> Person {
    use crate::outcome::NONE;
    Person { jobs: jobs.into(), lists: Vec::new(), naming: Naming::Plain, expected: [NONE; 5] }
}
