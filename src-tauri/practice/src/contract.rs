//! The contracts that the service knows, and the credentials that lead to them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// A contract of a made-up Part D sponsor.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PracticeContract {
    /// Contract number, the beginning of every file name: `Z1001`.
    pub number: String,
    /// OAuth client ID.
    pub client_id: String,
    /// OAuth client secret ("client password" in AB2D's words).
    pub client_secret: String,
    /// When the sponsor attested; `None` makes every request 403. A `_since` before it is raised to it.
    pub attested_at: Option<DateTime<Utc>>,
    /// Whether AB2D put the contract on the list for the v3 data model.
    pub v3_enabled: bool,
    /// Whether AB2D disabled the client: it still gets tokens, and every request with one is 403.
    pub disabled: bool,
    /// How many people are enrolled; 0 means that no export ever has a claim.
    pub enrollees: u32,
    /// How many claims of every export the service cannot deliver: lines of an error file.
    pub undeliverable: u32,
}

impl PracticeContract {
    /// An ordinary contract: attested long ago, enabled for every version, 10,000 enrollees.
    pub fn new(number: impl Into<String>) -> Self {
        let number = number.into();
        Self {
            client_id: format!("0oapractice{number}297"),
            client_secret: format!("practice-{number}_only.For~Trying"),
            number,
            attested_at: Some(long_ago()),
            v3_enabled: true,
            disabled: false,
            enrollees: 10_000,
            undeliverable: 0,
        }
    }

    /// The contracts that the service has unless told otherwise: two ordinary ones (Z1001, Z1002), and one for each
    /// way in which a contract can be out of the ordinary.
    pub fn defaults() -> Vec<Self> {
        vec![
            Self::new("Z1001"),
            Self::new("Z1002"),
            Self { attested_at: None, ..Self::new("Z1003") },
            Self { disabled: true, ..Self::new("Z1004") },
            Self { enrollees: 0, ..Self::new("Z1005") },
            Self { v3_enabled: false, ..Self::new("Z1006") },
            Self { undeliverable: 3, ..Self::new("Z1007") },
            Self { client_secret: "a:password:with:colons+and/more=".to_owned(), ..Self::new("Z1008") },
        ]
    }
}

/// Before the first `_since` that the service takes, so that the attestation hides nothing.
fn long_ago() -> DateTime<Utc> {
    DateTime::from_timestamp(1_577_836_800, 0).unwrap_or_default()
}
