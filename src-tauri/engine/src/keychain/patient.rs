//! A keychain that is not waited for longer than a person takes to unlock it.

use std::sync::mpsc::channel;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread;
use std::time::Duration;

use super::{AuditKey, Keychain, KeychainError};
use crate::contract::ContractKey;
use crate::credentials::Credentials;

/// Another keychain, of which one that does not answer in time is [`KeychainError::Missing`]: for a command, in front of
/// which nobody may sit. While it still owes an answer it is asked nothing else, and not waited for again.
pub struct PatientKeychain {
    inner: Arc<dyn Keychain>,
    patience: Duration,
    /// There for as long as the keychain is at what it did not answer in time.
    owed: Mutex<Weak<()>>,
}

impl PatientKeychain {
    /// A keychain that has so long for each answer.
    pub fn new(inner: Arc<dyn Keychain>, patience: Duration) -> Self {
        Self { inner, patience, owed: Mutex::default() }
    }

    fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&dyn Keychain) -> Result<T, KeychainError> + Send + 'static,
    ) -> Result<T, KeychainError> {
        if self.owed.lock().unwrap_or_else(PoisonError::into_inner).strong_count() > 0 {
            return Err(KeychainError::Missing(None));
        }
        let (inner, under_way) = (Arc::clone(&self.inner), Arc::new(()));
        let owed = Arc::downgrade(&under_way);
        let (tell, answer) = channel();
        thread::spawn(move || {
            let answer = question(&*inner);
            drop(under_way);
            _ = tell.send(answer);
        });
        answer.recv_timeout(self.patience).unwrap_or_else(|_| {
            tracing::warn!("the keychain did not answer in time");
            *self.owed.lock().unwrap_or_else(PoisonError::into_inner) = owed;
            Err(KeychainError::Missing(None))
        })
    }
}

impl Keychain for PatientKeychain {
    fn available(&self) -> bool {
        self.ask(|inner| Ok(inner.available())).unwrap_or(false)
    }

    fn get(&self, contract: &ContractKey) -> Result<Option<Credentials>, KeychainError> {
        let contract = contract.clone();
        self.ask(move |inner| inner.get(&contract))
    }

    fn set(&self, contract: &ContractKey, credentials: &Credentials) -> Result<(), KeychainError> {
        let (contract, credentials) = (contract.clone(), credentials.clone());
        self.ask(move |inner| inner.set(&contract, &credentials))
    }

    fn delete(&self, contract: &ContractKey) -> Result<(), KeychainError> {
        let contract = contract.clone();
        self.ask(move |inner| inner.delete(&contract))
    }

    fn audit_key(&self) -> Result<Option<AuditKey>, KeychainError> {
        self.ask(|inner| inner.audit_key())
    }
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender};
    use std::time::Instant;

    use super::*;
    use crate::contract::Environment;
    use crate::keychain::MemoryKeychain;

    /// A keychain whose credentials take until it is unlocked.
    struct Locked {
        unlocked: Mutex<Receiver<()>>,
        inner: MemoryKeychain,
    }

    impl Locked {
        fn new() -> (Arc<Self>, Sender<()>) {
            let (unlock, unlocked) = channel();
            (Arc::new(Self { unlocked: Mutex::new(unlocked), inner: MemoryKeychain::new() }), unlock)
        }
    }

    impl Keychain for Locked {
        fn available(&self) -> bool {
            true
        }

        fn get(&self, contract: &ContractKey) -> Result<Option<Credentials>, KeychainError> {
            _ = self.unlocked.lock().unwrap().recv();
            self.inner.get(contract)
        }

        fn set(&self, contract: &ContractKey, credentials: &Credentials) -> Result<(), KeychainError> {
            self.inner.set(contract, credentials)
        }

        fn delete(&self, contract: &ContractKey) -> Result<(), KeychainError> {
            self.inner.delete(contract)
        }

        fn audit_key(&self) -> Result<Option<AuditKey>, KeychainError> {
            self.inner.audit_key()
        }
    }

    #[test]
    fn a_keychain_that_does_not_answer_is_missing_until_it_does() {
        let (locked, unlock) = Locked::new();
        let contract = ContractKey {
            environment: Environment::Other,
            origin: "https://a.example".to_owned(),
            number: "Z1001".parse().unwrap(),
        };
        locked.set(&contract, &Credentials::new("client", "password")).unwrap();
        let keychain = PatientKeychain::new(locked, Duration::from_secs(2));
        assert!(keychain.available() && keychain.audit_key().unwrap().is_some());

        assert!(matches!(keychain.get(&contract), Err(KeychainError::Missing(None))));
        let began = Instant::now();
        for _ in 0..20 {
            assert!(matches!(keychain.get(&contract), Err(KeychainError::Missing(None))));
        }
        assert!(began.elapsed() < Duration::from_secs(10), "it was waited for again");

        drop(unlock);
        while keychain.get(&contract).is_err() {
            thread::yield_now();
        }
        assert_eq!(keychain.get(&contract).unwrap().unwrap().client_id, "client");
    }
}
