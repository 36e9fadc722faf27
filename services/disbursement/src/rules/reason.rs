//! Why a candidate is refused or pending, and what follows from several reasons at once.

/// What was decided of one candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Outcome {
    /// No reason against.
    Eligible = 1,
    /// At least one refusing reason.
    Refused = 2,
    /// No refusing reason, at least one pending.
    Pending = 3,
}

/// Where in the funnel a reason stops a candidate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Layer {
    /// The banks: the account exists, can be credited and belongs to the person.
    BankValid,
    /// The programme's criteria.
    CriteriaValid,
    /// One account, one owner.
    UniqueOwner,
    /// What the chain adds: sent back, no money left, on hold.
    Eligible,
}

macro_rules! reasons {
    ($($(#[$doc:meta])* $variant:ident = $number:literal, $name:literal, $layer:ident;)*) => {
        /// Why. The number is the place in the order of precedence, and the number on the wire.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub(crate) enum Reason {
            $($(#[$doc])* $variant = $number,)*
        }

        impl Reason {
            /// All reasons, in the order of precedence.
            pub(crate) const ALL: [Self; 28] = [$(Self::$variant,)*];

            /// As files write it, for instance `WAGE_OVER_CEILING`.
            #[must_use]
            pub(crate) const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The layer of the funnel at which it stops a candidate.
            #[must_use]
            pub(crate) const fn layer(self) -> Layer {
                match self { $(Self::$variant => Layer::$layer,)* }
            }
        }
    };
}

reasons! {
    /// Named by the list of the deceased.
    Deceased = 1, "DECEASED", CriteriaValid;
    /// No employment of any category active at the cut-off.
    NotActiveAtCutoff = 2, "NOT_ACTIVE_AT_CUTOFF", CriteriaValid;
    /// Active, but in no employment as a wage recipient (PU).
    NotWageRecipient = 3, "NOT_WAGE_RECIPIENT", CriteriaValid;
    /// No wage reported on or before the cut-off.
    WageNotReported = 4, "WAGE_NOT_REPORTED", CriteriaValid;
    /// The wage is not within the round's ceiling.
    WageOverCeiling = 5, "WAGE_OVER_CEILING", CriteriaValid;
    /// Works outside the round's regions.
    OutsideRegion = 6, "OUTSIDE_REGION", CriteriaValid;
    /// On the list of civil servants (ASN).
    CivilServant = 7, "CIVIL_SERVANT", CriteriaValid;
    /// On the list of the armed forces (TNI).
    Military = 8, "MILITARY", CriteriaValid;
    /// On the list of the police (Polri).
    Police = 9, "POLICE", CriteriaValid;
    /// Receives other aid that the round excludes.
    OtherAid = 10, "OTHER_AID", CriteriaValid;
    /// The tax office knows a taxable income over the ceiling.
    TaxIncomeOver = 11, "TAX_INCOME_OVER", CriteriaValid;
    /// An entitlement of the same term stands already.
    AlreadyPaid = 12, "ALREADY_PAID", CriteriaValid;
    /// No active wage-recipient employment has an account.
    AccountNotReported = 13, "ACCOUNT_NOT_REPORTED", BankValid;
    /// The directory has no such bank.
    BankUnknown = 14, "BANK_UNKNOWN", BankValid;
    /// The bank has no such account.
    AccountNotFound = 15, "ACCOUNT_NOT_FOUND", BankValid;
    /// The account was closed.
    AccountClosed = 16, "ACCOUNT_CLOSED", BankValid;
    /// The account is frozen.
    AccountFrozen = 17, "ACCOUNT_FROZEN", BankValid;
    /// The account cannot be credited.
    AccountRestricted = 18, "ACCOUNT_RESTRICTED", BankValid;
    /// The account is dormant.
    AccountDormant = 19, "ACCOUNT_DORMANT", BankValid;
    /// The bank holds another NIK for the account.
    HolderNikDiffers = 20, "HOLDER_NIK_DIFFERS", BankValid;
    /// The bank's name is not the member's.
    HolderNameDiffers = 21, "HOLDER_NAME_DIFFERS", BankValid;
    /// Another NIK uses the same account in the term.
    AccountShared = 22, "ACCOUNT_SHARED", UniqueOwner;
    /// The ministry's checklist sent the row back.
    SentBack = 23, "SENT_BACK", Eligible;
    /// The round's money does not reach this far.
    BudgetExhausted = 24, "BUDGET_EXHAUSTED", Eligible;
    /// Pending: above the fixed ceiling where the regency's minimum wage is not known.
    MinimumWageUnknown = 25, "MINIMUM_WAGE_UNKNOWN", CriteriaValid;
    /// Pending: an official holds the payment.
    OnHold = 26, "ON_HOLD", Eligible;
    /// Pending: the bank's name is close, eyes decide.
    HolderNameNeedsReview = 27, "HOLDER_NAME_NEEDS_REVIEW", BankValid;
    /// Pending: the bank gave no answer.
    BankUnanswered = 28, "BANK_UNANSWERED", BankValid;
}

impl Reason {
    /// The number on the wire, 1 to 28.
    #[must_use]
    pub(crate) const fn number(self) -> i32 {
        self as i32
    }

    /// The reason of a name; none when no reason is called so.
    #[must_use]
    pub(crate) fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|reason| reason.name() == name)
    }

    /// Whether it may still go away by itself or by human eyes; all others refuse.
    #[must_use]
    pub(crate) const fn is_pending(self) -> bool {
        self.number() >= Self::MinimumWageUnknown.number()
    }

    /// Its bit in a [`ReasonSet`]: 1 shifted left by its number.
    #[must_use]
    pub(crate) const fn bit(self) -> i64 {
        1 << self.number()
    }
}

impl Outcome {
    /// The number in a table, 1 to 3.
    #[must_use]
    pub(crate) const fn column(self) -> i16 {
        self as i16
    }

    /// The number on the wire, 1 to 3.
    #[must_use]
    pub(crate) const fn number(self) -> i32 {
        self as i32
    }

    /// The outcome of a number; none outside 1 to 3.
    #[must_use]
    pub(crate) const fn from_number(number: i32) -> Option<Self> {
        match number {
            1 => Some(Self::Eligible),
            2 => Some(Self::Refused),
            3 => Some(Self::Pending),
            _ => None,
        }
    }

    /// As files write it, for instance `ELIGIBLE`.
    #[must_use]
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Eligible => "ELIGIBLE",
            Self::Refused => "REFUSED",
            Self::Pending => "PENDING",
        }
    }
}

/// Reasons as a bit mask, as tables carry it: [`Reason::bit`] each. Empty means eligible.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct ReasonSet(i64);

impl ReasonSet {
    /// No reason.
    pub(crate) const EMPTY: Self = Self(0);

    /// The set of a mask; none when it has a bit that no reason has.
    #[must_use]
    pub(crate) fn from_bits(bits: i64) -> Option<Self> {
        let known = Reason::ALL.into_iter().collect::<Self>().0;
        (bits & !known == 0).then_some(Self(bits))
    }

    /// The mask.
    #[must_use]
    pub(crate) const fn bits(self) -> i64 {
        self.0
    }

    /// Whether a reason is there.
    #[must_use]
    pub(crate) const fn contains(self, reason: Reason) -> bool {
        self.0 & reason.bit() != 0
    }

    /// The reasons of both.
    #[must_use]
    pub(crate) const fn union(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether there is no reason.
    #[must_use]
    pub(crate) const fn is_empty(self) -> bool {
        self.0 == 0
    }

    /// The reasons in the order of precedence.
    pub(crate) fn iter(self) -> impl Iterator<Item = Reason> {
        Reason::ALL.into_iter().filter(move |reason| self.contains(*reason))
    }

    /// Whether any of them refuses.
    #[must_use]
    pub(crate) fn refuses(self) -> bool {
        self.iter().any(|reason| !reason.is_pending())
    }

    /// Refused if any reason refuses, else pending if there is one at all, else eligible.
    #[must_use]
    pub(crate) fn outcome(self) -> Outcome {
        if self.refuses() {
            Outcome::Refused
        } else if self.is_empty() {
            Outcome::Eligible
        } else {
            Outcome::Pending
        }
    }

    /// The first in precedence among the reasons of the outcome; none when eligible.
    #[must_use]
    pub(crate) fn primary(self) -> Option<Reason> {
        let pending = self.outcome() == Outcome::Pending;
        self.iter().find(|reason| reason.is_pending() == pending)
    }
}

impl From<Reason> for ReasonSet {
    fn from(reason: Reason) -> Self {
        Self(reason.bit())
    }
}

impl FromIterator<Reason> for ReasonSet {
    fn from_iter<I: IntoIterator<Item = Reason>>(reasons: I) -> Self {
        reasons.into_iter().fold(Self::EMPTY, |set, reason| set.union(reason.into()))
    }
}

#[cfg(test)]
mod tests;
