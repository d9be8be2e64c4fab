//! Writes the audit record: who, where, which version, and what happened.

use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use chrono::Utc;

use crate::audit::{AuditEvent, Chain, Entry, Link};
use crate::keychain::Keychain;
use crate::store;

/// How long to wait for a person to unlock the keychain, and to leave one alone that was not there.
const PATIENCE: Duration = Duration::from_secs(30);

/// Appends entries in the name of this user on this computer.
pub struct Journal {
    chain: Mutex<Chain>,
    keychain: Arc<dyn Keychain>,
    asked: tokio::sync::Mutex<Option<Instant>>,
    user: String,
    computer: String,
}

impl Journal {
    /// A journal in a data folder for the user who runs this process. The keychain is asked when it is first needed.
    pub fn new(data_folder: &Path, keychain: Arc<dyn Keychain>) -> Self {
        Self {
            chain: Mutex::new(Chain::new(None, data_folder)),
            keychain,
            asked: tokio::sync::Mutex::default(),
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
    /// that is not keyed.
    pub async fn look_for_key(&self) {
        let mut asked = self.asked.lock().await;
        if self.chain().has_key() || asked.is_some_and(|asked| asked.elapsed() < PATIENCE) {
            return;
        }
        *asked = Some(Instant::now());
        let keychain = Arc::clone(&self.keychain);
        let looking = tokio::task::spawn_blocking(move || keychain.audit_key());
        if let Ok(Ok(Ok(Some(key)))) = tokio::time::timeout(PATIENCE, looking).await {
            let mut chain = self.chain.lock().unwrap_or_else(PoisonError::into_inner);
            *chain = chain.with_key(key);
        }
    }

    /// Looks for the key once more, also where that was just in vain: the person has unlocked the keychain since.
    pub async fn look_again_for_key(&self) {
        *self.asked.lock().await = None;
        self.look_for_key().await;
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
