//! What is kept: the history, the audit record, and files that are verified again.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::ExportView;
use crate::contract::Environment;

/// Which exports the history shows.
#[derive(Debug, Clone, Default, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HistoryFilter {
    /// Only of this contract number.
    pub contract_number: Option<String>,
    /// Only from this environment.
    pub environment: Option<Environment>,
    /// Only started on or after this day (in the person's zone).
    pub from: Option<NaiveDate>,
    /// Only started on or before this day.
    pub to: Option<NaiveDate>,
    /// Only with one of these results; with any where there is none. They are names of phases, but that `needsYou` is
    /// what waits for a person, `waiting` what goes on by itself, and that `complete` is verified: `notWhole` is damaged
    /// or missing, of `partlyDelivered` and `notDelivered` the service could not deliver some claims or any, and of
    /// `noNewClaims` there was none.
    pub results: Vec<String>,
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
    /// How many the filter admits.
    pub total: u32,
    /// How many there are, whatever the filter admits.
    pub all: u32,
    /// Every contract that there are exports of, whatever the filter admits.
    pub contracts: Vec<HistoryContract>,
}

/// A contract that there are exports of. It may be in the list no longer.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct HistoryContract {
    /// Its number at CMS.
    pub number: String,
    /// Where it is exported from.
    pub environment: Environment,
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
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AuditVerdict {
    /// Entries read.
    pub entries: u64,
    /// Entries written where no keychain was at hand, whose place in the chain no key confirms.
    pub unkeyed: u64,
    /// The first entry that was changed, removed or added, and how it shows; `None`: the record is whole.
    pub broken: Option<String>,
    /// That entry, where it is there.
    pub broken_entry: Option<BrokenEntry>,
}

/// An entry of the audit record that is not as it was written, as it reads now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct BrokenEntry {
    /// When it says that it was written.
    pub at: DateTime<Utc>,
    /// The contract that it is about, if it is about one.
    pub contract_number: Option<String>,
}

/// How far the check of the audit record is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct AuditProgress {
    /// Entries to read.
    pub entries: u64,
    /// Entries read.
    pub entries_done: u64,
}
