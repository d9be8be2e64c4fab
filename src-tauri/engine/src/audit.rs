//! Who exported what, when, with which result: an append-only record in which a change shows.

mod chain;

use std::path::PathBuf;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::api::Checksum;
use crate::contract::{ContractKey, ContractNumberError, Environment};
use crate::parameters::Parameters;

pub use chain::{Chain, Check, Link};

/// One entry. It holds neither claims nor secrets.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entry {
    /// When.
    pub at: DateTime<Utc>,
    /// The system's user.
    pub user: String,
    /// The computer's name.
    pub computer: String,
    /// This program's version.
    pub version: String,
    /// What happened.
    #[serde(flatten)]
    pub event: AuditEvent,
}

/// What is recorded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum AuditEvent {
    /// A contract was added or its particulars changed.
    ContractSaved {
        /// Which.
        contract: Subject,
    },
    /// A contract and its credentials were forgotten.
    ContractRemoved {
        /// Which.
        contract: Subject,
    },
    /// New credentials were stored.
    CredentialsStored {
        /// For which contract.
        contract: Subject,
    },
    /// An export was asked for.
    ExportStarted {
        /// Its number.
        export: i64,
        /// Of which contract.
        contract: Subject,
        /// What was sent.
        parameters: Parameters,
        /// The save folder.
        folder: PathBuf,
    },
    /// A person said that a running job is an export's own.
    JobAdopted {
        /// The export's number.
        export: i64,
        /// Of which contract.
        contract: Subject,
        /// The job at the service.
        job: String,
    },
    /// An export ended.
    ExportEnded {
        /// Its number.
        export: i64,
        /// Of which contract.
        contract: Subject,
        /// `complete`, `cancelled`, `expired` or `failed`.
        result: String,
        /// The problem's code, unless it is complete or cancelled.
        problem: Option<String>,
        /// The job at the service.
        job: Option<String>,
        /// The export's folder.
        folder: Option<PathBuf>,
        /// The request that the job answered, where a person chose the job and it answers another than was asked for.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        other_request: Option<String>,
        /// Claims in verified files.
        claims: u64,
        /// The verified files.
        files: Vec<AuditedFile>,
    },
    /// A folder was verified again.
    FolderVerified {
        /// The folder.
        folder: PathBuf,
        /// Files that are whole.
        whole: usize,
        /// Files that are damaged or missing.
        damaged: usize,
    },
}

impl AuditEvent {
    /// The contract that it is about.
    fn contract(&self) -> Option<&Subject> {
        match self {
            Self::ContractSaved { contract }
            | Self::ContractRemoved { contract }
            | Self::CredentialsStored { contract }
            | Self::ExportStarted { contract, .. }
            | Self::JobAdopted { contract, .. }
            | Self::ExportEnded { contract, .. } => Some(contract),
            Self::FolderVerified { .. } => None,
        }
    }
}

/// A contract in the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Subject {
    /// Its number at CMS.
    pub number: String,
    /// Its environment.
    pub environment: Environment,
    /// The API's origin.
    pub origin: String,
}

impl From<&ContractKey> for Subject {
    fn from(key: &ContractKey) -> Self {
        Self { number: key.number.to_string(), environment: key.environment, origin: key.origin.clone() }
    }
}

impl TryFrom<&Subject> for ContractKey {
    type Error = ContractNumberError;

    fn try_from(subject: &Subject) -> Result<Self, Self::Error> {
        let Subject { number, environment, origin } = subject;
        Ok(Self { environment: *environment, origin: origin.clone(), number: number.parse()? })
    }
}

/// A verified file in the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AuditedFile {
    /// Its name on the disk.
    pub name: String,
    /// Bytes, uncompressed.
    pub bytes: u64,
    /// SHA-256 of the uncompressed content.
    pub sha256: Checksum,
}
