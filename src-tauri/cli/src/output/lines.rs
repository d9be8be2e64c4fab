//! Plain lines: for a log file, or a terminal that shows no bar.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use ab2d_engine::view::{ExportId, ExportView, Progress};

use super::{Ending, Screen, line, words};

/// At most one line of progress in this time.
const APART: Duration = Duration::from_secs(10);

/// Plain lines on standard output.
#[derive(Default)]
pub(super) struct Lines {
    exports: HashMap<ExportId, Shown>,
}

struct Shown {
    name: String,
    said: String,
    progress_at: Instant,
}

impl Screen for Lines {
    fn begin(&mut self, export: &ExportView) {
        let name = words::name(export);
        self.exports.insert(export.id, Shown { name, said: String::new(), progress_at: Instant::now() });
    }

    fn phase(&mut self, export: &ExportView) {
        if let Some(shown) = self.exports.get_mut(&export.id) {
            shown.say_once(words::phase(export));
        }
    }

    fn progress(&mut self, export: ExportId, progress: &Progress) {
        let Some(shown) = self.exports.get_mut(&export) else { return };
        if shown.progress_at.elapsed() >= APART {
            shown.progress_at = Instant::now();
            shown.say_once(words::progress(progress));
        }
    }

    fn end(&mut self, ending: &Ending<'_>) {
        line(&words::ending(ending));
    }
}

impl Shown {
    fn say_once(&mut self, text: String) {
        if text != self.said {
            line(&format!("{}: {text}", self.name));
            self.said = text;
        }
    }
}
