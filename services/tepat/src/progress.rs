//! Progress of long work: a bar where stderr is a terminal, silence elsewhere.

use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

/// How often a bar is drawn, times a second at most.
const DRAWS_PER_SECOND: u8 = 8;

/// A bar over bytes.
pub(crate) fn bytes(name: &str, total: u64) -> ProgressBar {
    bar(name, total, "{prefix:12} {wide_bar} {bytes}/{total_bytes} {eta}")
}

/// A bar over things that are counted.
pub(crate) fn counted(name: &str, total: u64) -> ProgressBar {
    bar(name, total, "{prefix:12} {wide_bar} {human_pos}/{human_len} {msg} {eta}")
}

/// A bar over things whose pace the message tells; how many there are is told later.
pub(crate) fn paced(name: &str) -> ProgressBar {
    bar(name, 0, "{prefix:12} {wide_bar} {human_pos}/{human_len} {msg}")
}

/// A line for work of unknown length.
pub(crate) fn waiting(name: &str) -> ProgressBar {
    let line = bar(name, 0, "{prefix:12} {spinner} {elapsed}");
    if !line.is_hidden() {
        line.enable_steady_tick(Duration::from_millis(125));
    }
    line
}

fn bar(name: &str, total: u64, template: &str) -> ProgressBar {
    // indicatif itself stays silent where stderr is no terminal.
    let bar =
        ProgressBar::with_draw_target(Some(total), ProgressDrawTarget::stderr_with_hz(DRAWS_PER_SECOND));
    bar.set_style(ProgressStyle::with_template(template).expect("the templates above are well-formed"));
    bar.set_prefix(name.to_owned());
    bar
}
