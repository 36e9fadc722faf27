//! A worker: the facts of his case, filled with a person, employers, dates and accounts.

use tepat_terms::Region;

use crate::banks;
use crate::deck::Part;
use crate::draws::{Domain, Draws, EMPLOYER, NIK_GIVEN, REPORTED_ON, START, START_DAY, Source, WAGE};
use crate::employers::Employers;
use crate::facts::{Account, At, Case, Claim, HolderName, HolderNik, Naming, Number, Person, Report, Status};
use crate::names::{Names, capitals, names, stranger};
use crate::people::{Identity, People};

/// Everything that a sample is made from; about four bytes a worker are held.
pub(crate) struct Roster {
    cases: Vec<Case>,
    parts: Vec<Part>,
    pub(crate) people: People,
    pub(crate) employers: Employers,
    source: Source,
}

/// One worker, made again whenever he is asked for.
pub(crate) struct Worker<'a> {
    position: u64,
    pub(crate) person: &'a Person,
    pub(crate) identity: Identity,
    pub(crate) names: Names,
    pub(crate) draws: Draws,
    /// Whose account he may claim; none for a leader.
    leader: Option<Box<Worker<'a>>>,
    /// Number of the employer of each job.
    pub(crate) employers: Vec<u64>,
}

/// The account that an employment reports.
pub(crate) struct Claimed {
    pub(crate) bank: &'static str,
    pub(crate) number: String,
    /// What the banks know, where this employment is the first to report the account.
    pub(crate) held: Option<Held>,
}

/// A row of `bank_accounts.csv` beside bank and number.
pub(crate) struct Held {
    pub(crate) bank: &'static str,
    pub(crate) holder_name: String,
    pub(crate) holder_nik: Option<i64>,
    pub(crate) status: Status,
}

/// Most employments of one person.
const JOBS: u64 = 4;
/// Added to the NIK of somebody else: no member's serial comes near.
const OTHER_SERIAL: i64 = 5_000;

impl Roster {
    pub(crate) fn new(workers: u64, seed: u64) -> Self {
        let cases = crate::cases::all();
        let parts = crate::deck::deal(&cases, workers, seed);
        Self {
            cases,
            parts,
            people: People::new(workers, seed),
            employers: Employers::new(workers, seed),
            source: Source::new(seed, Domain::Worker),
        }
    }

    fn part(&self, position: u64) -> Part {
        self.parts[usize::try_from(position).expect("a position of a part in memory")]
    }

    /// The facts of who stands at a position of the files.
    pub(crate) fn person(&self, position: u64) -> &Person {
        let part = self.part(position);
        &self.cases[usize::from(part.case)].people[usize::from(part.member)]
    }

    /// Who stands at a position of the files, below the number of workers.
    pub(crate) fn worker(&self, position: u64) -> Worker<'_> {
        let part = self.part(position);
        let person = self.person(position);
        let leader = (part.member > 0).then(|| Box::new(self.worker(position - u64::from(part.member))));
        let rank = self.people.rank(position);
        let identity = self.people.identity(rank, self.employers.regions());
        let draws = self.source.draws(position);
        let naming_draws = match (&leader, person.naming) {
            (Some(leader), Naming::Shared | Naming::SharedLonger) => &leader.draws,
            _ => &draws,
        };
        let province = identity.region.province().number();
        let names = names(person.naming, identity.female, province, naming_draws);
        let mut employers: Vec<u64> = Vec::with_capacity(person.jobs.len());
        for (index, job) in person.jobs.iter().enumerate() {
            let word = draws.of_job(index, EMPLOYER, u32::MAX);
            let number = if job.rehired {
                employers[index - 1]
            } else {
                self.employers.choose(job.place, (rank, self.people.workers), word, &employers)
            };
            employers.push(number);
        }
        Worker { position, person, identity, names, draws, leader, employers }
    }
}

impl Worker<'_> {
    /// First day of a job: the case's, or a drawn one from 2009 to 2019, not before he is 18.
    pub(crate) fn start(&self, job: usize) -> String {
        if let Some(day) = self.person.jobs[job].start {
            return day.to_owned();
        }
        let (birth_year, ..) = self.identity.birth;
        let from = (birth_year + 19).max(2009);
        let year = from + self.draws.below(START, 2020 - from);
        // A third of them begin with a month.
        let draw = self.draws.below(START_DAY, 12 * 42);
        let (month, day) = (draw / 42 + 1, (draw % 42).saturating_sub(13).max(1));
        format!("{year}-{month:02}-{day:02}")
    }

    /// The reported amount: months times the monthly wage, and a remainder that rounding down drops.
    pub(crate) fn reported_rupiah(&self, report: &Report) -> i64 {
        let (from, to) = (report.wage.0, report.wage.1);
        let exact = from + (to - from) * i64::from(self.draws.below(WAGE, 1_000)) / 1_000;
        // Wages are seldom odd; a bound of a range stays what it is.
        let monthly = if exact == from { exact } else { (exact / 500 * 500).max(from) };
        let months = i64::from(report.wage_months);
        monthly * months + months - 1
    }

    /// The day on which a report was made.
    pub(crate) fn reported_on(&self, job: usize, report: &Report) -> String {
        match report.reported_on {
            Some(day) => day.to_owned(),
            None => {
                let (year, month) = (report.month / 100, report.month % 100);
                let (year, month) = if month == 12 { (year + 1, 1) } else { (year, month + 1) };
                format!("{year}-{month:02}-{:02}", 5 + self.draws.of_job(job, REPORTED_ON, 10))
            }
        }
    }

    /// A number that no other job of anybody has.
    pub(crate) const fn serial(&self, job: usize) -> u64 {
        self.position * JOBS + job as u64
    }

    /// The region that the member lives in.
    pub(crate) const fn region(&self) -> Region {
        self.identity.region
    }

    /// Card of the family: the NIK with the day of a man, set apart for women.
    pub(crate) fn family_card(&self) -> i64 {
        const WOMANS_DAY: i64 = 4_000_000_000;
        let nik = self.identity.nik;
        if self.identity.female { nik - WOMANS_DAY + OTHER_SERIAL } else { nik }
    }

    /// The account that a job reports.
    pub(crate) fn claim(&self, job: usize) -> Option<Claimed> {
        match &self.person.jobs[job].claim {
            Claim::Nothing => None,
            Claim::Account(account) => Some(self.own(job, account)),
            Claim::AsBefore => self.claim(job - 1).map(known),
            Claim::Leaders => self.leader.as_ref()?.claim(0).map(known),
        }
    }

    fn own(&self, job: usize, account: &Account) -> Claimed {
        let bank = banks::key_of(account.at, job, &self.draws);
        let leaders = || self.leader.as_ref()?.claim(0).map(|claimed| claimed.number);
        let number = match account.number {
            Number::LeadersDigits => leaders().expect("the leader of a group has an account"),
            _ => banks::number(bank, self.serial(job), job, &self.draws),
        };
        let at = match account.number {
            Number::Missing => None,
            Number::AtOtherBank(other) => Some(other),
            Number::Own | Number::LeadersDigits => (account.at != At::Key(NO_BANK)).then_some(bank),
        };
        Claimed { bank, number, held: at.map(|bank| self.held(bank, job, account)) }
    }

    fn held(&self, bank: &'static str, job: usize, account: &Account) -> Held {
        let holder_name = match account.holder_name {
            HolderName::AsNamed => self.names.bank.clone(),
            HolderName::Exact => capitals(&self.names.member),
            HolderName::Stranger => stranger(&self.names.member, &self.draws),
        };
        let holder_nik = match account.holder_nik {
            HolderNik::Usual => (self.draws.of_job(job, NIK_GIVEN, 5) < 3).then_some(self.identity.nik),
            HolderNik::Absent => None,
            HolderNik::Equal => Some(self.identity.nik),
            HolderNik::Other => Some(self.identity.nik + OTHER_SERIAL),
        };
        Held { bank, holder_name, holder_nik, status: account.status }
    }
}

/// The key that no bank has.
const NO_BANK: &str = "999";

/// Drops what the banks know: the account has its row already.
fn known(claimed: Claimed) -> Claimed {
    Claimed { held: None, ..claimed }
}
