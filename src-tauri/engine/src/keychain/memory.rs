//! A keychain that forgets everything when it is dropped.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{AuditKey, Keychain, KeychainError};
use crate::contract::ContractKey;
use crate::credentials::Credentials;

/// A keychain in memory: for tests and, where the system has none, for this run.
pub struct MemoryKeychain {
    audit_key: Option<AuditKey>,
    entries: Mutex<HashMap<ContractKey, Credentials>>,
}

impl MemoryKeychain {
    /// An empty keychain that behaves as the system's would.
    pub fn new() -> Self {
        Self { audit_key: Some(AuditKey::random()), entries: Mutex::default() }
    }

    /// An empty keychain that says that it lasts for this run only. It has no audit key: a record must be checked in
    /// later runs, too.
    pub fn for_this_run() -> Self {
        Self { audit_key: None, entries: Mutex::default() }
    }

    fn entries(&self) -> MutexGuard<'_, HashMap<ContractKey, Credentials>> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Default for MemoryKeychain {
    fn default() -> Self {
        Self::new()
    }
}

impl Keychain for MemoryKeychain {
    fn available(&self) -> bool {
        self.audit_key.is_some()
    }

    fn get(&self, contract: &ContractKey) -> Result<Option<Credentials>, KeychainError> {
        Ok(self.entries().get(contract).cloned())
    }

    fn set(&self, contract: &ContractKey, credentials: &Credentials) -> Result<(), KeychainError> {
        self.entries().insert(contract.clone(), credentials.clone());
        Ok(())
    }

    fn delete(&self, contract: &ContractKey) -> Result<(), KeychainError> {
        self.entries().remove(contract);
        Ok(())
    }

    fn audit_key(&self) -> Result<Option<AuditKey>, KeychainError> {
        Ok(self.audit_key.clone())
    }
}
