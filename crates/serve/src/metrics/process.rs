//! What the system says of the process itself.

use std::sync::LazyLock;

use prometheus::{IntGauge, Registry};

static RESIDENT: LazyLock<IntGauge> =
    LazyLock::new(|| gauge("process_resident_memory_bytes", "Memory of the process that is in RAM, bytes."));
static RESIDENT_MAX: LazyLock<IntGauge> = LazyLock::new(|| {
    gauge(
        "process_resident_memory_max_bytes",
        "The most memory of the process that was in RAM at once, bytes.",
    )
});

fn gauge(name: &str, help: &str) -> IntGauge {
    IntGauge::new(name, help).expect("the names above are names that Prometheus allows")
}

pub(super) fn register(registry: &Registry) {
    for gauge in [&RESIDENT, &RESIDENT_MAX] {
        let registered = registry.register(Box::new((*gauge).clone()));
        registered.expect("a new registry holds no other metric");
    }
}

/// Asks the system again. Where it does not tell (no `/proc`), the numbers stay 0.
pub(super) fn measure() {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    for (gauge, key) in [(&RESIDENT, "VmRSS:"), (&RESIDENT_MAX, "VmHWM:")] {
        if let Some(bytes) = bytes_of(&status, key) {
            gauge.set(bytes);
        }
    }
}

/// The bytes of a line like `VmHWM:    12345 kB`.
fn bytes_of(status: &str, key: &str) -> Option<i64> {
    let rest = status.lines().find_map(|line| line.strip_prefix(key))?;
    let kibibytes: i64 = rest.trim().strip_suffix("kB")?.trim().parse().ok()?;
    kibibytes.checked_mul(1_024)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kibibytes_of_the_system_are_bytes_here() {
        let status = "Name:\ttepat\nVmHWM:\t   20480 kB\nVmRSS:\t    8 kB\n";
        assert_eq!(bytes_of(status, "VmHWM:"), Some(20_971_520));
        assert_eq!(bytes_of(status, "VmRSS:"), Some(8_192));
        assert_eq!(bytes_of(status, "VmSwap:"), None);
        assert_eq!(bytes_of("VmRSS: many kB", "VmRSS:"), None);
    }
}
