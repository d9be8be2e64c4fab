//! How long a command waits for what time mends.

use std::time::Duration;

use ab2d_engine::view::{ExportView, PhaseView};
use tokio::time::Instant;

/// Counts the time that an export has waited without getting on.
#[derive(Debug)]
pub(crate) struct Patience {
    limit: Option<Duration>,
    waits_since: Option<Instant>,
    furthest: Reached,
}

/// How far an export has come. Trying again is not getting on; only this growing is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
struct Reached {
    step: u8,
    percent: u8,
    bytes: u64,
}

impl Patience {
    /// Waits so long; without a limit, until the service deletes the files.
    pub(crate) fn new(limit: Option<Duration>) -> Self {
        Self { limit, waits_since: None, furthest: Reached::default() }
    }

    /// Takes in where the export stands.
    pub(crate) fn see(&mut self, export: &ExportView, now: Instant) {
        if matches!(export.phase, PhaseView::Waiting { until: Some(_), .. }) {
            self.waits_since.get_or_insert(now);
        }
        let reached = reached(export);
        if reached > self.furthest {
            self.furthest = reached;
            self.waits_since = None;
        }
    }

    /// When it ends, if the export does not get on until then.
    pub(crate) fn ends(&self) -> Option<Instant> {
        Some(self.waits_since? + self.limit?)
    }
}

fn reached(export: &ExportView) -> Reached {
    let (step, percent) = match &export.phase {
        PhaseView::Preparing { percent } => (1, *percent),
        PhaseView::Downloading => (2, 0),
        PhaseView::Requesting
        | PhaseView::Waiting { .. }
        | PhaseView::Paused
        | PhaseView::Complete
        | PhaseView::Cancelled
        | PhaseView::Expired { .. }
        | PhaseView::Failed { .. } => return Reached::default(),
    };
    Reached { step, percent, bytes: export.progress.bytes_done }
}
