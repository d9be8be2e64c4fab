//! A Part D contract as this program knows it: its number, its environment and its endpoints.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use url::Url;

/// A contract's number in the store.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
pub struct ContractId(pub i64);

impl ContractId {
    /// Of a contract that is not in the store, or not yet.
    pub const UNSTORED: Self = Self(0);
}

/// A contract number as CMS writes it: a capital letter and four to six digits, for example `S5601`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(try_from = "String", into = "String")]
#[ts(type = "string")]
pub struct ContractNumber(String);

/// Why a text is not a contract number.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not a contract number: it is a capital letter and four to six digits, such as S5601")]
pub struct ContractNumberError(pub String);

impl ContractNumber {
    /// The number as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The contract that a service's file name starts with (`Z1001_0001.ndjson` holds `Z1001`).
    pub fn of_file_name(name: &str) -> Option<Self> {
        name.split('_').next()?.parse().ok()
    }
}

impl FromStr for ContractNumber {
    type Err = ContractNumberError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        let mut characters = text.chars();
        let letter = characters.next().is_some_and(|first| first.is_ascii_uppercase());
        let digits = characters.as_str();
        let right = letter && (4..=6).contains(&digits.len()) && digits.bytes().all(|b| b.is_ascii_digit());
        if right { Ok(Self(text.to_owned())) } else { Err(ContractNumberError(text.to_owned())) }
    }
}

impl TryFrom<String> for ContractNumber {
    type Error = ContractNumberError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<ContractNumber> for String {
    fn from(number: ContractNumber) -> Self {
        number.0
    }
}

impl fmt::Display for ContractNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// Which AB2D service a contract belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Environment {
    /// Real claims of real people.
    Production,
    /// CMS' public test service with synthetic claims.
    Sandbox,
    /// The service inside this program, with made-up claims.
    Practice,
    /// An address that the person typed, for tests.
    Other,
}

impl Environment {
    /// The environment's name in the store, in the audit record and on the command line.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Sandbox => "sandbox",
            Self::Practice => "practice",
            Self::Other => "other",
        }
    }

    /// The published endpoints; `None` where they are not fixed (Practice, Other).
    pub fn endpoints(self) -> Option<Endpoints> {
        match self {
            Self::Production => Some(Endpoints::fixed(
                "https://api.ab2d.cms.gov/api",
                "https://idm.cms.gov/oauth2/aus2ytanytjdaF9cr297/v1/token",
            )),
            Self::Sandbox => Some(Endpoints::fixed(
                "https://sandbox.ab2d.cms.gov/api",
                "https://test.idp.idm.cms.gov/oauth2/aus2r7y3gdaFMKBol297/v1/token",
            )),
            Self::Practice | Self::Other => None,
        }
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// An environment's name was none of the four.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{0}” is not an environment: use production, sandbox, practice or other")]
pub struct EnvironmentError(pub String);

impl FromStr for Environment {
    type Err = EnvironmentError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        [Self::Production, Self::Sandbox, Self::Practice, Self::Other]
            .into_iter()
            .find(|environment| environment.as_str() == text)
            .ok_or_else(|| EnvironmentError(text.to_owned()))
    }
}

/// Where a contract's requests go.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Endpoints {
    /// The API's base, without a trailing slash: `https://api.ab2d.cms.gov/api`.
    api: Url,
    /// The identity provider's token endpoint.
    token: Url,
}

/// Why an address cannot be an endpoint.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EndpointError {
    /// Not a URL at all.
    #[error("“{0}” is not a web address")]
    NotAnAddress(String),
    /// A scheme other than https, to a host other than this computer.
    #[error("“{0}” must start with https:// (http:// is allowed only to this computer)")]
    NotSecure(String),
    /// A user name, a query or a fragment where none belongs.
    #[error("“{0}” must not hold a user name, a password, a “?” or a “#”")]
    TooMuch(String),
}

impl Endpoints {
    /// Checks two addresses: https, or http to this computer; no user name, query or fragment.
    pub fn new(api: &str, token: &str) -> Result<Self, EndpointError> {
        Ok(Self { api: endpoint(api)?, token: endpoint(token)? })
    }

    /// The API's base, without a trailing slash.
    pub fn api(&self) -> &Url {
        &self.api
    }

    /// The token endpoint.
    pub fn token(&self) -> &Url {
        &self.token
    }

    /// The API's origin (scheme, host and port), the only place that a bearer token goes to.
    pub fn api_origin(&self) -> url::Origin {
        self.api.origin()
    }

    /// Whether the API is on this computer: never through a proxy.
    pub fn is_loopback(&self) -> bool {
        is_loopback(&self.api)
    }

    fn fixed(api: &str, token: &str) -> Self {
        #[expect(
            clippy::expect_used,
            reason = "the addresses are constants of this file, and a test reads them"
        )]
        Self::new(api, token).expect("a published endpoint is a valid address")
    }
}

fn endpoint(text: &str) -> Result<Url, EndpointError> {
    let owned = || text.to_owned();
    let url =
        Url::parse(text.trim().trim_end_matches('/')).map_err(|_| EndpointError::NotAnAddress(owned()))?;
    if !url.has_host() {
        return Err(EndpointError::NotAnAddress(owned()));
    }
    if url.scheme() != "https" && !(url.scheme() == "http" && is_loopback(&url)) {
        return Err(EndpointError::NotSecure(owned()));
    }
    let bare = url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none();
    if bare { Ok(url) } else { Err(EndpointError::TooMuch(owned())) }
}

/// Whether a URL's host is this computer.
pub fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(url::Host::Ipv4(address)) => address.is_loopback(),
        Some(url::Host::Ipv6(address)) => address.is_loopback(),
        Some(url::Host::Domain(name)) => name == "localhost",
        None => false,
    }
}

/// A contract that the person added.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    /// Its number in the store.
    pub id: ContractId,
    /// Its number at CMS.
    pub number: ContractNumber,
    /// The person's own name for it; may be empty.
    pub nickname: String,
    /// Which service it belongs to.
    pub environment: Environment,
    /// Where its requests go; `None` for Practice, whose address is known only while it runs.
    pub endpoints: Option<Endpoints>,
    /// The save folder: each export makes a folder of its own in it.
    pub folder: PathBuf,
}

impl Contract {
    /// What claims coverage, credentials and history are kept under: the same number in another environment, or
    /// at another origin, is another contract.
    pub fn key(&self) -> ContractKey {
        let origin = self.endpoints.as_ref().map_or_else(
            || self.environment.as_str().to_owned(),
            |endpoints| endpoints.api_origin().ascii_serialization(),
        );
        ContractKey { environment: self.environment, origin, number: self.number.clone() }
    }
}

/// Environment, API origin and contract number.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct ContractKey {
    /// The environment.
    pub environment: Environment,
    /// The API's origin, or `practice`.
    pub origin: String,
    /// The contract number.
    pub number: ContractNumber,
}

impl fmt::Display for ContractKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {} {}", self.number, self.environment, self.origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_contract_number_is_a_capital_letter_and_four_to_six_digits() {
        for right in ["S5601", "Z123456", " Z1001\n"] {
            assert!(right.parse::<ContractNumber>().is_ok(), "{right}");
        }
        for wrong in ["", "s5601", "S560", "S5601234", "5601", "S56O1", "S5601 x", "Ś5601"] {
            assert!(wrong.parse::<ContractNumber>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn published_endpoints_are_https() {
        for environment in [Environment::Production, Environment::Sandbox] {
            let endpoints = environment.endpoints().unwrap();
            assert_eq!((endpoints.api().scheme(), endpoints.token().scheme()), ("https", "https"));
        }
    }

    #[test]
    fn plain_http_goes_to_this_computer_only() {
        let token = "https://idp.example/token";
        assert!(Endpoints::new("http://127.0.0.1:8080/api/", token).is_ok());
        assert!(Endpoints::new("http://[::1]:8080/api", token).is_ok());
        for wrong in ["http://example.org/api", "ftp://127.0.0.1/", "http://127.0.0.1.example.org/api"] {
            assert_eq!(Endpoints::new(wrong, token), Err(EndpointError::NotSecure(wrong.into())), "{wrong}");
        }
        assert!(matches!(
            Endpoints::new("https://a:b@example.org/api", token),
            Err(EndpointError::TooMuch(_))
        ));
        assert!(matches!(Endpoints::new("example.org", token), Err(EndpointError::NotAnAddress(_))));
    }

    #[test]
    fn a_file_name_names_its_contract() {
        assert_eq!(ContractNumber::of_file_name("Z1001_0001.ndjson").unwrap().as_str(), "Z1001");
        assert_eq!(ContractNumber::of_file_name("claims.ndjson"), None);
    }
}
