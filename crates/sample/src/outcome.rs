//! What a case expects of a round.

/// The decision that the case was made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// The tranche does not receive the person: no row.
    NotReceived,
    Eligible,
    /// Refused, with the primary reason.
    Refused(&'static str),
    /// Pending, with the primary reason.
    Pending(&'static str),
}

impl Outcome {
    /// Decision and primary reason as `expected.csv` writes them; none when there is no row.
    pub(crate) const fn columns(self) -> Option<(&'static str, &'static str)> {
        match self {
            Self::NotReceived => None,
            Self::Eligible => Some(("ELIGIBLE", "")),
            Self::Refused(reason) => Some(("REFUSED", reason)),
            Self::Pending(reason) => Some(("PENDING", reason)),
        }
    }
}

/// Rounds and tranches of `expected.csv`, in the order of a case's expectations.
pub(crate) const TRANCHES: [(&str, &str); 5] =
    [("bsu-2020", "1"), ("bsu-2020", "2"), ("bsu-2021", "1"), ("bsu-2022", "1"), ("bsu-2025", "1")];

pub(crate) const NONE: Outcome = Outcome::NotReceived;
pub(crate) const E: Outcome = Outcome::Eligible;

macro_rules! outcomes {
    ($kind:ident: $($name:ident)*) => {
        $(pub(crate) const $name: Outcome = Outcome::$kind(stringify!($name));)*
    };
}

outcomes!(Refused:
    DECEASED NOT_ACTIVE_AT_CUTOFF NOT_WAGE_RECIPIENT WAGE_NOT_REPORTED WAGE_OVER_CEILING OUTSIDE_REGION
    CIVIL_SERVANT MILITARY POLICE OTHER_AID TAX_INCOME_OVER
    ACCOUNT_NOT_REPORTED BANK_UNKNOWN ACCOUNT_NOT_FOUND ACCOUNT_CLOSED ACCOUNT_FROZEN ACCOUNT_RESTRICTED
    ACCOUNT_DORMANT HOLDER_NIK_DIFFERS HOLDER_NAME_DIFFERS ACCOUNT_SHARED);
outcomes!(Pending: MINIMUM_WAGE_UNKNOWN HOLDER_NAME_NEEDS_REVIEW);
