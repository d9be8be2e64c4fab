//! Writes the audit record: who, where, which version, and what happened.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::Utc;
use tokio::task::JoinHandle;

use crate::audit::{AuditEvent, Chain, Entry, Link};
use crate::keychain::{self, AuditKey, Keychain, KeychainError};
use crate::store;

/// Appends entries in the name of this user on this computer.
pub struct Journal {
    chain: Mutex<Chain>,
    keychain: Arc<dyn Keychain>,
    search: tokio::sync::Mutex<Search>,
    user: String,
    computer: String,
}

impl Journal {
    /// A journal in a data folder for the user who runs this process. The keychain is asked when it is first needed.
    pub fn new(data_folder: &Path, keychain: Arc<dyn Keychain>) -> Self {
        Self {
            chain: Mutex::new(Chain::new(None, data_folder)),
            keychain,
            search: tokio::sync::Mutex::default(),
            user: user(),
            computer: computer(),
        }
    }

    /// The system's user name.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The computer's name.
    pub fn computer(&self) -> &str {
        &self.computer
    }

    /// The chain that links entries, as it is now.
    pub fn chain(&self) -> Chain {
        self.chain.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Looks for the key, unless it is known, or was just looked for in vain: a keychain may come up after this program.
    /// Called before a transaction begins, since a person may have to unlock the keychain. Who does not in time has an entry
    /// that is not keyed, and so have those that follow until the keychain answers: it is waited for once.
    pub async fn look_for_key(&self) {
        self.look(keychain::PATIENCE).await;
    }

    /// Looks for the key once more, also where that was just in vain: the person has unlocked the keychain since.
    pub async fn look_again_for_key(&self) {
        self.search.lock().await.ended = None;
        self.look_for_key().await;
    }

    async fn look(&self, patience: Duration) {
        let mut search = self.search.lock().await;
        if self.chain().has_key() || !search.is_due(patience) {
            return;
        }
        let keychain = Arc::clone(&self.keychain);
        let asked =
            search.asked.get_or_insert_with(|| tokio::task::spawn_blocking(move || keychain.audit_key()));
        if let Ok(answer) = tokio::time::timeout(patience, asked).await {
            search.asked = None;
            if let Ok(Ok(Some(key))) = answer {
                let mut chain = self.chain.lock().unwrap_or_else(PoisonError::into_inner);
                *chain = chain.with_key(key);
            }
        }
        search.ended = Some(Instant::now());
    }

    /// Appends an entry within the transaction that it records.
    pub fn append(&self, connection: &rusqlite::Connection, event: AuditEvent) -> rusqlite::Result<Link> {
        let entry = Entry {
            at: Utc::now(),
            user: self.user.clone(),
            computer: self.computer.clone(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            event,
        };
        store::audit::append(connection, &self.chain(), &entry)
    }

    /// Keeps the record's end apart, after the transaction was committed.
    pub async fn seal(&self, link: Link) {
        let chain = self.chain();
        let sealed = tokio::task::spawn_blocking(move || chain.seal(&link)).await;
        if let Err(error) = sealed.unwrap_or_else(|error| Err(error.into())) {
            tracing::warn!(%error, "the end of the audit record could not be kept apart");
        }
    }
}

/// How the search for the key stands.
#[derive(Default)]
struct Search {
    /// What the keychain was asked and has not answered yet. It is asked nothing else meanwhile, so that a person finds one
    /// prompt.
    asked: Option<JoinHandle<Result<Option<AuditKey>, KeychainError>>>,
    /// When the keychain last answered, or was last waited for in vain.
    ended: Option<Instant>,
}

impl Search {
    /// Whether to ask the keychain, or to wait for its answer.
    fn is_due(&self, patience: Duration) -> bool {
        match (&self.asked, self.ended) {
            (_, None) => true,
            (Some(asked), Some(_)) => asked.is_finished(),
            (None, Some(ended)) => ended.elapsed() >= patience,
        }
    }
}

/// As the system knows the user: a variable of the environment says what anybody wants it to.
fn user() -> String {
    whoami::username().unwrap_or_else(|error| {
        tracing::warn!(%error, "the system does not tell the user's name");
        String::new()
    })
}

fn computer() -> String {
    gethostname::gethostname().to_string_lossy().into_owned()
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;
    use crate::contract::ContractKey;
    use crate::credentials::Credentials;

    const PATIENCE: Duration = Duration::from_secs(1);

    /// A keychain that answers nothing until it is unlocked.
    struct Locked {
        asked: AtomicUsize,
        unlocked: Mutex<Receiver<()>>,
    }

    impl Locked {
        fn new() -> (Arc<Self>, Sender<()>) {
            let (unlock, unlocked) = channel();
            (Arc::new(Self { asked: AtomicUsize::new(0), unlocked: Mutex::new(unlocked) }), unlock)
        }
    }

    impl Keychain for Locked {
        fn available(&self) -> bool {
            true
        }

        fn get(&self, _contract: &ContractKey) -> Result<Option<Credentials>, KeychainError> {
            Ok(None)
        }

        fn set(&self, _contract: &ContractKey, _credentials: &Credentials) -> Result<(), KeychainError> {
            Ok(())
        }

        fn delete(&self, _contract: &ContractKey) -> Result<(), KeychainError> {
            Ok(())
        }

        fn audit_key(&self) -> Result<Option<AuditKey>, KeychainError> {
            self.asked.fetch_add(1, Ordering::SeqCst);
            _ = self.unlocked.lock().unwrap().recv();
            Ok(Some(AuditKey::from([7; AuditKey::LENGTH])))
        }
    }

    #[tokio::test]
    async fn a_locked_keychain_is_asked_and_waited_for_once() {
        let folder = tempfile::tempdir().unwrap();
        let (keychain, unlock) = Locked::new();
        let journal = Journal::new(folder.path(), Arc::clone(&keychain) as Arc<dyn Keychain>);
        let began = Instant::now();
        tokio::join!(journal.look(PATIENCE), journal.look(PATIENCE), journal.look(PATIENCE));
        for _ in 0..40 {
            journal.look(PATIENCE).await;
        }
        assert!(began.elapsed() < 20 * PATIENCE, "it was waited for again: {:?}", began.elapsed());
        assert_eq!(keychain.asked.load(Ordering::SeqCst), 1);
        assert!(!journal.chain().has_key());

        unlock.send(()).unwrap();
        journal.look_again_for_key().await;
        assert!(journal.chain().has_key(), "what it was asked before is answered");
        assert_eq!(keychain.asked.load(Ordering::SeqCst), 1);
    }
}
