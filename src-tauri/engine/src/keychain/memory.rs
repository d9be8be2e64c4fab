//! A keychain that forgets everything when it is dropped, for tests.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{AuditKey, Keychain, KeychainError};
use crate::contract::ContractKey;
use crate::credentials::Credentials;

/// A keychain in memory.
pub struct MemoryKeychain {
    audit_key: AuditKey,
    entries: Mutex<HashMap<ContractKey, Credentials>>,
}

impl MemoryKeychain {
    /// An empty keychain.
    pub fn new() -> Self {
        Self { audit_key: AuditKey::random(), entries: Mutex::default() }
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
        true
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
        Ok(Some(self.audit_key.clone()))
    }
}
