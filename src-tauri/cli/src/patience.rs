//! How long a command waits for what time mends.

use std::time::Duration;

use ab2d_engine::view::{ExportView, PhaseView, ProblemView};
use tokio::time::Instant;

/// How long a command without a limit waits to be given a job at all: an address that is not allowed stays so, and a
/// command that is started every night must not wait beside the next one.
const UNTIL_A_JOB: Duration = Duration::from_hours(24);

/// Counts the time that an export has waited without getting on.
#[derive(Debug)]
pub(crate) struct Patience {
    limit: Option<Duration>,
    waits_since: Option<Instant>,
    /// What it has waited for since then; a try that is under way says nothing of it.
    problem: Option<ProblemView>,
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
    /// Waits so long; without a limit, a day for a job and then until the service deletes the files.
    pub(crate) fn new(limit: Option<Duration>) -> Self {
        Self { limit, waits_since: None, problem: None, furthest: Reached::default() }
    }

    /// Takes in where the export stands.
    pub(crate) fn see(&mut self, export: &ExportView, now: Instant) {
        if let PhaseView::Waiting { problem, until: Some(_) } = &export.phase {
            self.waits_since.get_or_insert(now);
            self.problem = Some(problem.clone());
        }
        let reached = reached(export);
        if reached > self.furthest {
            self.furthest = reached;
            self.waits_since = None;
            self.problem = None;
        }
    }

    /// What kept the export from getting on.
    pub(crate) fn problem(&self) -> Option<&ProblemView> {
        self.problem.as_ref()
    }

    /// When it ends, if the export does not get on until then.
    pub(crate) fn ends(&self) -> Option<Instant> {
        let limit = self.limit.or_else(|| (self.furthest == Reached::default()).then_some(UNTIL_A_JOB));
        Some(self.waits_since? + limit?)
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

#[cfg(test)]
mod tests {
    use ab2d_engine::problem::{Kind, Problem, Stage};
    use ab2d_engine::view::ProblemView;

    use super::*;
    use crate::output::example;

    const LIMIT: Duration = Duration::from_secs(10);

    fn waiting() -> PhaseView {
        let problem = Problem::new(Kind::Maintenance, Stage::Start);
        PhaseView::Waiting { problem: ProblemView::from(&problem), until: Some(chrono::Utc::now()) }
    }

    fn seen(patience: &mut Patience, phase: PhaseView, bytes: u64, now: Instant) -> Option<Instant> {
        let mut export = example(phase);
        export.progress.bytes_done = bytes;
        patience.see(&export, now);
        patience.ends()
    }

    #[test]
    fn trying_again_in_vain_does_not_begin_the_time_anew() {
        let (start, second) = (Instant::now(), Duration::from_secs(1));
        let mut patience = Patience::new(Some(LIMIT));
        assert_eq!(seen(&mut patience, PhaseView::Downloading, 7, start), None);
        assert_eq!(seen(&mut patience, waiting(), 7, start + second), Some(start + second + LIMIT));
        assert_eq!(
            seen(&mut patience, PhaseView::Downloading, 7, start + 2 * second),
            Some(start + second + LIMIT)
        );
        assert_eq!(patience.problem().map(|problem| problem.code.as_str()), Some("maintenance"));
        assert_eq!(seen(&mut patience, waiting(), 7, start + 3 * second), Some(start + second + LIMIT));
    }

    #[test]
    fn getting_on_does() {
        let (start, second) = (Instant::now(), Duration::from_secs(1));
        let mut patience = Patience::new(Some(LIMIT));
        seen(&mut patience, waiting(), 0, start);
        assert_eq!(seen(&mut patience, PhaseView::Preparing { percent: 0 }, 0, start + second), None);
        assert_eq!(patience.problem(), None);
        seen(&mut patience, waiting(), 0, start + second);
        assert_eq!(seen(&mut patience, PhaseView::Downloading, 1, start + 2 * second), None);
    }

    #[test]
    fn without_a_limit_it_waits_a_day_for_a_job_and_then_as_long_as_the_service_keeps_the_files() {
        let start = Instant::now();
        let mut patience = Patience::new(None);
        assert_eq!(seen(&mut patience, waiting(), 0, start), Some(start + UNTIL_A_JOB));
        assert_eq!(seen(&mut patience, PhaseView::Preparing { percent: 0 }, 0, start), None);
        assert_eq!(seen(&mut patience, waiting(), 0, start), None);
    }
}
