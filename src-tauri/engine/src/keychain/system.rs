//! The system's keychain: Credential Manager, Keychain Services or the Secret Service.

use std::collections::HashMap;
use std::fs::File;
use std::path::{Path, PathBuf};
use std::thread;

use keyring_core::Entry;
use zeroize::Zeroizing;

use super::{AuditKey, Keychain, KeychainError, entry};
use crate::contract::ContractKey;
use crate::credentials::Credentials;

/// The name under which entries stand in the keychain.
const SERVICE: &str = "AB2D Desktop";

/// The entry that holds the audit record's key.
const AUDIT_RECORD: &str = "audit record";

/// The keychain of the operating system, for the user who runs this program.
#[derive(Debug)]
pub struct SystemKeychain {
    /// Locked while the audit record's key is made.
    making: PathBuf,
}

impl SystemKeychain {
    /// The keychain, for the programs that share a data folder; nothing is asked of it yet.
    pub fn new(data_folder: &Path) -> Self {
        Self { making: data_folder.join("audit-key.lock") }
    }

    /// Waits until no other program is making the audit record's key. Where that cannot be known, a record whose key is
    /// replaced once is better than one without.
    fn alone(&self) -> Option<File> {
        let file = File::options().create(true).truncate(false).write(true).open(&self.making).ok()?;
        file.lock().ok()?;
        Some(file)
    }
}

impl Keychain for SystemKeychain {
    fn available(&self) -> bool {
        on_own_thread(connect).is_ok()
    }

    fn get(&self, contract: &ContractKey) -> Result<Option<Credentials>, KeychainError> {
        let bytes = on_own_thread(|| read(&contract.to_string()))?;
        bytes.map(|bytes| entry::read(&bytes)).transpose()
    }

    fn set(&self, contract: &ContractKey, credentials: &Credentials) -> Result<(), KeychainError> {
        let bytes = entry::write(credentials)?;
        on_own_thread(|| write(&contract.to_string(), &bytes))
    }

    fn delete(&self, contract: &ContractKey) -> Result<(), KeychainError> {
        on_own_thread(|| delete(&contract.to_string()))
    }

    fn audit_key(&self) -> Result<Option<AuditKey>, KeychainError> {
        on_own_thread(|| {
            if let Some(key) = read_audit_key()? {
                return Ok(Some(key));
            }
            let _alone = self.alone();
            // Another program may have made it meanwhile.
            if let Some(key) = read_audit_key()? {
                return Ok(Some(key));
            }
            let key = AuditKey::random();
            write(AUDIT_RECORD, key.as_bytes())?;
            Ok(Some(key))
        })
    }
}

/// The Secret Service's client waits on an executor of its own, which panics on a thread of Tokio's.
fn on_own_thread<T: Send>(
    work: impl FnOnce() -> Result<T, KeychainError> + Send,
) -> Result<T, KeychainError> {
    let done = thread::scope(|scope| scope.spawn(work).join()).unwrap_or(Err(KeychainError::Missing(None)));
    if cfg!(all(unix, not(target_os = "macos"))) && matches!(done, Err(KeychainError::Missing(_))) {
        // It may come up later, or come back: the next call looks for it again.
        keyring_core::unset_default_store();
    }
    done
}

/// Makes sure that the system's keychain was found. `keyring` looks for it once; a session's may come up later.
fn connect() -> Result<(), KeychainError> {
    _ = keyring::Entry::store_status();
    if keyring_core::get_default_store().is_some() { Ok(()) } else { look_again() }
}

/// The Secret Service is a program of the user's session, which may start, end and start again.
#[cfg(all(unix, not(target_os = "macos")))]
fn look_again() -> Result<(), KeychainError> {
    keyring_core::set_default_store(zbus_secret_service_keyring_store::Store::new()?);
    Ok(())
}

/// Elsewhere the keychain is part of the system: it is there from the start, or not at all.
#[cfg(not(all(unix, not(target_os = "macos"))))]
fn look_again() -> Result<(), KeychainError> {
    Err(KeychainError::Missing(None))
}

fn read_audit_key() -> Result<Option<AuditKey>, KeychainError> {
    let Some(bytes) = read(AUDIT_RECORD)? else { return Ok(None) };
    let key = <[u8; AuditKey::LENGTH]>::try_from(bytes.as_slice()).map_err(|_| KeychainError::Damaged)?;
    Ok(Some(AuditKey::from(key)))
}

fn read(name: &str) -> Result<Option<Zeroizing<Vec<u8>>>, KeychainError> {
    match open(name)?.get_secret() {
        Ok(bytes) => Ok(Some(Zeroizing::new(bytes))),
        Err(keyring_core::Error::NoEntry) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn write(name: &str, bytes: &[u8]) -> Result<(), KeychainError> {
    Ok(open(name)?.set_secret(bytes)?)
}

fn delete(name: &str) -> Result<(), KeychainError> {
    match open(name)?.delete_credential() {
        Ok(()) | Err(keyring_core::Error::NoEntry) => Ok(()),
        Err(error) => Err(error.into()),
    }
}

/// The handle of an entry, which need not exist.
fn open(name: &str) -> Result<Entry, KeychainError> {
    connect()?;
    let label = format!("{SERVICE}: {name}");
    Ok(Entry::new_with_modifiers(SERVICE, name, &modifiers(&label))?)
}

/// What the keychain is told of a new entry.
fn modifiers(label: &str) -> HashMap<&str, &str> {
    if cfg!(windows) {
        // The default, Enterprise, would copy the entry to every computer that the user signs in to.
        HashMap::from([("persistence", "Local")])
    } else if cfg!(target_os = "macos") {
        HashMap::new()
    } else {
        HashMap::from([("label", label)])
    }
}

impl From<keyring_core::Error> for KeychainError {
    fn from(error: keyring_core::Error) -> Self {
        use keyring_core::Error::{
            Ambiguous, BadDataFormat, BadEncoding, BadStoreFormat, NoDefaultStore, NoStorageAccess,
        };
        match error {
            // These carry the entry's bytes, which must not travel on.
            BadEncoding(_) | BadDataFormat(..) | BadStoreFormat(_) | Ambiguous(_) => Self::Damaged,
            NoDefaultStore => Self::Missing(None),
            NoStorageAccess(_) => Self::Refused(error),
            other => Self::Missing(Some(other)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_error_does_not_carry_the_entry_on() {
        let error = KeychainError::from(keyring_core::Error::BadEncoding(b"canary".to_vec()));
        assert_eq!(format!("{error:?}"), "Damaged");
    }

    #[test]
    fn a_panic_of_the_keychains_client_is_an_error() {
        let outcome: Result<(), _> = on_own_thread(|| panic!("a store's client gave up"));
        assert!(matches!(outcome, Err(KeychainError::Missing(None))));
    }
}
