//! An export's record as the window shows it.

use super::candidates::Candidate;
use super::machine::{Phase, Step};
use super::record::{FileRecord, Record};
use crate::problem::Kind;
use crate::view::{
    CandidateView, ExportView, FileState, FileView, PhaseView, ProblemView, Progress, RequestView,
};

impl Record {
    /// The export as the window shows it.
    pub fn view(&self, progress: Progress, driven_elsewhere: bool) -> ExportView {
        ExportView {
            id: self.id,
            contract_id: self.contract_id,
            contract_number: self.number.to_string(),
            nickname: self.nickname.clone(),
            environment: self.environment,
            version: self.parameters.version,
            selection: self.selection,
            since: self.parameters.since,
            until: self.parameters.until,
            service_dates: self.parameters.service_dates.clone(),
            compressed: self.compressed,
            folder: self.folder.as_ref().map(|folder| folder.display().to_string()),
            job: self.job.as_ref().map(|job| job.id().to_owned()),
            phase: self.phase_view(),
            times: self.times.clone(),
            expires_at: self.expires_at,
            progress,
            error_files: self.totals.error_files,
            tally: (self.phase == Phase::Complete).then(|| self.tally.clone()),
            coverage: self.coverage.clone(),
            unrepaired: self.unrepaired.as_ref().map(ProblemView::from),
            damaged: self.damaged,
            candidates: self.candidates_in_question(),
            other_request: self.other_request.as_deref().map(RequestView::of),
            driven_elsewhere,
        }
    }

    /// Sums for an export that nothing flows for.
    pub fn progress_at_rest(&self) -> Progress {
        let totals = &self.totals;
        Progress {
            files: totals.files,
            files_verified: totals.verified,
            bytes: totals.bytes,
            bytes_done: totals.verified_bytes,
            claims: totals.claims,
            bytes_per_second: 0,
            seconds_left: None,
        }
    }

    /// The jobs that the person may choose from, while that is what the export waits for.
    fn candidates_in_question(&self) -> Vec<CandidateView> {
        let in_question =
            self.phase.problem().is_some_and(|problem| matches!(problem.kind, Kind::UnknownJobs { .. }));
        let shown = self.candidates.iter().filter(|_| in_question);
        shown.map(Candidate::view).collect()
    }

    fn phase_view(&self) -> PhaseView {
        match &self.phase {
            Phase::Active { step: Step::Requesting } => PhaseView::Requesting,
            Phase::Active { step: Step::Preparing } => PhaseView::Preparing { percent: self.percent },
            Phase::Active { step: Step::Downloading } => PhaseView::Downloading,
            Phase::Waiting { problem, until, .. } => {
                PhaseView::Waiting { problem: problem.into(), until: *until }
            }
            Phase::Paused { .. } => PhaseView::Paused,
            Phase::Complete => PhaseView::Complete,
            Phase::Cancelled => PhaseView::Cancelled,
            Phase::Expired { problem } => PhaseView::Expired { problem: problem.into() },
            Phase::Failed { problem } => PhaseView::Failed { problem: problem.into() },
        }
    }
}

impl FileRecord {
    /// The file as the window shows it, with the bytes that have arrived of it.
    pub fn view(&self, arrived: u64) -> FileView {
        let bytes_done = match (&self.state, &self.verified) {
            (FileState::Verified, Some(verified)) => verified.bytes,
            _ => arrived,
        };
        let all_here = self.bytes.is_some_and(|bytes| bytes == bytes_done);
        let state = match self.state {
            FileState::Downloading | FileState::FetchingAgain if all_here => FileState::Verifying,
            state => state,
        };
        FileView {
            index: self.index,
            name: self.verified.as_ref().map_or_else(|| self.name.clone(), |verified| verified.name.clone()),
            bytes: self.bytes.or(self.verified.as_ref().map(|verified| verified.bytes)).unwrap_or(0),
            bytes_done,
            state,
            mismatches: self.mismatches,
            downloads: self.downloads,
            sha256: self.verified.as_ref().map(|verified| verified.sha256.to_string()),
            is_error: self.is_error,
        }
    }
}
