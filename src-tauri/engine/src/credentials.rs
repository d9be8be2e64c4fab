//! Client ID and password: secret types, and reading a credentials file in every form it comes in.

mod file;
mod sharing;

use std::fmt;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Deserializer};
use zeroize::Zeroizing;

use crate::contract::ContractNumber;

pub use file::{CredentialsFileError, OtherFormat};
pub use sharing::sharing;

/// A text that cannot be printed and is wiped from memory when dropped.
#[derive(Clone)]
pub struct Secret(SecretString);

impl Secret {
    /// Takes the text over.
    pub fn new(text: String) -> Self {
        Self(SecretString::from(text))
    }

    /// The text itself, for the one place that sends or stores it.
    pub fn expose(&self) -> &str {
        self.0.expose_secret()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}

/// What signs a contract in.
#[derive(Clone, Debug)]
pub struct Credentials {
    /// The client ID; not a secret.
    pub client_id: String,
    /// The client password.
    pub client_secret: Secret,
}

impl Credentials {
    /// Client ID and password as they are typed, without the spaces around them that copying brings along.
    pub fn new(client_id: &str, client_secret: &str) -> Self {
        Self {
            client_id: client_id.trim().to_owned(),
            client_secret: Secret::new(client_secret.trim().to_owned()),
        }
    }

    /// The credentials that AB2D publishes for everyone's use in the sandbox, with 10,000 made-up enrollees each.
    pub fn sample(contract: &ContractNumber) -> Option<Self> {
        match contract.as_str() {
            "Z1001" => Some(Self::new("0oa9jyx2w9Z0AntLE297", "hskbPu-YoWfGDY1gcQq34BfIEyMVuayu87zWDliG")),
            "Z1002" => Some(Self::new("0oa9jz0e1dyNfRMm6297", "shnG6NGkHcu29ptDsKKRW6q5uFJSSpIpdl_K5fVW")),
            _ => None,
        }
    }

    /// The value of the `Authorization` header that asks for a bearer token (RFC 7617).
    pub fn basic(&self) -> Secret {
        let pair = Zeroizing::new(format!("{}:{}", self.client_id, self.client_secret.expose()));
        let encoded = Zeroizing::new(BASE64_STANDARD.encode(pair.as_bytes()));
        Secret::new(format!("Basic {}", encoded.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CANARY: &str = "canary-password";

    #[test]
    fn debugging_credentials_shows_no_password() {
        let shown = format!("{:?}", Credentials::new("client", CANARY));
        assert!(shown.contains("client") && !shown.contains(CANARY), "{shown}");
    }

    #[test]
    fn the_header_is_the_base64_of_id_and_password() {
        assert_eq!(Credentials::new("id", "pass:word").basic().expose(), "Basic aWQ6cGFzczp3b3Jk");
    }

    #[test]
    fn typed_credentials_lose_the_spaces_around_them() {
        let credentials = Credentials::new(" id\t", "\u{a0}pass word\r\n");
        assert_eq!(credentials.client_id, "id");
        assert_eq!(credentials.client_secret.expose(), "pass word");
    }

    #[test]
    fn the_sandbox_publishes_credentials_of_two_contracts() {
        for (number, published) in [("Z1001", true), ("Z1002", true), ("S5601", false)] {
            assert_eq!(Credentials::sample(&number.parse().unwrap()).is_some(), published, "{number}");
        }
    }
}
