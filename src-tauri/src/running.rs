//! What runs, and how far it is: what the tray, the task bar, notifications and the computer's sleep go by.

use std::collections::BTreeMap;

use ab2d_engine::controller::Controller;
use ab2d_engine::view::{ExportId, ExportView, PhaseView, Progress};

use crate::words;

/// The exports that were seen at work, as they stand. Those that ended stay until the next one begins after all ended.
#[derive(Default)]
pub(crate) struct Exports(BTreeMap<ExportId, Followed>);

struct Followed {
    view: ExportView,
    /// How much of it is done, in percent; it never goes back.
    share: u8,
    /// Whether it was seen to go on by itself since it last came to rest.
    at_work: bool,
}

/// What the tray and the task bar show.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Picture {
    /// An export each, the oldest first.
    pub(crate) lines: Vec<Line>,
    /// How much of all of them is done; `None` when all have ended.
    pub(crate) bar: Option<Bar>,
    /// What one press does to all of them.
    pub(crate) switch: Option<Switch>,
}

/// An export in the tray's menu.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    pub(crate) id: ExportId,
    pub(crate) text: String,
}

/// A progress bar over everything that has not ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Bar {
    pub(crate) percent: u8,
    /// Nothing goes on until a person acts.
    pub(crate) held: bool,
    /// At least one waits for a person.
    pub(crate) needs_person: bool,
}

/// What can be done to all exports at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Switch {
    PauseAll,
    ResumeAll,
}

impl Exports {
    /// Takes an export as it is now; whether it has come to rest since it was last seen at work. What was at rest from
    /// the start is no news.
    pub(crate) fn take(&mut self, view: &ExportView) -> bool {
        if !has_ended(&view.phase) && self.0.values().all(|known| has_ended(&known.view.phase)) {
            self.0.retain(|id, _| *id == view.id);
        }
        let known = self.0.get(&view.id);
        let was_at_work = known.is_some_and(|known| known.at_work);
        if known.is_none() && has_ended(&view.phase) {
            return false;
        }
        let rests = words::at_rest(view).is_some();
        let at_work = !rests && view.phase != PhaseView::Paused;
        let share = share(view).max(known.map_or(0, |known| known.share));
        self.0.insert(view.id, Followed { view: view.clone(), share, at_work });
        was_at_work && rests
    }

    /// Takes how far an export is.
    pub(crate) fn progress(&mut self, id: ExportId, progress: Progress) {
        if let Some(known) = self.0.get_mut(&id) {
            known.view.progress = progress;
            known.share = known.share.max(share(&known.view));
        }
    }

    /// As they are now: all that have not ended, and those that ended since they were last seen.
    pub(crate) async fn now(&self, controller: &Controller) -> Vec<ExportView> {
        let mut now = controller.unfinished().await.unwrap_or_default();
        for (id, _) in self.0.iter().filter(|(_, known)| !has_ended(&known.view.phase)) {
            if !now.iter().any(|export| export.id == *id) {
                now.extend(controller.export(*id).await);
            }
        }
        now
    }

    /// Whether data flows into this program.
    pub(crate) fn flow(&self) -> bool {
        self.own().any(|known| known.view.phase == PhaseView::Downloading)
    }

    /// How many go on by themselves, or will when time mends what they wait for.
    pub(crate) fn running(&self) -> usize {
        self.own().filter(|known| runs(&known.view.phase)).count()
    }

    /// What is to be shown.
    pub(crate) fn picture(&self) -> Picture {
        let line = |known: &Followed| Line { id: known.view.id, text: words::line(&known.view) };
        Picture { lines: self.own().map(line).collect(), bar: self.bar(), switch: self.switch() }
    }

    fn bar(&self) -> Option<Bar> {
        if self.own().all(|known| has_ended(&known.view.phase)) {
            return None;
        }
        let counted = self.own().filter(|known| !failed(&known.view.phase));
        let (sum, count) =
            counted.fold((0, 0), |(sum, count), known| (sum + u32::from(known.share), count + 1));
        Some(Bar {
            percent: u8::try_from(sum / count.max(1)).unwrap_or(100),
            held: self.running() == 0,
            needs_person: self.own().any(|known| needs_person(&known.view.phase)),
        })
    }

    fn switch(&self) -> Option<Switch> {
        if self.running() > 0 {
            Some(Switch::PauseAll)
        } else {
            let paused = self.own().any(|known| known.view.phase == PhaseView::Paused);
            paused.then_some(Switch::ResumeAll)
        }
    }

    /// Without those that another process drives.
    fn own(&self) -> impl Iterator<Item = &Followed> {
        self.0.values().filter(|known| !known.view.driven_elsewhere)
    }
}

/// How much of an export has arrived, in whole percent: 100 means all. Where AB2D did not say how long its files are,
/// they are counted.
pub(crate) fn percent_done(progress: &Progress) -> u8 {
    let (done, all) = match progress.bytes {
        0 => (progress.files_verified.into(), progress.files.into()),
        bytes => (progress.bytes_done, bytes),
    };
    let percent = u64::saturating_mul(done, 100).checked_div(all).unwrap_or(0);
    u8::try_from(percent).unwrap_or(100).min(100)
}

/// Whether an export goes on by itself now, or will when time mends what it waits for.
pub(crate) fn runs(phase: &PhaseView) -> bool {
    !has_ended(phase) && !needs_person(phase) && *phase != PhaseView::Paused
}

fn needs_person(phase: &PhaseView) -> bool {
    matches!(phase, PhaseView::Waiting { until: None, .. })
}

fn has_ended(phase: &PhaseView) -> bool {
    matches!(phase, PhaseView::Complete) || failed(phase)
}

fn failed(phase: &PhaseView) -> bool {
    matches!(phase, PhaseView::Cancelled | PhaseView::Expired { .. } | PhaseView::Failed { .. })
}

/// Preparing counts for the first half, downloading for the second: each may take long.
fn share(view: &ExportView) -> u8 {
    match view.phase {
        PhaseView::Complete => 100,
        PhaseView::Preparing { percent } => percent.min(100) / 2,
        _ if view.progress.files > 0 => 50 + percent_done(&view.progress) / 2,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use ab2d_engine::problem::{Kind, Problem, Stage};
    use ab2d_engine::view::ProblemView;

    use super::*;
    use crate::words::tests::export;

    const DOWNLOADING: PhaseView = PhaseView::Downloading;

    fn needs_you() -> PhaseView {
        let problem = Problem::new(Kind::CredentialsMissing, Stage::Token);
        PhaseView::Waiting { problem: ProblemView::from(&problem), until: None }
    }

    fn bytes(done: u64) -> Progress {
        Progress { bytes: 1000, bytes_done: done, files: 2, claims: 9, ..Progress::default() }
    }

    #[test]
    fn an_end_is_news_only_after_work() {
        let mut exports = Exports::default();
        assert!(!exports.take(&export(1, PhaseView::Complete)), "it had ended before");
        assert!(!exports.take(&export(2, needs_you())), "it waited before");
        assert!(!exports.take(&export(2, DOWNLOADING)));
        assert!(exports.take(&export(2, needs_you())));
        assert!(!exports.take(&export(2, needs_you())), "it was told already");
        exports.take(&export(2, PhaseView::Requesting));
        assert!(exports.take(&export(2, PhaseView::Complete)));
    }

    #[test]
    fn what_the_person_did_is_no_news() {
        let mut exports = Exports::default();
        for done in [PhaseView::Paused, PhaseView::Cancelled] {
            exports.take(&export(1, DOWNLOADING));
            assert!(!exports.take(&export(1, done)));
        }
    }

    #[test]
    fn the_bar_covers_all_that_run_and_never_goes_back() {
        let mut exports = Exports::default();
        assert_eq!(exports.picture().bar, None);
        exports.take(&export(1, PhaseView::Preparing { percent: 80 }));
        exports.take(&export(2, PhaseView::Requesting));
        let percent = |exports: &Exports| exports.picture().bar.map(|bar| bar.percent);
        assert_eq!(percent(&exports), Some(20));
        exports.take(&export(1, PhaseView::Requesting));
        assert_eq!(percent(&exports), Some(20));
        exports.take(&export(1, DOWNLOADING));
        exports.progress(ExportId(1), bytes(500));
        assert_eq!(percent(&exports), Some(37));
        exports.take(&export(1, PhaseView::Complete));
        assert_eq!(percent(&exports), Some(50), "half of the two is done");
        exports.take(&export(2, PhaseView::Cancelled));
        assert_eq!(percent(&exports), None);
    }

    #[test]
    fn files_are_counted_where_their_lengths_are_unknown() {
        let mut exports = Exports::default();
        exports.take(&export(1, DOWNLOADING));
        exports.progress(ExportId(1), Progress { files: 4, files_verified: 2, ..Progress::default() });
        assert_eq!(exports.picture().bar.map(|bar| bar.percent), Some(75));
        assert_eq!(exports.picture().lines[0].text, "S4802: downloading 50%");
    }

    #[test]
    fn what_ended_stays_in_the_menu_until_something_new_begins() {
        let mut exports = Exports::default();
        let ids =
            |exports: &Exports| exports.picture().lines.iter().map(|line| line.id.0).collect::<Vec<_>>();
        exports.take(&export(1, DOWNLOADING));
        exports.take(&export(2, DOWNLOADING));
        exports.take(&export(1, PhaseView::Complete));
        assert_eq!(ids(&exports), [1, 2]);
        exports.take(&export(2, PhaseView::Complete));
        assert_eq!(ids(&exports), [1, 2]);
        exports.take(&export(3, PhaseView::Requesting));
        assert_eq!(ids(&exports), [3]);
    }

    #[test]
    fn one_press_pauses_what_runs_or_resumes_what_is_paused() {
        let mut exports = Exports::default();
        let switch = |exports: &Exports| exports.picture().switch;
        assert_eq!(switch(&exports), None);
        exports.take(&export(1, DOWNLOADING));
        exports.take(&export(2, PhaseView::Paused));
        assert_eq!(switch(&exports), Some(Switch::PauseAll));
        exports.take(&export(1, PhaseView::Paused));
        assert_eq!(switch(&exports), Some(Switch::ResumeAll));
        assert!(exports.picture().bar.is_some_and(|bar| bar.held && !bar.needs_person));
        exports.take(&export(1, needs_you()));
        exports.take(&export(2, PhaseView::Cancelled));
        assert_eq!(switch(&exports), None);
        assert!(exports.picture().bar.is_some_and(|bar| bar.held && bar.needs_person));
    }

    #[test]
    fn data_flows_only_into_this_program() {
        let mut exports = Exports::default();
        let elsewhere = ExportView { driven_elsewhere: true, ..export(1, DOWNLOADING) };
        exports.take(&elsewhere);
        assert!(!exports.flow() && exports.picture().lines.is_empty());
        exports.take(&export(1, DOWNLOADING));
        assert!(exports.flow());
        exports.take(&export(1, PhaseView::Paused));
        assert!(!exports.flow());
    }
}
