//! The seam to the window: what crosses it, in both directions.
//!
//! `TypeScript` types are generated from these. Integers are `number`s there; times are RFC 3339 texts in UTC. No
//! secret, no token and no line of claims is in any of them, save the credentials that a person has just typed.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::contract::{ContractId, Environment};
use crate::parameters::{FhirVersion, Parameters, Refusal, Selection, ServiceDate};
use crate::problem::{Problem, Remedy, Stage};
use crate::settings::Settings;
use crate::transfer::tally::Tally;

/// An export's number in the store.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
pub struct ExportId(pub i64);

/// Everything that the window shows, asked for once when it mounts; [`Event`]s follow.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Snapshot {
    /// The program's version.
    pub version: String,
    /// Every contract, by number.
    pub contracts: Vec<ContractView>,
    /// Every export that runs, waits or is paused, and the ones that ended since the program started.
    pub exports: Vec<ExportView>,
    /// The settings.
    pub settings: Settings,
    /// Where a save folder is proposed when a contract has none.
    pub default_folder: String,
    /// Where the program's log is.
    pub log_folder: String,
    /// Whether a keychain is there; if not, credentials last for this run only.
    pub keychain: bool,
}

/// A contract in the list.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ContractView {
    /// Its number in the store.
    pub id: ContractId,
    /// Its number at CMS.
    pub number: String,
    /// The person's own name for it; may be empty.
    pub nickname: String,
    /// Which service.
    pub environment: Environment,
    /// The API's base; empty for Practice.
    pub api_url: String,
    /// The token endpoint; empty for Practice.
    pub token_url: String,
    /// The save folder.
    pub folder: String,
    /// Whether credentials are at hand (in the keychain, or for this run).
    pub has_credentials: bool,
    /// The last export that ended complete.
    pub last_export: Option<LastExport>,
    /// When the next export is due: 14 days after the last; never for Practice, Sandbox and Other.
    pub due: Option<DateTime<Utc>>,
    /// Up to when claims are covered, a version each that has a mark.
    pub coverage: Vec<CoverageView>,
    /// What was chosen the last time, to start from.
    pub last_form: Option<ExportForm>,
}

/// The last complete export of a contract.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct LastExport {
    /// Which one.
    pub id: ExportId,
    /// When it ended.
    pub finished_at: DateTime<Utc>,
    /// Claims in it.
    pub claims: u64,
    /// Bytes in it, as AB2D announced them (uncompressed).
    pub bytes: u64,
    /// How long it took, in seconds.
    pub seconds: u64,
}

/// Up to when claims of a contract and version are in verified files on this disk.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CoverageView {
    /// The FHIR version.
    pub version: FhirVersion,
    /// The end of what is covered without a gap: the next default `_since`.
    pub covered_to: Option<DateTime<Utc>>,
    /// What lies between covered stretches and is in no verified file.
    pub gaps: Vec<Interval>,
}

/// A stretch of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Interval {
    /// Its start; `None` is the beginning of all claims.
    pub from: Option<DateTime<Utc>>,
    /// Its end.
    pub to: DateTime<Utc>,
}

/// A contract that a person adds or edits.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ContractForm {
    /// The contract number.
    pub number: String,
    /// The person's own name for it; may be empty.
    pub nickname: String,
    /// Which service.
    pub environment: Environment,
    /// The API's base; only for Other, or to correct a published one.
    pub api_url: Option<String>,
    /// The token endpoint; only for Other, or to correct a published one.
    pub token_url: Option<String>,
    /// The save folder.
    pub folder: String,
    /// Where its credentials come from.
    pub credentials: CredentialsForm,
}

/// Where credentials come from.
#[derive(Debug, Clone, Deserialize, TS)]
#[serde(tag = "from", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum CredentialsForm {
    /// Those already stored.
    Stored,
    /// A credentials file that was read; its contents stayed on the Rust side under this handle.
    File {
        /// The handle that [`CredentialsFile`] carries.
        handle: u32,
    },
    /// Typed.
    Typed {
        /// The client ID.
        client_id: String,
        /// The client password.
        #[ts(type = "string")]
        client_secret: crate::credentials::Secret,
    },
    /// The sandbox's published sample credentials for this contract number.
    Sample,
    /// None: Practice brings its own.
    None,
}

/// A credentials file that was chosen or dropped and could be read.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CredentialsFile {
    /// Names its contents, which stay on the Rust side.
    pub handle: u32,
    /// The file's name.
    pub file_name: String,
    /// The client ID in it.
    pub client_id: String,
    /// The contract number in its name, if there is one.
    pub contract_number: Option<String>,
    /// Whether it lies in a folder that others can read or that is synced to the cloud.
    pub in_shared_folder: bool,
}

/// A refusal of a form: which field, and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FieldError {
    /// The form's field: `number`, `folder`, `credentials`, `apiUrl`, `tokenUrl`.
    pub field: String,
    /// The sentence for it.
    pub reason: String,
}

/// What the connection check does, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum CheckStep {
    /// The API's name resolves and its port answers.
    AddressFound,
    /// TLS with a trusted certificate.
    SecureConnection,
    /// The identity provider gives a token.
    SignedIn,
    /// The API answers and is not in maintenance.
    ServiceOpen,
}

/// How a step of the connection check went.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CheckResult {
    /// Which step.
    pub step: CheckStep,
    /// Where it stopped, why and what to do; `None` when it works.
    pub problem: Option<ProblemView>,
}

/// What the export form holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExportForm {
    /// What to export.
    pub selection: Selection,
    /// The FHIR version.
    pub version: FhirVersion,
    /// Dates of service, v3 only.
    pub service_dates: Vec<ServiceDate>,
    /// Another save folder than the contract's, for this time.
    pub folder: Option<String>,
    /// Whether files are kept as the service's gzip bytes (`.ndjson.gz`).
    pub compressed: bool,
}

/// What an export would do, for the form as it stands.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ExportPreview {
    /// Every rule that the form breaks; empty when it can be sent.
    pub refusals: Vec<Refusal>,
    /// `_since` as it would be sent.
    pub since: Option<DateTime<Utc>>,
    /// `_until` as it would be sent.
    pub until: Option<DateTime<Utc>>,
    /// The exact request, without a token.
    pub request: String,
    /// What is known of the save folder.
    pub folder: FolderView,
    /// Stretches that no verified file covers, for this version.
    pub gaps: Vec<Interval>,
    /// Whether this export would leave a new gap behind.
    pub leaves_gap: bool,
}

/// A save folder.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FolderView {
    /// The folder.
    pub path: String,
    /// Free bytes on its disk, where the system tells.
    pub free_bytes: Option<u64>,
    /// A warning for protected health information: where it is on a network drive or synced, as far as can be told.
    pub warnings: Vec<FolderWarning>,
}

/// Why a folder may be no place for claims.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum FolderWarning {
    /// On a network drive.
    Network,
    /// Synced to the cloud (`OneDrive`, Dropbox, iCloud, Google Drive).
    Synced,
}

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
        use crate::problem::Recovery::{Clock, Final, Person};
        let words = problem.words();
        let remedy = match problem.recovery() {
            Clock => Remedy::TryNow,
            Person(remedy) | Final(remedy) => remedy,
        };
        Self {
            code: problem.code().to_owned(),
            title: words.title,
            explanation: words.explanation,
            next_step: words.next_step,
            remedy: Some(remedy),
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
    /// The export's own folder, once it exists.
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
}

/// Files, bytes and claims so far; sent at most ten times a second an export.
#[derive(Debug, Clone, Default, PartialEq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Progress {
    /// Files of claims in the manifest.
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
    /// Bytes arrived in the attempt under way, uncompressed.
    pub bytes_done: u64,
    /// Where it stands.
    pub state: FileState,
    /// Fetches so far, this one included.
    pub attempts: u32,
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
    /// The last attempt did not match or broke off; it is fetched again.
    FetchingAgain,
    /// Not on the disk any more, or not as it was verified.
    Damaged,
    /// Given up.
    Failed,
}

/// What follows a snapshot.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Event {
    /// The list of contracts changed.
    Contracts {
        /// All of them.
        contracts: Vec<ContractView>,
    },
    /// An export began, changed its phase or ended.
    Export {
        /// The whole of it.
        export: Box<ExportView>,
    },
    /// Bytes arrived; at most ten a second an export. May be dropped.
    Progress {
        /// Which export.
        id: ExportId,
        /// Files, bytes and claims so far.
        progress: Progress,
        /// The files whose state or bytes changed since the last one.
        files: Vec<FileView>,
    },
    /// An export's files are being verified again; at most ten a second an export. May be dropped.
    Verifying {
        /// Which export.
        id: ExportId,
        /// How far that is.
        progress: VerifyProgress,
    },
    /// A credentials file was dropped onto the window.
    CredentialsDropped {
        /// What was read, or why not.
        file: Result<CredentialsFile, String>,
    },
    /// A step of a connection check ended.
    Check {
        /// Which check, as the caller numbered it.
        check: u32,
        /// How it went.
        result: CheckResult,
    },
    /// The person asks for an export from outside the window: from the tray, or a notification.
    OpenExport {
        /// Which one.
        id: ExportId,
    },
    /// The settings changed.
    Settings {
        /// All of them.
        settings: Settings,
    },
}

/// Which exports the history shows.
#[derive(Debug, Clone, Default, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HistoryFilter {
    /// Only of this contract number.
    pub contract_number: Option<String>,
    /// Only started on or after this day (in the person's zone).
    pub from: Option<NaiveDate>,
    /// Only started on or before this day.
    pub to: Option<NaiveDate>,
    /// Only with this result: a phase's name.
    pub result: Option<String>,
    /// Rows to pass over.
    pub offset: u32,
    /// Rows at most.
    pub limit: u32,
}

/// A page of the history.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HistoryPage {
    /// The exports, the newest first.
    pub rows: Vec<HistoryRow>,
    /// How many the filter admits in all.
    pub total: u32,
}

/// An export in the history.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HistoryRow {
    /// The export.
    pub export: ExportView,
    /// Who started it: the system's user name.
    pub user: String,
}

/// What the files of a folder were compared with when they were read again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum VerifiedBy {
    /// The folder is no export's that this program knows: by its own `SHA256SUMS`.
    Sums,
    /// By what this program recorded when it verified them.
    Record,
}

/// What verifying a folder again found.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VerifyReport {
    /// The folder.
    pub folder: String,
    /// What its files were compared with.
    pub by: VerifiedBy,
    /// Files that are whole.
    pub whole: Vec<String>,
    /// Files whose length or checksum does not match.
    pub damaged: Vec<String>,
    /// Files that are not there.
    pub missing: Vec<String>,
    /// Files that could not be read.
    pub unreadable: Vec<String>,
    /// Files that do not belong to the export.
    pub foreign: Vec<String>,
}

/// How far the verification of a folder is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct VerifyProgress {
    /// Files to read.
    pub files: u32,
    /// Files read.
    pub files_done: u32,
    /// Bytes to read.
    pub bytes: u64,
    /// Bytes read.
    pub bytes_done: u64,
}

/// What checking the audit record's chain found.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AuditVerdict {
    /// Entries read.
    pub entries: u64,
    /// Entries written where no keychain was at hand, whose place in the chain no key confirms.
    pub unkeyed: u64,
    /// The first entry that was changed, removed or added, and how it shows; `None`: the record is whole.
    pub broken: Option<String>,
}
