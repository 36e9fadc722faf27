//! What a bank's answer says about a claim.

use tepat_terms::{Nik, PersonName};

use super::directory::Profile;
use super::name::{NameMatch, compare};

/// The verdict on a claim, in the order of precedence: the first that holds is the verdict.
///
/// The numbers are those of the wire and of the tables, and never change.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub(crate) enum Verdict {
    /// The directory has no such bank; nobody was asked.
    BankUnknown = 4,
    /// The bank gave no answer in time.
    BankUnanswered = 3,
    /// The bank has no such account.
    AccountNotFound = 5,
    /// It was closed.
    AccountClosed = 6,
    /// It is blocked.
    AccountFrozen = 7,
    /// It takes no credits, or only some.
    AccountRestricted = 8,
    /// It slept too long.
    AccountDormant = 9,
    /// The bank holds another NIK for it.
    HolderNikDiffers = 10,
    /// The bank's name is another person's.
    HolderNameDiffers = 11,
    /// The names are close, or the bank gave none, and no NIK confirms the person.
    HolderNameNeedsReview = 2,
    /// It can be credited and belongs to the person.
    Valid = 1,
}

impl Verdict {
    /// Every verdict, in the order of precedence.
    pub(crate) const ALL: [Self; 11] = [
        Self::BankUnknown,
        Self::BankUnanswered,
        Self::AccountNotFound,
        Self::AccountClosed,
        Self::AccountFrozen,
        Self::AccountRestricted,
        Self::AccountDormant,
        Self::HolderNikDiffers,
        Self::HolderNameDiffers,
        Self::HolderNameNeedsReview,
        Self::Valid,
    ];

    /// The number of the wire and of the tables.
    pub(crate) const fn number(self) -> u8 {
        self as u8
    }

    /// The verdict of a number; `None` for a number that is none.
    pub(crate) fn from_number(number: u8) -> Option<Self> {
        Self::ALL.into_iter().find(|verdict| verdict.number() == number)
    }
}

/// The state in which a bank holds an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AccountStatus {
    /// In use.
    Active,
    /// Opened and not yet used: it can be credited.
    New,
    /// Closed.
    Closed,
    /// Blocked.
    Frozen,
    /// Limited.
    Restricted,
    /// Asleep.
    Dormant,
}

/// An account as its bank told it. Not printable: it holds a name and a NIK.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Account {
    /// The state the bank told.
    pub(crate) status: AccountStatus,
    /// The holder's name; `None` where the bank gives none.
    pub(crate) holder_name: Option<Box<str>>,
    /// The holder's NIK; `None` where the bank gives none.
    pub(crate) holder_nik: Option<i64>,
}

/// What came of asking a bank about a claim.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Inquiry {
    /// The directory has no such bank.
    NoSuchBank,
    /// No answer in time, or nobody to ask it through.
    Silent,
    /// The bank has no such account.
    NotFound,
    /// The account.
    Found(Account),
}

impl Inquiry {
    /// The class of the answer as attempts keep it: 0 none, 1 not found, from 2 the account's state.
    pub(crate) const fn class(&self) -> u8 {
        match self {
            Self::NoSuchBank | Self::Silent => 0,
            Self::NotFound => 1,
            Self::Found(account) => match account.status {
                AccountStatus::Active => 2,
                AccountStatus::New => 3,
                AccountStatus::Closed => 4,
                AccountStatus::Frozen => 5,
                AccountStatus::Restricted => 6,
                AccountStatus::Dormant => 7,
            },
        }
    }
}

/// A verdict with what it rests on; nothing of the bank's answer but this is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Judgement {
    /// The verdict.
    pub(crate) verdict: Verdict,
    /// How the names compare; `None` where they were not compared.
    pub(crate) name_match: Option<NameMatch>,
    /// Whether the bank would have told a dormant account.
    pub(crate) dormancy_told: bool,
}

/// Judges the claim that an account belongs to the person of this name and NIK.
///
/// An account that cannot be credited is refused whoever holds it, and its names are not compared.
pub(crate) fn judge(name: &PersonName, nik: Nik, profile: Profile, inquiry: &Inquiry) -> Judgement {
    let judged =
        |verdict, name_match| Judgement { verdict, name_match, dormancy_told: profile.tells_dormant };
    let account = match inquiry {
        Inquiry::NoSuchBank => {
            return Judgement { dormancy_told: false, ..judged(Verdict::BankUnknown, None) };
        }
        Inquiry::Silent => return judged(Verdict::BankUnanswered, None),
        Inquiry::NotFound => return judged(Verdict::AccountNotFound, None),
        Inquiry::Found(account) => account,
    };
    if let Some(refusal) = cannot_be_credited(account.status, profile) {
        return judged(refusal, None);
    }
    let holder_name = account.holder_name.as_deref().filter(|name| !name.trim().is_empty());
    let name_match = holder_name.map(|holder| compare(name.reveal(), holder, profile.name_length));
    let same_nik = account.holder_nik.map(|holder| holder == nik.number());
    judged(holder_verdict(name_match, same_nik), name_match)
}

/// The refusal of an account that cannot be credited; `None` for one that can.
fn cannot_be_credited(status: AccountStatus, profile: Profile) -> Option<Verdict> {
    match status {
        AccountStatus::Active | AccountStatus::New => None,
        AccountStatus::Closed => Some(Verdict::AccountClosed),
        AccountStatus::Frozen => Some(Verdict::AccountFrozen),
        AccountStatus::Restricted => Some(Verdict::AccountRestricted),
        // A bank that does not tell dormant accounts answers for them as for active ones.
        AccountStatus::Dormant => profile.tells_dormant.then_some(Verdict::AccountDormant),
    }
}

/// Whether the holder is the person: another NIK refuses, the same NIK lifts what needs review.
fn holder_verdict(name_match: Option<NameMatch>, same_nik: Option<bool>) -> Verdict {
    match (same_nik, name_match) {
        (Some(false), _) => Verdict::HolderNikDiffers,
        (_, Some(NameMatch::None)) => Verdict::HolderNameDiffers,
        (Some(true), _) | (None, Some(NameMatch::Match)) => Verdict::Valid,
        (None, Some(NameMatch::Close) | None) => Verdict::HolderNameNeedsReview,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NIK: i64 = 3_201_011_501_900_001;
    const OTHER_NIK: i64 = 3_201_011_501_900_002;
    const SAME: Option<&str> = Some("BUDI SANTOSO");
    const CLOSE: Option<&str> = Some("BUDI SANTOSA");
    const OTHER: Option<&str> = Some("SITI AMINAH");

    fn found(status: AccountStatus, name: Option<&str>, nik: Option<i64>) -> Inquiry {
        Inquiry::Found(Account { status, holder_name: name.map(Into::into), holder_nik: nik })
    }

    fn judge_at(profile: Profile, inquiry: &Inquiry) -> Judgement {
        judge(&"Budi Santoso".parse().unwrap(), Nik::from_number(NIK).unwrap(), profile, inquiry)
    }

    const TELLS: Profile = Profile { tells_dormant: true, name_length: None };

    #[test]
    fn verdicts_in_the_order_of_precedence() {
        use AccountStatus::{Active, Closed, Dormant, Frozen, New, Restricted};
        use NameMatch::{Close, Match};
        let differs = Some(NameMatch::None);
        let cases = [
            (Inquiry::NoSuchBank, Verdict::BankUnknown, None),
            (Inquiry::Silent, Verdict::BankUnanswered, None),
            (Inquiry::NotFound, Verdict::AccountNotFound, None),
            // What cannot be credited refuses whoever holds it.
            (found(Closed, OTHER, Some(OTHER_NIK)), Verdict::AccountClosed, None),
            (found(Closed, SAME, Some(NIK)), Verdict::AccountClosed, None),
            (found(Frozen, OTHER, Some(OTHER_NIK)), Verdict::AccountFrozen, None),
            (found(Restricted, OTHER, Some(OTHER_NIK)), Verdict::AccountRestricted, None),
            (found(Dormant, OTHER, Some(OTHER_NIK)), Verdict::AccountDormant, None),
            (found(Dormant, SAME, Some(NIK)), Verdict::AccountDormant, None),
            // Another NIK refuses whatever the name.
            (found(Active, OTHER, Some(OTHER_NIK)), Verdict::HolderNikDiffers, differs),
            (found(Active, SAME, Some(OTHER_NIK)), Verdict::HolderNikDiffers, Some(Match)),
            (found(Active, None, Some(OTHER_NIK)), Verdict::HolderNikDiffers, None),
            // Another name refuses, and the same NIK does not lift it.
            (found(Active, OTHER, Some(NIK)), Verdict::HolderNameDiffers, differs),
            (found(New, OTHER, None), Verdict::HolderNameDiffers, differs),
            // A close name, or none, needs eyes unless the NIK confirms.
            (found(Active, CLOSE, None), Verdict::HolderNameNeedsReview, Some(Close)),
            (found(Active, None, None), Verdict::HolderNameNeedsReview, None),
            (found(Active, Some("  "), None), Verdict::HolderNameNeedsReview, None),
            (found(Active, CLOSE, Some(NIK)), Verdict::Valid, Some(Close)),
            (found(Active, None, Some(NIK)), Verdict::Valid, None),
            (found(Active, SAME, None), Verdict::Valid, Some(Match)),
            (found(New, SAME, Some(NIK)), Verdict::Valid, Some(Match)),
        ];
        for (row, (inquiry, verdict, name_match)) in cases.into_iter().enumerate() {
            let judgement = judge_at(TELLS, &inquiry);
            assert_eq!((judgement.verdict, judgement.name_match), (verdict, name_match), "row {row}");
            assert_eq!(judgement.dormancy_told, verdict != Verdict::BankUnknown, "row {row}");
        }
    }

    #[test]
    fn a_bank_that_does_not_tell_dormant_passes_and_says_so() {
        let silent_on_it = Profile { tells_dormant: false, ..TELLS };
        let dormant = |name| judge_at(silent_on_it, &found(AccountStatus::Dormant, name, None));
        assert_eq!((dormant(SAME).verdict, dormant(SAME).dormancy_told), (Verdict::Valid, false));
        assert_eq!(dormant(OTHER).verdict, Verdict::HolderNameDiffers);
        let closed = judge_at(silent_on_it, &found(AccountStatus::Closed, SAME, None));
        assert_eq!((closed.verdict, closed.dormancy_told), (Verdict::AccountClosed, false));
    }

    #[test]
    fn the_profiles_name_length_decides_on_a_cut_name() {
        let cut = found(AccountStatus::Active, Some("BUDI SANT"), None);
        let nine = Profile { name_length: Some(9), ..TELLS };
        assert_eq!(judge_at(nine, &cut).verdict, Verdict::Valid);
        assert_eq!(judge_at(TELLS, &cut).verdict, Verdict::HolderNameNeedsReview);
    }

    #[test]
    fn numbers_and_verdicts_are_one_to_one() {
        for verdict in Verdict::ALL {
            assert_eq!(Verdict::from_number(verdict.number()), Some(verdict));
        }
        assert_eq!(Verdict::from_number(0), None);
        assert_eq!(Verdict::from_number(12), None);
    }

    #[test]
    fn answer_classes_differ() {
        use AccountStatus::{Active, Closed, Dormant, Frozen, New, Restricted};
        let mut classes: Vec<u8> = [Active, New, Closed, Frozen, Restricted, Dormant]
            .into_iter()
            .map(|status| found(status, None, None).class())
            .collect();
        classes.extend([Inquiry::Silent.class(), Inquiry::NotFound.class()]);
        classes.sort_unstable();
        assert_eq!(classes, [0, 1, 2, 3, 4, 5, 6, 7]);
    }
}
