//! Writes the audit record: who, where, which version, and what happened.

use chrono::Utc;

use crate::audit::{AuditEvent, Chain, Entry, Link};
use crate::store;

/// Appends entries in the name of this user on this computer.
pub struct Journal {
    chain: Chain,
    user: String,
    computer: String,
}

impl Journal {
    /// A journal for the user who runs this process.
    pub fn new(chain: Chain) -> Self {
        Self { chain, user: user(), computer: computer() }
    }

    /// The system's user name.
    pub fn user(&self) -> &str {
        &self.user
    }

    /// The computer's name.
    pub fn computer(&self) -> &str {
        &self.computer
    }

    /// The chain that links entries.
    pub fn chain(&self) -> &Chain {
        &self.chain
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
        store::audit::append(connection, &self.chain, &entry)
    }

    /// Keeps the record's end apart, after the transaction was committed.
    pub fn seal(&self, link: &Link) {
        if let Err(error) = self.chain.seal(link) {
            tracing::warn!(%error, "the end of the audit record could not be kept apart");
        }
    }
}

fn user() -> String {
    ["USER", "USERNAME", "LOGNAME"]
        .iter()
        .find_map(|name| std::env::var(name).ok().filter(|user| !user.is_empty()))
        .unwrap_or_else(|| "unknown".to_owned())
}

fn computer() -> String {
    gethostname::gethostname().to_string_lossy().into_owned()
}
