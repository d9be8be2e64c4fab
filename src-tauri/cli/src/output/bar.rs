//! A progress bar for each export, on a terminal.

use std::collections::HashMap;
use std::time::Duration;

use ab2d_engine::view::{ExportId, ExportView, PhaseView, Progress};
use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::{Ending, Screen, line, words};

/// How often the mark that shows life turns.
const TURN: Duration = Duration::from_millis(120);

/// What is shown where nothing can be counted.
const SPINNER: &str = "{spinner} {prefix}: {wide_msg}";

/// What is shown while percent or bytes are counted.
const FILLING: &str = "{spinner} {prefix} [{bar:24}] {percent:>3} % {wide_msg}";

/// Progress bars on standard error; results go to standard output.
#[derive(Default)]
pub(super) struct Bar {
    bars: MultiProgress,
    exports: HashMap<ExportId, ProgressBar>,
}

impl Screen for Bar {
    fn begin(&mut self, export: &ExportView) {
        let bar = self.bars.add(ProgressBar::no_length());
        bar.set_style(style(SPINNER));
        bar.set_prefix(words::name(export));
        bar.enable_steady_tick(TURN);
        self.exports.insert(export.id, bar);
    }

    fn phase(&mut self, export: &ExportView) {
        let Some(bar) = self.exports.get(&export.id) else { return };
        match &export.phase {
            PhaseView::Preparing { percent } => fill(bar, u64::from(*percent), 100),
            PhaseView::Downloading => fill(bar, export.progress.bytes_done, export.progress.bytes),
            PhaseView::Requesting
            | PhaseView::Waiting { .. }
            | PhaseView::Paused
            | PhaseView::Complete
            | PhaseView::Cancelled
            | PhaseView::Expired { .. }
            | PhaseView::Failed { .. } => bar.set_style(style(SPINNER)),
        }
        bar.set_message(words::phase(export));
    }

    fn progress(&mut self, export: ExportId, progress: &Progress) {
        let Some(bar) = self.exports.get(&export) else { return };
        fill(bar, progress.bytes_done, progress.bytes);
        bar.set_message(words::progress(progress));
    }

    fn end(&mut self, ending: &Ending<'_>) {
        if let Some(bar) = self.exports.remove(&ending.export.id) {
            bar.finish_and_clear();
        }
        self.bars.suspend(|| line(&format!("{}\n{}", words::name(ending.export), words::ending(ending))));
    }
}

fn fill(bar: &ProgressBar, done: u64, all: u64) {
    bar.set_style(style(FILLING).progress_chars("=> "));
    bar.set_length(all.max(1));
    bar.set_position(done);
}

#[expect(clippy::expect_used, reason = "the templates are constants of this file, and a test reads each")]
fn style(template: &str) -> ProgressStyle {
    ProgressStyle::with_template(template).expect("a template of this file is valid")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::example;

    #[test]
    fn the_templates_are_valid() {
        for template in [SPINNER, FILLING] {
            style(template);
        }
    }

    #[test]
    fn a_bar_fills_with_the_bytes() {
        let export = example(PhaseView::Downloading);
        let mut bar = Bar::default();
        bar.begin(&export);
        bar.phase(&export);
        bar.progress(export.id, &Progress { bytes: 200, bytes_done: 50, ..Progress::default() });
        let shown = &bar.exports[&export.id];
        assert_eq!((shown.position(), shown.length()), (50, Some(200)));
    }
}
