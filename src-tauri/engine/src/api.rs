//! The AB2D service as this program meets it: sign-in, start, status, cancel, files. Hides the HTTP library.
//!
//! Nothing here tries again by itself, save one renewal of the bearer token after a refusal that an expired token also
//! gets. What a failure means, and when the service wants to be asked again, is in the [`Problem`]; whether and when to
//! ask again is for the caller.

mod answer;
mod cancel;
mod check;
mod checksum;
mod connection;
mod diagnosis;
mod exchange;
mod file;
mod job_url;
mod manifest;
mod network;
mod outcome;
mod start;
mod status;
mod token;

use std::fmt;
use std::sync::Arc;

use crate::contract::{Endpoints, Environment};
use crate::credentials::Credentials;
use crate::problem::Problem;

pub use cancel::Cancellation;
pub use checksum::{Checksum, ChecksumError};
pub(crate) use file::{Coding, FileAnswer, FileBody, Rest};
pub use job_url::JobUrl;
pub use manifest::{Manifest, ManifestFile};
pub use network::{Network, Timing};
pub use start::{StartRefused, Started};
pub use status::{Finished, JobStatus};

use network::Requests;
use token::TokenSource;

/// One contract's access to the service. Clones share the bearer token.
#[derive(Clone)]
pub struct Api {
    access: Arc<Access>,
}

struct Access {
    requests: Requests,
    environment: Environment,
    endpoints: Endpoints,
    tokens: TokenSource,
}

impl Api {
    /// Access with these credentials; nothing is sent yet.
    pub fn new(
        network: &Network,
        environment: Environment,
        endpoints: Endpoints,
        credentials: Credentials,
    ) -> Self {
        let requests = network.requests();
        let tokens = TokenSource::new(requests.clone(), endpoints.token().clone(), credentials);
        Self { access: Arc::new(Access { requests, environment, endpoints, tokens }) }
    }

    /// Where the requests go.
    pub fn endpoints(&self) -> &Endpoints {
        &self.access.endpoints
    }

    /// The client ID of the credentials.
    pub fn client_id(&self) -> &str {
        self.access.tokens.client_id()
    }

    /// Makes sure that there is a bearer token: asks the identity provider unless a good one is at hand.
    pub async fn sign_in(&self) -> Result<(), Problem> {
        self.access.tokens.get().await.map(drop)
    }
}

impl fmt::Debug for Api {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Api").field("endpoints", &self.access.endpoints).finish_non_exhaustive()
    }
}
