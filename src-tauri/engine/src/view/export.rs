//! An export as it stands: its phase, how far it is, and its files.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::ExportId;
use crate::contract::{ContractId, Environment};
use crate::parameters::{FhirVersion, Parameters, Selection, ServiceDate};
use crate::problem::{Problem, Remedy, Stage};
use crate::transfer::tally::Tally;

/// A problem as the window shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ProblemView {
    /// The stable code.
    pub code: String,
    /// What happened.
    pub title: String,
    /// Why.
    pub explanation: String,
    /// What to do.
    pub next_step: String,
    /// What the one button does; `None` where nothing is to be pressed.
    pub remedy: Option<Remedy>,
    /// In which stage.
    pub stage: Stage,
    /// The HTTP status, where there was an answer.
    pub http_status: Option<u16>,
    /// The service's request ID, where there was one.
    pub request_id: Option<String>,
}

impl From<&Problem> for ProblemView {
    fn from(problem: &Problem) -> Self {
        let words = problem.words();
        Self {
            code: problem.code().to_owned(),
            title: words.title,
            explanation: words.explanation,
            next_step: words.next_step,
            remedy: Some(problem.remedy()),
            stage: problem.stage,
            http_status: problem.http_status,
            request_id: problem.request_id.clone(),
        }
    }
}

/// Where an export stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(tag = "name", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum PhaseView {
    /// Signing in and asking AB2D to start a job.
    Requesting,
    /// AB2D prepares the data.
    Preparing {
        /// As the service says; it may stay 0 for long while queued.
        percent: u8,
    },
    /// Files are fetched and verified.
    Downloading,
    /// A problem that a person or time can mend.
    Waiting {
        /// The problem.
        problem: ProblemView,
        /// When it is tried again by itself; `None`: a person must act.
        until: Option<DateTime<Utc>>,
    },
    /// Paused by the person.
    Paused,
    /// Every file verified.
    Complete,
    /// Cancelled by the person.
    Cancelled,
    /// The service deleted the files before all were fetched.
    Expired {
        /// The problem.
        problem: ProblemView,
    },
    /// Ended by a problem that nothing within this export can mend.
    Failed {
        /// The problem.
        problem: ProblemView,
    },
}

/// An export as the window shows it.
#[derive(Debug, Clone, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExportView {
    /// Its number in the store.
    pub id: ExportId,
    /// Its contract in the store; the contract may have been removed since.
    pub contract_id: Option<ContractId>,
    /// The contract's number at CMS.
    pub contract_number: String,
    /// The contract's nickname when it was started.
    pub nickname: String,
    /// Which service.
    pub environment: Environment,
    /// The FHIR version.
    pub version: FhirVersion,
    /// What the person chose.
    pub selection: Selection,
    /// `_since` as sent.
    pub since: Option<DateTime<Utc>>,
    /// `_until` as sent.
    pub until: Option<DateTime<Utc>>,
    /// Dates of service, v3 only.
    pub service_dates: Vec<ServiceDate>,
    /// Whether files are kept compressed.
    pub compressed: bool,
    /// The export's own folder, once it has its name.
    pub folder: Option<String>,
    /// The job's ID at the service, once known.
    pub job: Option<String>,
    /// Where it stands.
    pub phase: PhaseView,
    /// When each step was reached.
    pub times: StepTimes,
    /// When the service deletes the files.
    pub expires_at: Option<DateTime<Utc>>,
    /// Files, bytes and claims so far.
    pub progress: Progress,
    /// Files of `OperationOutcome`s: claims that the service could not deliver.
    pub error_files: u32,
    /// Pictures of the claims, once complete.
    pub tally: Option<Tally>,
    /// What the export did to the coverage mark, once it ended.
    pub coverage: Option<CoverageOutcome>,
    /// Why files of a complete export that are no longer whole could not be fetched again.
    pub unrepaired: Option<ProblemView>,
    /// Files that were damaged or missing when they were read the last time.
    pub damaged: u32,
    /// While it waits because the answer to its start was lost: the running jobs, one of which may be its own.
    pub candidates: Vec<CandidateView>,
    /// What the job answers that the person chose, where it is another request than this export's.
    pub other_request: Option<RequestView>,
    /// Whether another process drives it, so that this one only watches.
    pub driven_elsewhere: bool,
}

impl ExportView {
    /// The problem that it stands at, or that kept its files from being fetched again.
    pub fn problem(&self) -> Option<&ProblemView> {
        match &self.phase {
            PhaseView::Waiting { problem, .. }
            | PhaseView::Expired { problem }
            | PhaseView::Failed { problem } => Some(problem),
            PhaseView::Complete => self.unrepaired.as_ref(),
            PhaseView::Requesting
            | PhaseView::Preparing { .. }
            | PhaseView::Downloading
            | PhaseView::Paused
            | PhaseView::Cancelled => None,
        }
    }
}

/// A job of the organisation that may be an export's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CandidateView {
    /// Its ID at the service.
    pub job: String,
    /// What became of it.
    pub state: CandidateState,
}

/// What is known of a job that may be an export's own.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "name", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum CandidateState {
    /// It runs, and does not tell what it was asked for.
    Running {
        /// How far it is, as the service says.
        percent: Option<u8>,
    },
    /// It is done, and answers another request.
    Done {
        /// Which one.
        request: RequestView,
    },
    /// It failed, was cancelled, or is no longer known.
    Gone,
}

/// What a job was asked for, as its manifest says it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct RequestView {
    /// The FHIR version; `None` where the request cannot be read.
    pub version: Option<FhirVersion>,
    /// `_since`.
    pub since: Option<DateTime<Utc>>,
    /// `_until`.
    pub until: Option<DateTime<Utc>>,
    /// Dates of service, v3 only.
    pub service_dates: Vec<ServiceDate>,
}

impl RequestView {
    /// Reads a request as a manifest states it.
    pub fn of(request: &str) -> Self {
        let Some(read) = Parameters::of_request(request) else { return Self::default() };
        let Parameters { version, since, until, service_dates } = read;
        Self { version: Some(version), since, until, service_dates }
    }
}

/// When each of the five steps was reached.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct StepTimes {
    /// The person pressed Export.
    pub asked: Option<DateTime<Utc>>,
    /// The identity provider gave a token.
    pub signed_in: Option<DateTime<Utc>>,
    /// The service accepted the job.
    pub requested: Option<DateTime<Utc>>,
    /// The service had prepared the data.
    pub prepared: Option<DateTime<Utc>>,
    /// It ended, in whatever way.
    pub finished: Option<DateTime<Utc>>,
    /// It began to wait, for a person or for time, or was paused, last.
    #[serde(default)]
    pub rested: Option<DateTime<Utc>>,
    /// Files that were no longer whole were fetched again, last.
    #[serde(default)]
    pub repaired: Option<DateTime<Utc>>,
}

/// Files, bytes and claims so far; sent at most ten times a second an export.
#[derive(Debug, Clone, Default, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// Files in the manifest, error files included.
    pub files: u32,
    /// Files verified.
    pub files_verified: u32,
    /// Bytes in the manifest, uncompressed; 0 until it is known.
    pub bytes: u64,
    /// Bytes arrived, uncompressed, verified files included.
    pub bytes_done: u64,
    /// Claims in verified files.
    pub claims: u64,
    /// Bytes a second, uncompressed, smoothed; 0 while nothing flows.
    pub bytes_per_second: u64,
    /// Seconds left; `None` while it cannot be told.
    pub seconds_left: Option<u64>,
}

/// What an export did to the coverage mark.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CoverageOutcome {
    /// Whether the mark moved.
    pub moved: bool,
    /// The next default `_since`.
    pub next_since: Option<DateTime<Utc>>,
    /// Why it did not move.
    pub reason: Option<NotCovered>,
}

/// Why an export does not move the coverage mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum NotCovered {
    /// It selected by date of service.
    ServiceDates,
    /// A file is missing or not verified.
    NotAllVerified,
    /// The service sent error files: claims that it could not deliver.
    ErrorFiles,
    /// It began after the mark, so that there is a gap.
    Gap,
    /// It ended at or before the mark: an old period again.
    AlreadyCovered,
    /// The job that the person chose answers another request.
    OtherRequest,
    /// No file shows whose claims these are, and none came with these credentials before.
    WhoseUnknown,
    /// The service did not say what time it was when it was asked.
    TimeUnknown,
}

/// A file of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FileView {
    /// Its place in the manifest, from 0.
    pub index: u32,
    /// Its name on the disk.
    pub name: String,
    /// Bytes, uncompressed, as announced; 0 when the service did not say.
    pub bytes: u64,
    /// Bytes that have arrived, uncompressed.
    pub bytes_done: u64,
    /// Where it stands.
    pub state: FileState,
    /// How often in a row it arrived to its end and was not what was announced.
    pub mismatches: u32,
    /// Fetches that came to their end, which the service counts: it gives a file out six times.
    pub downloads: u32,
    /// SHA-256 of its uncompressed content, hexadecimal, once verified.
    pub sha256: Option<String>,
    /// Whether it holds `OperationOutcome`s instead of claims.
    pub is_error: bool,
}

/// Where a file stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum FileState {
    /// Its turn has not come.
    Waiting,
    /// Bytes are arriving.
    Downloading,
    /// All bytes are here; flushed, compared, renamed.
    Verifying,
    /// Whole, under its final name.
    Verified,
    /// What arrived last was not what was announced; it is fetched again.
    FetchingAgain,
    /// Not on the disk any more, or not as it was verified.
    Damaged,
    /// Given up.
    Failed,
}
