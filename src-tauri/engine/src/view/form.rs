//! What to export: the form, and what would come of it.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::Interval;
use crate::parameters::{FhirVersion, Refusal, Selection, ServiceDate};

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
    /// Warnings for protected health information, as far as can be told.
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
    /// On a disk of which the system says that it is not encrypted.
    Unencrypted,
}
