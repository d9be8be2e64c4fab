//! A contract as the window shows it, as it is entered, and how its connection was checked.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{ExportForm, ExportId, ProblemView};
use crate::contract::{ContractId, Environment};
use crate::parameters::FhirVersion;

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
    /// Whether the keychain has them, so that they outlast this run.
    pub in_keychain: bool,
    /// The last export that ended complete.
    pub last_export: Option<LastExport>,
    /// The newest export, where it ended by a problem, without all of its files.
    pub last_failed: Option<FailedExport>,
    /// When the next export is due: 14 days after that up to which claims are covered, or after the last export where
    /// none are; never for Practice, Sandbox and Other.
    pub due: Option<DateTime<Utc>>,
    /// Up to when claims are covered in the version that it is usually exported in.
    pub covered_to: Option<DateTime<Utc>>,
    /// Up to when claims are covered in each version.
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
    /// In which version.
    pub version: FhirVersion,
    /// When it ended.
    pub finished_at: DateTime<Utc>,
    /// Claims in it.
    pub claims: u64,
    /// Bytes in it, as AB2D announced them (uncompressed).
    pub bytes: u64,
    /// How long it took, in seconds.
    pub seconds: u64,
}

/// An export that ended by a problem.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct FailedExport {
    /// Which one.
    pub id: ExportId,
    /// When it ended.
    pub ended_at: DateTime<Utc>,
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
    /// Who else may read it where it lies.
    pub sharing: Option<Sharing>,
}

/// How others may come to read a file, by where it lies.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Sharing {
    /// Its folder is copied to the cloud.
    Synced,
    /// Its folder is on a network drive.
    Network,
    /// Other users of this computer may open it.
    OtherUsers,
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

/// What a check looks at: of a contract its save folder and then the connection, in order; of the computer the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum CheckStep {
    /// The API's name is known.
    AddressFound,
    /// Something answers there, by TLS with a trusted certificate.
    SecureConnection,
    /// The identity provider gives a token.
    SignedIn,
    /// The API answers and is not in maintenance.
    ServiceOpen,
    /// This computer's clock goes as the service's does.
    ClockRight,
    /// The contract's save folder is there, can be written to, and has room for an export like the last one.
    SaveFolder,
    /// The keychain opens.
    Keychain,
    /// The program's own records can be written.
    Records,
    /// Nothing was changed in the audit record, removed from it or added to it.
    AuditRecord,
}

impl CheckStep {
    /// Its name in the command line and in the support report. It says no more than was found: a connection without
    /// encryption works, too.
    pub fn name(self) -> &'static str {
        match self {
            Self::AddressFound => "address",
            Self::SecureConnection => "connection",
            Self::SignedIn => "sign-in",
            Self::ServiceOpen => "service",
            Self::ClockRight => "clock",
            Self::SaveFolder => "save folder",
            Self::Keychain => "keychain",
            Self::Records => "records",
            Self::AuditRecord => "audit record",
        }
    }
}

/// How a step of a check went.
#[derive(Debug, Clone, Serialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct CheckResult {
    /// Which step.
    pub step: CheckStep,
    /// Where it stopped, why and what to do; `None` when it works.
    pub problem: Option<ProblemView>,
}
