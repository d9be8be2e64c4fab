//! Every failure that a person can meet: a code, a title, an explanation and a next step.
//!
//! Nothing else in the program words an error. The words themselves are in [`words`]; what can be done about a
//! problem, and by whom, is [`Kind::recovery`].

mod words;

use std::fmt;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

pub use words::{Words, size};

/// The step of an export (or of a connection check) in which a problem arose.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Stage {
    /// Before anything was sent: credentials, parameters, folder.
    Preparation,
    /// Asking the identity provider for a bearer token.
    Token,
    /// Asking AB2D to start a job.
    Start,
    /// Asking how far the job is.
    Status,
    /// Reading the finished job's list of files.
    Manifest,
    /// Fetching a file.
    File,
    /// Comparing a file with its announced length and checksum, and giving it its name.
    Verify,
    /// Writing this program's own records.
    Store,
    /// Asking AB2D to cancel a job.
    Cancel,
}

/// What went wrong, with the values that its words need.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Kind {
    // What a person can mend.
    /// No credentials are stored for the contract on this computer.
    CredentialsMissing,
    /// The identity provider knows no such client, or not this password.
    CredentialsRefused,
    /// The system's keychain is locked, missing or refuses.
    KeychainUnavailable,
    /// A valid token was refused: not attested, disabled, or another organisation's job.
    AccessRefused,
    /// The v3 data model is not enabled for the contract.
    V3NotEnabled,
    /// A firewall refused the request: mostly an IP address that is not on the contract's list.
    AddressNotListed,
    /// The identity provider answered 404.
    TokenAddressWrong {
        /// The address that was asked.
        address: String,
    },
    /// The API answered 404 without an `OperationOutcome`: its address is not AB2D's.
    ApiAddressWrong {
        /// The address that was asked.
        address: String,
    },
    /// The disk cannot hold what remains.
    DiskFull {
        /// Bytes that remain to be written.
        needed: u64,
        /// Bytes that must stay free besides.
        #[serde(default)]
        reserve: u64,
        /// Bytes that are free.
        free: u64,
    },
    /// The save folder, or the drive it is on, is not there.
    FolderMissing {
        /// The folder.
        folder: PathBuf,
    },
    /// The folder does not let this user write.
    FolderNotWritable {
        /// The folder.
        folder: PathBuf,
    },
    /// Another program holds a file that must be replaced or renamed.
    FileInUse {
        /// The file.
        file: PathBuf,
    },
    /// The disk failed in some other way.
    DiskFault {
        /// The file or folder.
        path: PathBuf,
        /// The operating system's words.
        reason: String,
    },
    /// The server's certificate is not trusted: mostly an inspecting proxy, or a wrong clock.
    CertificateRefused {
        /// The server's host name.
        host: String,
    },
    /// This computer's clock does not go as the service's does.
    ClockWrong {
        /// How far it is ahead, in minutes; negative when it is behind.
        minutes: i64,
    },
    /// The keychain does not give out the key that the audit record's entries are compared with.
    AuditKeyMissing,
    /// The folder that was chosen for the log is far away, gone, or does not let this user write.
    LogFolderUnusable {
        /// The folder.
        folder: PathBuf,
    },
    /// The proxy wants a sign-in, or does not pass the request on.
    ProxyRefused,
    /// This program made a mistake: a part of it stopped where it should not.
    ProgramFault,
    /// The length or checksum did not match, again and again.
    ChecksumMismatch {
        /// The file's name.
        file: String,
        /// How often it was fetched.
        attempts: u32,
    },

    // What time mends.
    /// No connection to the proxy.
    ProxyUnreachable {
        /// The host that was asked through it.
        host: String,
    },
    /// No connection to the host.
    NetworkDown {
        /// The host that was asked.
        host: String,
    },
    /// Nothing came back when a connection was tried: what firewalls do, AB2D's too where an IP address is not on the
    /// contract's list.
    NoAnswer {
        /// The host that was asked.
        host: String,
    },
    /// The host's name is not known to the network.
    NameNotFound {
        /// The host that was asked.
        host: String,
    },
    /// No byte arrived for a minute.
    Stalled {
        /// The host that was asked.
        host: String,
    },
    /// The connection ended before the answer did.
    ConnectionLost {
        /// The host that was asked.
        host: String,
    },
    /// A web page came where AB2D's answer should be: a Wi-Fi sign-in page or a proxy's notice.
    CaptivePortal {
        /// The host that was asked.
        host: String,
    },
    /// The service is in maintenance.
    Maintenance,
    /// The v3 API is switched off for the moment.
    V3Unavailable,
    /// The service asks us to slow down.
    TooManyRequests,
    /// The contract has its maximum of running jobs.
    RunningJobsLimit,
    /// The organisation's maximum of jobs is running, and one of them may be ours.
    UnknownJobs {
        /// The running jobs' IDs.
        jobs: Vec<String>,
    },
    /// A 5xx without a final meaning.
    ServiceFault,

    // What is final for this export.
    /// The service refused the parameters.
    ParametersRefused {
        /// The service's own words.
        reason: String,
    },
    /// The job failed at the service.
    JobFailed,
    /// The job was cancelled, though not here.
    JobCancelled,
    /// The service knows no such job (any more).
    JobNotFound,
    /// The service has deleted the files.
    FilesExpired,
    /// A file was downloaded as often as the service allows.
    DownloadLimit {
        /// The file's name.
        file: String,
    },
    /// The service no longer holds a file, for another reason.
    FileGone {
        /// The file's name.
        file: String,
    },
    /// The credentials belong to another contract.
    WrongContract {
        /// The contract that was asked for.
        expected: String,
        /// The contract whose claims the service offered.
        found: String,
    },
    /// A file's address is not on the API's own origin.
    ForeignAddress {
        /// The host that was named.
        host: String,
    },
    /// An answer in no form that AB2D is known to send.
    UnexpectedAnswer,
    /// The program's own records cannot be read or written.
    StoreFault {
        /// The database's words.
        reason: String,
    },
    /// The audit record is not as it was written.
    AuditRecordChanged {
        /// The first entry that is not, and how it shows.
        how: String,
    },
    /// A contract or an export that is not in the program's records, or not any more.
    NotInRecords,
    /// A folder for this program's records on a network drive.
    DataOnNetwork {
        /// The folder.
        folder: PathBuf,
    },
    /// Another process of this program drives the export.
    DrivenElsewhere,
    /// A contract cannot be removed while one of its exports has not ended.
    ContractInUse {
        /// Its number.
        number: String,
    },
}

/// A problem, where it arose, and what support will ask for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// What went wrong.
    #[serde(flatten)]
    pub kind: Kind,
    /// In which stage.
    pub stage: Stage,
    /// The HTTP status, where there was an answer.
    #[serde(default)]
    pub http_status: Option<u16>,
    /// The service's request ID, where its answer carried one.
    #[serde(default)]
    pub request_id: Option<String>,
    /// The earliest time at which the service wants to be asked again (`Retry-After`).
    #[serde(default)]
    pub not_before: Option<DateTime<Utc>>,
}

/// Who or what can mend a problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Recovery {
    /// Time: the program goes on trying by itself.
    Clock,
    /// A person, by this remedy.
    Person(Remedy),
    /// Nothing within this export; the remedy is what comes after it.
    Final(Remedy),
}

/// What the one button of a problem does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Remedy {
    /// Try again now.
    TryNow,
    /// Enter new credentials for the contract.
    EnterCredentials,
    /// Choose another folder.
    ChooseFolder,
    /// Correct the contract's addresses.
    EditContract,
    /// Correct the proxy.
    OpenSettings,
    /// Change the export's parameters.
    ChangeParameters,
    /// Export again from the start.
    ExportAgain,
    /// Send a support report.
    SupportReport,
}

impl Problem {
    /// A problem with nothing known but its kind and stage.
    pub fn new(kind: Kind, stage: Stage) -> Self {
        Self { kind, stage, http_status: None, request_id: None, not_before: None }
    }

    /// The same, with the answer's HTTP status.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.http_status = Some(status);
        self
    }

    /// The stable code, as it crosses to the window and into `--json`.
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// Who or what can mend it.
    pub fn recovery(&self) -> Recovery {
        self.kind.recovery()
    }

    /// What its one button does, also where it would go on by itself in the end.
    pub fn remedy(&self) -> Remedy {
        match self.recovery() {
            Recovery::Person(remedy) | Recovery::Final(remedy) => remedy,
            Recovery::Clock => match self.kind {
                Kind::ProxyUnreachable { .. } => Remedy::OpenSettings,
                _ => Remedy::TryNow,
            },
        }
    }

    /// Its title, explanation and next step.
    pub fn words(&self) -> Words {
        words::of(&self.kind)
    }
}

impl Kind {
    /// Who or what can mend it.
    pub fn recovery(&self) -> Recovery {
        use Recovery::{Clock, Final, Person};
        match self {
            Self::CredentialsMissing | Self::CredentialsRefused => Person(Remedy::EnterCredentials),
            Self::KeychainUnavailable
            | Self::AccessRefused
            | Self::V3NotEnabled
            | Self::AddressNotListed
            | Self::CertificateRefused { .. }
            | Self::ClockWrong { .. }
            | Self::ProgramFault
            | Self::AuditKeyMissing
            | Self::ChecksumMismatch { .. }
            | Self::DrivenElsewhere
            | Self::ContractInUse { .. } => Person(Remedy::TryNow),
            Self::TokenAddressWrong { .. } | Self::ApiAddressWrong { .. } => Person(Remedy::EditContract),
            Self::DiskFull { .. }
            | Self::FolderMissing { .. }
            | Self::FolderNotWritable { .. }
            | Self::DiskFault { .. } => Person(Remedy::ChooseFolder),
            Self::ProxyRefused | Self::LogFolderUnusable { .. } => Person(Remedy::OpenSettings),
            Self::ProxyUnreachable { .. }
            | Self::NetworkDown { .. }
            | Self::NoAnswer { .. }
            | Self::NameNotFound { .. }
            | Self::Stalled { .. }
            | Self::ConnectionLost { .. }
            | Self::CaptivePortal { .. }
            | Self::Maintenance
            | Self::V3Unavailable
            | Self::TooManyRequests
            | Self::RunningJobsLimit
            | Self::UnknownJobs { .. }
            | Self::ServiceFault
            | Self::FileInUse { .. } => Clock,
            Self::ParametersRefused { .. } => Final(Remedy::ChangeParameters),
            Self::JobFailed
            | Self::JobCancelled
            | Self::JobNotFound
            | Self::FilesExpired
            | Self::DownloadLimit { .. }
            | Self::FileGone { .. } => Final(Remedy::ExportAgain),
            Self::WrongContract { .. } => Final(Remedy::EnterCredentials),
            Self::ForeignAddress { .. }
            | Self::UnexpectedAnswer
            | Self::StoreFault { .. }
            | Self::AuditRecordChanged { .. }
            | Self::NotInRecords
            | Self::DataOnNetwork { .. } => Final(Remedy::SupportReport),
        }
    }

    /// Whether what lies between this computer and the service is the matter, so that another way may mend it.
    pub fn is_of_the_way(&self) -> bool {
        matches!(
            self,
            Self::ProxyRefused
                | Self::ProxyUnreachable { .. }
                | Self::NetworkDown { .. }
                | Self::NoAnswer { .. }
                | Self::NameNotFound { .. }
                | Self::CertificateRefused { .. }
                | Self::CaptivePortal { .. }
                | Self::AddressNotListed
        )
    }

    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::CredentialsMissing => "credentialsMissing",
            Self::CredentialsRefused => "credentialsRefused",
            Self::KeychainUnavailable => "keychainUnavailable",
            Self::AccessRefused => "accessRefused",
            Self::V3NotEnabled => "v3NotEnabled",
            Self::AddressNotListed => "addressNotListed",
            Self::TokenAddressWrong { .. } => "tokenAddressWrong",
            Self::ApiAddressWrong { .. } => "apiAddressWrong",
            Self::DiskFull { .. } => "diskFull",
            Self::FolderMissing { .. } => "folderMissing",
            Self::FolderNotWritable { .. } => "folderNotWritable",
            Self::FileInUse { .. } => "fileInUse",
            Self::DiskFault { .. } => "diskFault",
            Self::CertificateRefused { .. } => "certificateRefused",
            Self::ClockWrong { .. } => "clockWrong",
            Self::AuditKeyMissing => "auditKeyMissing",
            Self::LogFolderUnusable { .. } => "logFolderUnusable",
            Self::ProxyRefused => "proxyRefused",
            Self::ProgramFault => "programFault",
            Self::ChecksumMismatch { .. } => "checksumMismatch",
            Self::UnknownJobs { .. } => "unknownJobs",
            Self::ProxyUnreachable { .. } => "proxyUnreachable",
            Self::NetworkDown { .. } => "networkDown",
            Self::NoAnswer { .. } => "noAnswer",
            Self::NameNotFound { .. } => "nameNotFound",
            Self::Stalled { .. } => "stalled",
            Self::ConnectionLost { .. } => "connectionLost",
            Self::CaptivePortal { .. } => "captivePortal",
            Self::Maintenance => "maintenance",
            Self::V3Unavailable => "v3Unavailable",
            Self::TooManyRequests => "tooManyRequests",
            Self::RunningJobsLimit => "runningJobsLimit",
            Self::ServiceFault => "serviceFault",
            Self::ParametersRefused { .. } => "parametersRefused",
            Self::JobFailed => "jobFailed",
            Self::JobCancelled => "jobCancelled",
            Self::JobNotFound => "jobNotFound",
            Self::FilesExpired => "filesExpired",
            Self::DownloadLimit { .. } => "downloadLimit",
            Self::FileGone { .. } => "fileGone",
            Self::WrongContract { .. } => "wrongContract",
            Self::ForeignAddress { .. } => "foreignAddress",
            Self::UnexpectedAnswer => "unexpectedAnswer",
            Self::StoreFault { .. } => "storeFault",
            Self::AuditRecordChanged { .. } => "auditRecordChanged",
            Self::NotInRecords => "notInRecords",
            Self::DataOnNetwork { .. } => "dataOnNetwork",
            Self::DrivenElsewhere => "drivenElsewhere",
            Self::ContractInUse { .. } => "contractInUse",
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words = self.words();
        write!(f, "{} {} {}", words.title, words.explanation, words.next_step)
    }
}

impl std::error::Error for Problem {}
