//! The reasons: one table from which constants, codes and the documentation come.

use std::fmt::{self, Write as _};

use crate::Code;

/// Machine-readable reason of a fault, sent as `ErrorInfo.reason`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Reason(pub &'static str);

impl Reason {
    /// The reason as sent.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// The known reason of that name; `None` for a name that is not in the table.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Self> {
        REASONS.iter().map(|row| row.0).find(|reason| reason.0 == name)
    }

    /// The code of its row; [`Code::Internal`] for a reason outside the table, which is our mistake.
    #[must_use]
    pub fn code(self) -> Code {
        self.row().map_or(Code::Internal, |row| row.1)
    }

    /// What it means, in a sentence without full stop; empty for a reason outside the table.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        self.row().map_or("", |row| row.2)
    }

    fn row(self) -> Option<&'static (Self, Code, &'static str, &'static str)> {
        REASONS.iter().find(|row| row.0 == self)
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

macro_rules! reasons {
    ($($name:ident $code:ident $meaning:literal $caller:literal;)*) => {
        $(
            #[doc = concat!("`", stringify!($code), "`: ", $meaning, ".")]
            pub const $name: Reason = Reason(stringify!($name));
        )*

        /// Every reason with its code, its meaning and what the caller does about it.
        pub const REASONS: &[(Reason, Code, &str, &str)] =
            &[$(($name, Code::$code, $meaning, $caller)),*];
    };
}

reasons! {
    BAD_REQUEST InvalidArgument "the request is malformed"
        "Mend every field that the violations name, then send it again.";
    IMPORT_OPEN FailedPrecondition "another import is open"
        "Finish or discard the import named in the metadata first.";
    IMPORT_DIFFERS AlreadyExists "the import id is taken by an import with other files"
        "Choose another id, or send the same files as before.";
    IMPORT_UNKNOWN NotFound "there is no import of this id"
        "Check the id; an import is opened before its files are sent.";
    IMPORT_NOT_FINISHED FailedPrecondition "not every file of the import is read"
        "Send the missing files to their end, then seal.";
    IMPORT_SEALED FailedPrecondition "the import is sealed already"
        "A sealed roster version stays; send a new import with what has changed.";
    OFFSET_DIFFERS FailedPrecondition "the upload does not continue where the stored file ends"
        "Send on from the offset in the metadata.";
    ROSTER_UNKNOWN NotFound "there is no sealed roster version of this number"
        "List the roster versions and choose one of them.";
    MEMBER_UNKNOWN NotFound "the roster version has no member of this NIK"
        "Check the NIK and the roster version.";
    WAGE_RULE_UNKNOWN NotFound "there is no wage rule of this id"
        "Check the id; wage rules are data of the wages service.";
    REGION_UNKNOWN NotFound "there is no region of this code today"
        "Use today's four-digit code of the regency or city.";
    ROUND_UNKNOWN NotFound "there is no round of this id, or it has no such tranche"
        "List the rounds and choose one of them.";
    BATCH_UNKNOWN NotFound "there is no batch of this id"
        "List the batches and choose one of them.";
    BATCH_DIFFERS AlreadyExists "the batch id is taken by a batch with other content"
        "Choose another id, or repeat the call with the same content.";
    BATCH_STATE FailedPrecondition "the state of the batch does not allow this step"
        "Take the step that the state in the metadata waits for.";
    TRANCHE_NOT_DETERMINED FailedPrecondition "the tranche before this one is not determined"
        "Determine the tranche before, then open this one.";
    RULES_DIFFER FailedPrecondition "round, wage table or name rules differ from those that the batch stored"
        "Go on with the version that opened the batch, or open a new one.";
    SAME_ACTOR PermissionDenied "this step needs another official than the step before"
        "Have another official take the step.";
    ACTOR_MISSING Unauthenticated "the call does not say who acts"
        "Name the actor in the metadata key tepat-actor.";
    SIGNATURE_REFUSED PermissionDenied "the signature does not hold for this statement and role"
        "Sign the statement as it is now, with the official's own certificate.";
    BUDGET_EXCEEDED FailedPrecondition "the budget of the round does not hold this promise"
        "Compose with fewer recipients, or raise the budget by its decree.";
    REQUEST_DIFFERS AlreadyExists "the request id was used for a request with other content"
        "Use a new request id for a new request.";
    DECISION_UNKNOWN NotFound "the batch holds no decision on this NIK"
        "Check the NIK, the round and the tranche.";
    PACKAGE_UNWRITABLE FailedPrecondition "the package folder cannot be written"
        "Give the process a folder that it may write, with room in it, then repeat.";
    CONFLICT Aborted "two writers met on the same rows"
        "Repeat the call.";
    STORE_AWAY Unavailable "the store does not answer"
        "Repeat after the pause that the details name.";
    STORE_FULL ResourceExhausted "the store has no room left"
        "Have the operator free room, then repeat.";
    PEER_AWAY Unavailable "a peer service does not answer"
        "Repeat after the pause that the details name.";
    OVERLOADED ResourceExhausted "the process already serves as many requests as it may"
        "Repeat after the pause that the details name, with fewer calls at once.";
    DEADLINE_EXCEEDED DeadlineExceeded "the time allowed for the call ran out"
        "Ask for the result before repeating: the call may have had its effect.";
    INTERNAL Internal "internal fault, see the log under the request id"
        "Report the request id to the operator.";
}

/// The table as a Markdown page: the text of `docs/reasons.md`.
#[must_use]
pub fn reasons_markdown() -> String {
    let mut page = String::from(
        "# Reasons\n\n\
         Generated from the table in `crates/faults/src/reason.rs`; a test compares this page with it.\n\n\
         A refusal or trouble is a gRPC status with `google.rpc.ErrorInfo`: its `reason` is one of these, its\n\
         `domain` is `tepat.kemnaker.go.id`, its `metadata` says what was found. Malformed requests carry\n\
         `google.rpc.BadRequest` with every violation; what may pass by itself carries `google.rpc.RetryInfo`.\n\
         `INTERNAL` and `UNAVAILABLE` never carry a cause: it is in the log, under the request id that the\n\
         answer carries as `x-request-id`.\n\n\
         | reason | code | meaning | what the caller does |\n|---|---|---|---|\n",
    );
    for (reason, code, meaning, caller) in REASONS {
        writeln!(page, "| `{reason}` | `{code}` | {meaning} | {caller} |")
            .expect("a String takes every write");
    }
    page
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;
    use std::path::Path;

    use super::*;

    #[test]
    fn every_reason_is_unique_in_capitals_and_explained() {
        let mut seen = HashSet::new();
        for (reason, _, meaning, caller) in REASONS {
            assert!(seen.insert(reason.0), "{reason} stands twice");
            assert!(reason.0.bytes().all(|byte| byte.is_ascii_uppercase() || byte == b'_'), "{reason}");
            assert!(!meaning.is_empty() && !meaning.ends_with('.'), "{reason}");
            assert!(caller.ends_with('.'), "{reason}");
            assert_eq!(Reason::of_name(reason.0), Some(*reason));
        }
        assert_eq!(Reason::of_name("bad_request"), None);
    }

    #[test]
    fn the_documentation_is_the_table() {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/reasons.md");
        if std::env::var_os("TEPAT_WRITE_DOCS").is_some() {
            std::fs::write(&path, reasons_markdown()).unwrap();
        }
        let written = std::fs::read_to_string(&path).unwrap();
        assert!(
            written == reasons_markdown(),
            "docs/reasons.md differs from the table: TEPAT_WRITE_DOCS=1 cargo test -p tepat-faults writes it"
        );
    }
}
