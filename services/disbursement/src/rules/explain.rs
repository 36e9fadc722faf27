//! Every rule of a round with what was compared, its result, its article and what mends it.

use self::wording::amount;
use super::account_choice::{self, AccountVerdict, Deciding, Next};
use super::candidate::Candidate;
use super::eligibility::WageVerdict;
use super::reason::{Outcome, Reason, ReasonSet};
use super::round::{ComesFirst, Priority, Round};

mod banks;
mod facts;
mod mending;
mod wording;

/// What a decision rested on.
#[derive(Clone, Debug)]
pub(crate) struct ExplainInput<'a> {
    /// The person, as the batch's roster version knows them.
    pub(crate) candidate: &'a Candidate,
    /// What the wages service said; none for those it was not asked about.
    pub(crate) wage: Option<WageTold>,
    /// The accounts to ask about: indexes of employments, in the order of asking.
    pub(crate) claims: &'a [usize],
    /// The banks' answers on the first claims; empty when nobody was asked.
    pub(crate) verdicts: &'a [AccountVerdict],
    /// The reasons that stand: as screened, then as amended.
    pub(crate) effective: ReasonSet,
    /// Whether the batch was closed, so that shared accounts, earlier entitlements and the budget
    /// are decided.
    pub(crate) closed: bool,
}

/// The wage that was compared.
#[derive(Clone, Copy, Debug)]
pub(crate) struct WageTold {
    /// What the rule says.
    pub(crate) verdict: WageVerdict,
    /// Rupiah a month; 0 when none was reported.
    pub(crate) compared_rupiah: i64,
    /// The ceiling, rupiah; 0 when none was reported.
    pub(crate) ceiling_rupiah: i64,
    /// Where the ceiling comes from; none when nothing was compared.
    pub(crate) basis: Option<CeilingBasis>,
    /// Index of the employment whose wage was compared; none when none was reported.
    pub(crate) employment: Option<usize>,
    /// The report that decided; none when none was reported.
    pub(crate) deciding: Option<Deciding>,
}

/// Where a ceiling comes from. Numbers as on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum CeilingBasis {
    /// The fixed amount of the rule.
    Fixed = 1,
    /// The regency's minimum wage, rounded up to the next Rp100,000.
    Umk = 2,
    /// The province's minimum wage, rounded up to the next Rp100,000.
    Ump = 3,
}

impl CeilingBasis {
    /// The basis of a number; none outside 1 to 3.
    #[must_use]
    pub(crate) fn from_number(number: i32) -> Option<Self> {
        [Self::Fixed, Self::Umk, Self::Ump].into_iter().find(|basis| *basis as i32 == number)
    }
}

/// What one rule said of one person. Numbers as on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum RuleResult {
    /// Nothing against.
    Passed = 1,
    /// It refuses.
    Refused = 2,
    /// It keeps the person pending.
    Pending = 3,
    /// It had nothing to look at, or the round does not ask it here.
    NotLookedAt = 4,
}

/// One rule with its inputs, its result and its law. No personal value in clear.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RuleTrace {
    /// The rule's name, for instance `wage ceiling`.
    pub(crate) rule: String,
    /// What it said.
    pub(crate) result: RuleResult,
    /// None unless refused or pending.
    pub(crate) reason: Option<Reason>,
    /// The article or procedure it rests on.
    pub(crate) article: String,
    /// What was compared, or why nothing was.
    pub(crate) compared: String,
    /// What to mend; empty unless refused or pending.
    pub(crate) mend: String,
    /// Who can mend it; empty unless refused or pending.
    pub(crate) mended_by: String,
}

/// What a rule found, before law and mending are added.
enum Finding {
    Passed(String),
    NotLookedAt(String),
    Stopped(Reason, String),
}

impl Finding {
    /// Stopped by the reason if there is one, else passed.
    fn of(reason: Option<Reason>, compared: String) -> Self {
        match reason {
            Some(reason) => Self::Stopped(reason, compared),
            None => Self::Passed(compared),
        }
    }

    fn trace(self, rule: impl Into<String>, article: &str) -> RuleTrace {
        let (result, reason, compared) = match self {
            Self::Passed(compared) => (RuleResult::Passed, None, compared),
            Self::NotLookedAt(why) => (RuleResult::NotLookedAt, None, why),
            Self::Stopped(reason, compared) if reason.is_pending() => {
                (RuleResult::Pending, Some(reason), compared)
            }
            Self::Stopped(reason, compared) => (RuleResult::Refused, Some(reason), compared),
        };
        let (mend, mended_by) = reason.map(mending::of).unwrap_or_default();
        RuleTrace {
            rule: rule.into(),
            result,
            reason,
            article: article.to_owned(),
            compared,
            mend: mend.to_owned(),
            mended_by: mended_by.to_owned(),
        }
    }
}

/// A question to be explained: the round, the tranche and what the decision rested on.
struct Asked<'a> {
    round: &'a Round,
    tranche: i32,
    input: &'a ExplainInput<'a>,
}

/// Every rule in the order in which they are asked, which is that of precedence.
///
/// The result of a rule is what stands in the decision, so the reasons of the traces are the
/// decision's reasons; what was compared is worked out from the facts.
#[must_use]
pub(crate) fn explain(round: &Round, tranche: i32, input: &ExplainInput<'_>) -> Vec<RuleTrace> {
    let asked = Asked { round, tranche, input };
    let articles = &round.articles;
    let deaths = round.exclusions.iter().filter(|exclusion| exclusion.reason == Reason::Deceased);
    let others = round.exclusions.iter().filter(|exclusion| exclusion.reason != Reason::Deceased);
    let mut traces: Vec<RuleTrace> = deaths.map(|exclusion| asked.list(exclusion)).collect();
    traces.push(asked.active().trace("active at cut-off", &articles.active));
    traces.push(asked.category().trace("category", &articles.category));
    traces.push(asked.wage().trace("wage ceiling", &articles.wage));
    traces.push(asked.region().trace("region", &articles.region));
    traces.extend(others.map(|exclusion| asked.list(exclusion)));
    traces.push(asked.already_paid().trace("already paid", &articles.already_paid));
    let account_article = if asked.asks() { &articles.accounts } else { &articles.banks_asked };
    traces.push(asked.account().trace("account", account_article));
    traces.push(asked.holder().trace("holder", &articles.holder));
    traces.push(asked.shared().trace("shared account", &articles.shared));
    traces.push(asked.sent_back().trace("sent back", &articles.sent_back));
    traces.push(asked.budget().trace("budget", &articles.budget));
    traces.push(asked.on_hold().trace("on hold", &articles.on_hold));
    traces
}

impl Asked<'_> {
    /// The first of these reasons that stands in the decision.
    fn standing(&self, reasons: &[Reason]) -> Option<Reason> {
        reasons.iter().copied().find(|reason| self.input.effective.contains(*reason))
    }

    /// The tranche as a term, for instance `bsu-2022/1`.
    fn term(&self) -> String {
        format!("{}/{}", self.round.id, self.tranche)
    }

    /// Index of the claim that is used or in review; none when there is neither.
    fn chosen(&self) -> Option<usize> {
        match account_choice::next(self.input.verdicts, self.input.claims.len()) {
            Next::Settled(settlement) => settlement.chosen,
            Next::Ask(_) => None,
        }
    }

    fn already_paid(&self) -> Finding {
        let term = self.term();
        match self.standing(&[Reason::AlreadyPaid]) {
            Some(reason) => Finding::Stopped(reason, format!("an entitlement of term {term} stands already")),
            None if self.input.closed => Finding::Passed(format!("no other entitlement in term {term}")),
            None => Finding::NotLookedAt("looked at when the batch is closed".to_owned()),
        }
    }

    fn sent_back(&self) -> Finding {
        let standing = self.standing(&[Reason::SentBack]);
        let compared = if standing.is_some() { "the checklist sent the row back" } else { "not sent back" };
        Finding::of(standing, compared.to_owned())
    }

    fn budget(&self) -> Finding {
        let amounts = format!(
            "{} against what is left of the round's {}{}",
            amount(self.round.amount_rupiah),
            amount(self.round.budget_rupiah),
            self.place()
        );
        match self.standing(&[Reason::BudgetExhausted]) {
            Some(reason) => Finding::Stopped(reason, format!("{amounts}: it does not reach this far")),
            None if !self.input.closed => {
                Finding::NotLookedAt("looked at when the batch is closed".to_owned())
            }
            None if self.input.effective.outcome() == Outcome::Eligible => Finding::Passed(amounts),
            None => Finding::NotLookedAt("only the eligible need the budget".to_owned()),
        }
    }

    /// Where the round's priorities put the person; nothing where it has none.
    fn place(&self) -> String {
        let candidate = self.input.candidate;
        let active_pu: Vec<usize> = candidate.active_pu(self.round.cut_off).collect();
        let told = |priority: &Priority| {
            let whom = match &priority.comes_first {
                ComesFirst::Sectors(_) => "the round's sectors".to_owned(),
                ComesFirst::NotNamedBy(list) => format!("those whom {} does not name", list.name()),
            };
            let place = if priority.favours(candidate, &active_pu) { "among" } else { "after" };
            format!(", {place} {whom}")
        };
        self.round.priorities.iter().map(told).collect()
    }

    fn on_hold(&self) -> Finding {
        let standing = self.standing(&[Reason::OnHold]);
        let compared = if standing.is_some() { "an official holds the payment" } else { "no hold stands" };
        Finding::of(standing, compared.to_owned())
    }
}

#[cfg(test)]
mod tests;
