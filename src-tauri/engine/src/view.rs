//! The seam to the window: what crosses it, in both directions.
//!
//! `TypeScript` types are generated from these. Integers are `number`s there; times are RFC 3339 texts in UTC. No
//! secret, no token and no line of claims is in any of them, save the credentials that a person has just typed.

mod contract;
mod export;
mod form;
mod records;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::settings::Settings;

pub use contract::{
    CheckResult, CheckStep, ContractForm, ContractView, CoverageView, CredentialsFile, CredentialsForm,
    FailedExport, FieldError, Interval, LastExport, Sharing,
};
pub use export::{
    CandidateState, CandidateView, CoverageOutcome, ExportView, FileState, FileView, NotCovered, PhaseView,
    ProblemView, Progress, RequestView, StepTimes,
};
pub use form::{ExportForm, ExportPreview, FolderView, FolderWarning};
pub use records::{
    AuditProgress, AuditVerdict, BrokenEntry, HistoryContract, HistoryFilter, HistoryPage, HistoryRow,
    VerifiedBy, VerifyProgress, VerifyReport,
};

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
    /// Every export that runs, waits or is paused.
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
    /// A step of a check ended.
    Check {
        /// Which check, as the caller numbered it.
        check: u32,
        /// How it went.
        result: CheckResult,
    },
    /// The audit record is being checked; at most ten times a second. May be dropped.
    CheckingAudit {
        /// By which check, as the caller numbered it.
        check: u32,
        /// How far that is.
        progress: AuditProgress,
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
        /// Where the program's log is now.
        log_folder: String,
    },
}
