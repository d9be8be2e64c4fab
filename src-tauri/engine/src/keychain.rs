//! The operating system's keychain, where client ID, password and the audit record's key are kept, and nowhere else.
//!
//! Asking it blocks, for as long as a person takes to unlock it: in asynchronous code call it from a thread that may
//! wait (`spawn_blocking`).

mod entry;
mod memory;
mod patient;
mod system;

use std::fmt;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use zeroize::Zeroizing;

use crate::contract::ContractKey;
use crate::credentials::Credentials;
use crate::problem::{Kind, Problem, Stage};

pub use memory::MemoryKeychain;
pub use patient::PatientKeychain;
pub use system::SystemKeychain;

/// How long to wait for a person to unlock the keychain where something else waits for that, and how long to leave a
/// keychain alone that was not there.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// Where credentials and the audit record's key are kept.
pub trait Keychain: Send + Sync {
    /// Whether it is there.
    fn available(&self) -> bool;

    /// A contract's credentials, if there are any.
    fn get(&self, contract: &ContractKey) -> Result<Option<Credentials>, KeychainError>;

    /// Keeps a contract's credentials in place of those before.
    fn set(&self, contract: &ContractKey, credentials: &Credentials) -> Result<(), KeychainError>;

    /// Forgets a contract's credentials; that there were none is no error.
    fn delete(&self, contract: &ContractKey) -> Result<(), KeychainError>;

    /// The key that chains the audit record, made on first use; `None` where no key is kept.
    fn audit_key(&self) -> Result<Option<AuditKey>, KeychainError>;
}

/// The system's keychain, for the programs that share a data folder. Where there is none it says so whenever it is asked.
pub fn of_this_system(data_folder: &Path) -> Arc<dyn Keychain> {
    Arc::new(SystemKeychain::new(data_folder))
}

/// 32 random bytes that prove, by HMAC, that a record was written by this program for this user.
#[derive(Clone)]
pub struct AuditKey(Zeroizing<[u8; Self::LENGTH]>);

impl AuditKey {
    /// Bytes in a key.
    pub const LENGTH: usize = 32;

    /// The key's bytes, for the one place that computes with them.
    pub fn as_bytes(&self) -> &[u8; Self::LENGTH] {
        &self.0
    }

    fn random() -> Self {
        Self::from(rand::random::<[u8; Self::LENGTH]>())
    }
}

impl From<[u8; Self::LENGTH]> for AuditKey {
    fn from(bytes: [u8; Self::LENGTH]) -> Self {
        Self(Zeroizing::new(bytes))
    }
}

impl fmt::Debug for AuditKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AuditKey(…)")
    }
}

/// What the keychain does not do. Neither its words nor its debug form hold what was to be kept.
#[derive(Debug, thiserror::Error)]
pub enum KeychainError {
    /// There is none, or it does not answer.
    #[error("the keychain of this computer is not there")]
    Missing(#[source] Option<keyring_core::Error>),
    /// It is locked, or refuses this program.
    #[error("the keychain of this computer is locked or refuses access")]
    Refused(#[source] keyring_core::Error),
    /// It cannot hold a secret as long as this one.
    #[error("the keychain holds at most {limit} bytes, and the credentials have {length}")]
    TooLong {
        /// Bytes to be kept.
        length: usize,
        /// Bytes that every system's keychain can keep.
        limit: usize,
    },
    /// What it holds was not written by this program.
    #[error("the entry in the keychain is not one that this program wrote")]
    Damaged,
}

impl KeychainError {
    /// The problem that a person sees.
    pub fn problem(&self) -> Problem {
        let kind = match self {
            Self::Missing(_) | Self::Refused(_) | Self::TooLong { .. } => Kind::KeychainUnavailable,
            Self::Damaged => Kind::CredentialsMissing,
        };
        Problem::new(kind, Stage::Preparation)
    }
}
