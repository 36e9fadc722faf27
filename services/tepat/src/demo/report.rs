//! What a demonstration tells at its end.

use std::path::PathBuf;

use serde_json::{Value, json};
use tepat_proof::package;
use tepat_proto::disbursement::{Batch, ReconcileBatchResponse};

use crate::answer::{Answer, object};
use crate::bench::peak_rss_bytes;
use crate::table::{Cell, Table, thousands};
use crate::view::{by_reason_json, by_reason_table, funnel_table, state_word};

/// Everything that the demonstration found.
pub(super) struct Report {
    pub(super) batch: Batch,
    pub(super) reconciled: ReconcileBatchResponse,
    pub(super) verified: package::Report,
    /// Decisions that are not what the sample was made for.
    pub(super) differences: i64,
    pub(super) seconds: Vec<(&'static str, f64)>,
    pub(super) package: PathBuf,
    pub(super) ca: PathBuf,
}

impl Report {
    /// The answer; bad news unless it reconciles and nothing differs.
    pub(super) fn answer(&self) -> Answer {
        let good = self.is_reconciled() && self.mismatches() == 0;
        Answer::new(self.text(), self.json()).good_if(good)
    }

    fn is_reconciled(&self) -> bool {
        state_word(self.batch.state) == "RECONCILED"
    }

    fn mismatches(&self) -> i64 {
        self.reconciled.mismatches + self.differences
    }

    fn json(&self) -> Value {
        let batch = &self.batch;
        json!({
            "package": self.package,
            "ca": self.ca,
            "round": batch.round,
            "tranche": batch.tranche,
            "received": batch.received,
            "eligible": batch.eligible,
            "refused": batch.refused,
            "pending": batch.pending,
            "by_reason": by_reason_json(batch),
            "amount_rupiah": batch.amount_rupiah,
            "paid": self.reconciled.paid,
            "returned": self.reconciled.returned,
            "reconciled": self.is_reconciled(),
            "mismatches": self.mismatches(),
            "seconds": object(self.seconds.iter().copied()),
            "peak_rss_bytes": peak_rss_bytes("self"),
        })
    }

    fn text(&self) -> String {
        let (batch, reconciled) = (&self.batch, &self.reconciled);
        let mut times = Table::new(&["stage", "seconds"]);
        for (stage, seconds) in &self.seconds {
            times.row([(*stage).into(), Cell::Right(format!("{seconds:.2}"))]);
        }
        let adds_up = match (self.is_reconciled(), self.mismatches()) {
            (true, 0) => {
                "it reconciles, and every decision is the one that the sample was made for".to_owned()
            }
            (true, count) => format!("IT DOES NOT ADD UP: {count} mismatches"),
            (false, count) => format!("IT IS NOT RECONCILED: {count} mismatches"),
        };
        format!(
            "{} tranche {}, batch {}\n\n{}\n{}\n{} recipients, Rp{}: {} paid, {} returned; {adds_up}\n\n{}\npeak memory {} MiB\n\n{}",
            batch.round,
            batch.tranche,
            batch.batch_id,
            funnel_table(batch),
            by_reason_table(batch),
            thousands(batch.eligible),
            thousands(batch.amount_rupiah),
            thousands(reconciled.paid),
            thousands(reconciled.returned),
            times.lines(),
            peak_rss_bytes("self").unwrap_or(0) / 1_048_576,
            self.how_to_check(),
        )
    }

    /// The package and the commands with which anybody checks it.
    fn how_to_check(&self) -> String {
        let (package, ca) = (self.package.display(), self.ca.display());
        let signed_at = self.verified.seal.signing_time_s;
        format!(
            "package {package}\nsealed by {}, root {}\n\ncheck it with stock tools:\n  cd {package}\n  openssl cms -verify -binary -inform DER -attime {signed_at} -in manifest.json.p7s -content manifest.json \\\n    -CAfile {ca} -out /dev/null\n  sha256sum -c SHA256SUMS\nand strictly:\n  tepat handover verify {package} --ca {ca}\n",
            self.verified.seal.signer_cn, self.verified.merkle_root,
        )
    }
}
