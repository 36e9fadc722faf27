//! A candidate as a roster version knows them.

use tepat_terms::{AccountNumber, Nik, PersonName, Region};
use time::Date;

use super::sector::Sector;

/// A member who is looked at in a batch.
#[derive(Clone, Debug)]
pub(crate) struct Candidate {
    /// Number in the population register.
    pub(crate) nik: Nik,
    /// The member's name, which banks' answers are compared with.
    pub(crate) name: PersonName,
    /// In the order of (npp, division, start).
    pub(crate) employments: Vec<Employment>,
    /// Lists whose newest snapshot names the member.
    pub(crate) lists: ListSet,
}

/// One employment of a member.
#[derive(Clone, Debug)]
pub(crate) struct Employment {
    /// Number of the employer.
    pub(crate) npp: String,
    /// Division of the employer.
    pub(crate) division: String,
    /// The employer's region.
    pub(crate) region: Region,
    /// The employer's sector; none when the roster knows none.
    pub(crate) sector: Option<Sector>,
    /// What the membership rests on.
    pub(crate) category: Category,
    /// First day of membership.
    pub(crate) start: Date,
    /// Last day of membership; none while active.
    pub(crate) end: Option<Date>,
    /// None when the employer reported no account.
    pub(crate) account: Option<Account>,
    /// The holder as the employer wrote it: shown to people, never decides. None without an account.
    pub(crate) account_holder_name: Option<PersonName>,
}

/// An account as reported.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Account {
    /// Entity key of the bank directory; the bank need not exist.
    pub(crate) bank: String,
    /// Its number.
    pub(crate) number: AccountNumber,
}

/// What a membership rests on. Numbers as on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Category {
    /// Wage recipient (penerima upah).
    Pu = 1,
    /// Not a wage recipient (bukan penerima upah).
    Bpu = 2,
    /// Construction (jasa konstruksi).
    Jakon = 3,
    /// Migrant worker (pekerja migran).
    Pmi = 4,
}

impl Category {
    /// All categories, in the order of their numbers.
    pub(crate) const ALL: [Self; 4] = [Self::Pu, Self::Bpu, Self::Jakon, Self::Pmi];

    /// The category of a number; none outside 1 to 4.
    #[must_use]
    pub(crate) fn from_number(number: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|category| *category as i32 == number)
    }

    /// As files write it, for instance `PU`.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Pu => "PU",
            Self::Bpu => "BPU",
            Self::Jakon => "JAKON",
            Self::Pmi => "PMI",
        }
    }
}

/// A list that may name a member. Numbers as on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum List {
    /// Civil servants.
    Asn = 1,
    /// Armed forces.
    Tni = 2,
    /// Police.
    Polri = 3,
    /// Family hope programme (Program Keluarga Harapan).
    Pkh = 4,
    /// Pre-employment card (Kartu Prakerja).
    Prakerja = 5,
    /// Micro-business aid (Bantuan Produktif Usaha Mikro).
    Bpum = 6,
    /// Non-cash food aid; no round excludes it.
    Bpnt = 7,
    /// Social welfare data; no round excludes it.
    Dtks = 8,
    /// Taxable income over the ceiling, as the tax office knows it.
    Tax = 9,
    /// The deceased.
    Deceased = 10,
}

impl List {
    /// All lists, in the order of their numbers.
    pub(crate) const ALL: [Self; 10] = [
        Self::Asn,
        Self::Tni,
        Self::Polri,
        Self::Pkh,
        Self::Prakerja,
        Self::Bpum,
        Self::Bpnt,
        Self::Dtks,
        Self::Tax,
        Self::Deceased,
    ];

    /// The list of a number; none outside 1 to 10.
    #[must_use]
    pub(crate) fn from_number(number: i32) -> Option<Self> {
        Self::ALL.into_iter().find(|list| *list as i32 == number)
    }

    /// The list of a name; none when no list is called so.
    #[must_use]
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|list| list.name() == name)
    }

    /// As files write it, for instance `PRAKERJA`.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Asn => "ASN",
            Self::Tni => "TNI",
            Self::Polri => "POLRI",
            Self::Pkh => "PKH",
            Self::Prakerja => "PRAKERJA",
            Self::Bpum => "BPUM",
            Self::Bpnt => "BPNT",
            Self::Dtks => "DTKS",
            Self::Tax => "TAX",
            Self::Deceased => "DECEASED",
        }
    }
}

/// Lists as a bit mask.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct ListSet(u16);

impl ListSet {
    /// Whether a list is there.
    #[must_use]
    pub(crate) const fn contains(self, list: List) -> bool {
        self.0 & (1 << list as u16) != 0
    }
}

impl FromIterator<List> for ListSet {
    fn from_iter<I: IntoIterator<Item = List>>(lists: I) -> Self {
        Self(lists.into_iter().fold(0, |mask, list| mask | 1 << list as u16))
    }
}

impl Employment {
    /// Membership runs on the cut-off day: it began on or before it, and did not end before it.
    #[must_use]
    pub(crate) fn is_active(&self, cut_off: Date) -> bool {
        self.start <= cut_off && self.end.is_none_or(|last_day| last_day >= cut_off)
    }
}

impl Candidate {
    /// Indexes of the employments of any category that are active at the cut-off.
    pub(crate) fn active(&self, cut_off: Date) -> impl Iterator<Item = usize> {
        let employments = self.employments.iter().enumerate();
        employments.filter(move |(_, employment)| employment.is_active(cut_off)).map(|(index, _)| index)
    }

    /// Indexes of the wage-recipient employments that are active at the cut-off: the only ones
    /// whose wage and account count.
    pub(crate) fn active_pu(&self, cut_off: Date) -> impl Iterator<Item = usize> {
        self.active(cut_off).filter(|index| self.employments[*index].category == Category::Pu)
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use tepat_terms::parse_date;

    use super::*;

    /// A wage recipient active since 2019 with an account at 002, on no list.
    pub(crate) fn candidate() -> Candidate {
        Candidate {
            nik: "3201011501900001".parse().unwrap(),
            name: "Siti Aminah".parse().unwrap(),
            employments: vec![employment("AA000001", Category::Pu, "2019-01-01", None, Some("111111111"))],
            lists: ListSet::default(),
        }
    }

    /// An employment in Karawang; an account number is one at bank 002.
    pub(crate) fn employment(
        npp: &str,
        category: Category,
        start: &str,
        end: Option<&str>,
        account_number: Option<&str>,
    ) -> Employment {
        let account =
            account_number.map(|number| Account { bank: "002".to_owned(), number: number.parse().unwrap() });
        Employment {
            npp: npp.to_owned(),
            division: "000".to_owned(),
            region: "3215".parse().unwrap(),
            sector: Sector::parse("G"),
            category,
            start: parse_date(start).unwrap(),
            end: end.map(|end| parse_date(end).unwrap()),
            account_holder_name: account.as_ref().map(|_| "SITI AMINAH".parse().unwrap()),
            account,
        }
    }

    #[test]
    fn membership_counts_on_its_first_and_last_day() {
        let cut_off = parse_date("2022-07-31").unwrap();
        for (start, end, active) in [
            ("2022-07-31", None, true),
            ("2022-08-01", None, false),
            ("2019-01-01", Some("2022-07-31"), true),
            ("2019-01-01", Some("2022-07-30"), false),
            ("2019-01-01", Some("2022-08-01"), true),
            ("2022-07-31", Some("2022-07-31"), true),
        ] {
            let employment = employment("AA1", Category::Pu, start, end, None);
            assert_eq!(employment.is_active(cut_off), active, "{start} {end:?}");
        }
    }

    #[test]
    fn only_active_wage_recipient_employments_count() {
        let cut_off = parse_date("2022-07-31").unwrap();
        let mut person = candidate();
        person.employments = vec![
            employment("A", Category::Bpu, "2019-01-01", None, None),
            employment("B", Category::Pu, "2019-01-01", Some("2022-07-30"), None),
            employment("C", Category::Pu, "2019-01-01", None, None),
            employment("D", Category::Pmi, "2019-01-01", None, None),
            employment("E", Category::Jakon, "2019-01-01", None, None),
            employment("F", Category::Pu, "2022-07-31", None, None),
        ];
        assert_eq!(person.active(cut_off).collect::<Vec<_>>(), [0, 2, 3, 4, 5]);
        assert_eq!(person.active_pu(cut_off).collect::<Vec<_>>(), [2, 5]);
    }

    #[test]
    fn lists_and_categories_keep_their_numbers_and_names() {
        let names = ["ASN", "TNI", "POLRI", "PKH", "PRAKERJA", "BPUM", "BPNT", "DTKS", "TAX", "DECEASED"];
        for (number, name) in (1..).zip(names) {
            let list = List::from_number(number).unwrap();
            assert_eq!((list.name(), List::parse(name)), (name, Some(list)));
            let only: ListSet = [list].into_iter().collect();
            assert!(List::ALL.into_iter().all(|other| only.contains(other) == (other == list)));
        }
        assert_eq!((List::from_number(0), List::from_number(11)), (None, None));
        for (number, name) in (1..).zip(["PU", "BPU", "JAKON", "PMI"]) {
            assert_eq!(Category::from_number(number).unwrap().name(), name);
        }
        assert_eq!((Category::from_number(0), Category::from_number(5)), (None, None));
    }
}
