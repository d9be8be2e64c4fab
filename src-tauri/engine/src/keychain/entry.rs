//! The form of an entry in the system's keychain: client ID and password as JSON. The bearer token is never kept.

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::KeychainError;
use crate::credentials::{Credentials, Secret};

/// Bytes that Windows' Credential Manager keeps at most in an entry, the least of the three systems.
const LIMIT: usize = 2560;

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Written<'a> {
    client_id: &'a str,
    client_secret: &'a str,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Read {
    client_id: String,
    client_secret: Secret,
}

pub(super) fn write(credentials: &Credentials) -> Result<Zeroizing<Vec<u8>>, KeychainError> {
    let entry =
        Written { client_id: &credentials.client_id, client_secret: credentials.client_secret.expose() };
    // As large as it can become: growing would leave copies behind in memory.
    let mut bytes = Zeroizing::new(Vec::with_capacity(6 * LIMIT));
    serde_json::to_writer(&mut *bytes, &entry).map_err(|_| KeychainError::Damaged)?;
    if bytes.len() > LIMIT {
        return Err(KeychainError::TooLong { length: bytes.len(), limit: LIMIT });
    }
    Ok(bytes)
}

pub(super) fn read(bytes: &[u8]) -> Result<Credentials, KeychainError> {
    // The source is left out: it may quote the entry.
    let Read { client_id, client_secret } =
        serde_json::from_slice(bytes).map_err(|_| KeychainError::Damaged)?;
    Ok(Credentials { client_id, client_secret })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn what_is_written_reads_back(client_id in "\\PC{0,40}", password in "\\PC{0,200}") {
            let credentials =
                Credentials { client_id: client_id.clone(), client_secret: Secret::new(password.clone()) };
            let read = read(&write(&credentials).unwrap()).unwrap();
            prop_assert_eq!(read.client_id, client_id);
            prop_assert_eq!(read.client_secret.expose(), password);
        }
    }

    #[test]
    fn a_longer_entry_than_windows_keeps_is_refused_everywhere() {
        let write = |length| write(&Credentials::new("client", &"x".repeat(length)));
        assert!(write(2500).is_ok());
        assert!(matches!(write(2600), Err(KeychainError::TooLong { limit: 2560, .. })));
    }

    #[test]
    fn another_programs_entry_is_not_quoted() {
        let error = read(b"canary").unwrap_err();
        assert!(matches!(error, KeychainError::Damaged));
        assert!(!format!("{error} {error:?}").contains("canary"));
    }
}
