//! What every request has in common: the HTTP clients, their limits in time, and how they leave the computer.

use std::time::Duration;

use reqwest::{Client, ClientBuilder, redirect, tls};
use url::Url;

use crate::contract::is_loopback;
use crate::problem::{Kind, Problem, Stage};
use crate::settings::Proxy;

/// The firewall in front of AB2D refuses requests without it.
const USER_AGENT: &str = concat!("AB2D-Desktop/", env!("CARGO_PKG_VERSION"));

/// Just under the 60 seconds after which AB2D's load balancer closes an idle connection.
const IDLE_CONNECTION: Duration = Duration::from_secs(50);

/// The limits in time. There is none on a whole transfer: a large file on a slow line may take hours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timing {
    /// How long a connection may take to be made.
    pub connect: Duration,
    /// How long nothing may arrive before a request counts as stalled.
    pub stall: Duration,
}

impl Default for Timing {
    fn default() -> Self {
        Self { connect: Duration::from_secs(30), stall: Duration::from_mins(1) }
    }
}

/// The way out of this computer. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Network {
    requests: Requests,
}

impl Network {
    /// A network with the usual [`Timing`].
    ///
    /// # Errors
    /// [`Kind::ProxyRefused`] where the proxy's address is none, or holds a name and password, which the settings would
    /// keep for everybody to read.
    pub fn new(proxy: &Proxy) -> Result<Self, Problem> {
        Self::with_timing(proxy, Timing::default())
    }

    /// A network with other limits in time.
    ///
    /// # Errors
    /// As [`Network::new`].
    pub fn with_timing(proxy: &Proxy, timing: Timing) -> Result<Self, Problem> {
        let unusable = || Problem::new(Kind::ProxyRefused, Stage::Preparation);
        if holds_a_secret(proxy) {
            return Err(unusable());
        }
        let loopback = common(timing).no_proxy().build().map_err(|_| unusable())?;
        let outside = through(proxy, common(timing).https_only(true))
            .and_then(ClientBuilder::build)
            .map_err(|_| unusable())?;
        Ok(Self { requests: Requests { loopback, outside } })
    }

    pub(super) fn requests(&self) -> Requests {
        self.requests.clone()
    }
}

/// Two clients: this computer is reached directly, plain HTTP allowed; everything else by HTTPS alone.
#[derive(Debug, Clone)]
pub(super) struct Requests {
    loopback: Client,
    outside: Client,
}

impl Requests {
    /// A request to a URL, by the client that may reach it.
    pub(super) fn to(&self, method: reqwest::Method, url: &Url) -> reqwest::RequestBuilder {
        let client = if is_loopback(url) { &self.loopback } else { &self.outside };
        client.request(method, url.clone()).header(reqwest::header::ACCEPT_ENCODING, "gzip")
    }
}

fn common(timing: Timing) -> ClientBuilder {
    Client::builder()
        .user_agent(format!("{USER_AGENT} ({})", std::env::consts::OS))
        .redirect(redirect::Policy::none())
        .referer(false)
        .tls_version_min(tls::Version::TLS_1_2)
        .connect_timeout(timing.connect)
        .read_timeout(timing.stall)
        .pool_idle_timeout(IDLE_CONNECTION)
}

fn through(proxy: &Proxy, client: ClientBuilder) -> reqwest::Result<ClientBuilder> {
    Ok(match proxy {
        Proxy::System => client,
        Proxy::None => client.no_proxy(),
        Proxy::Manual { url } => client.proxy(reqwest::Proxy::all(url)?),
    })
}

fn holds_a_secret(proxy: &Proxy) -> bool {
    // Whatever is before it, and whether or not the address names its scheme, is a name or a password.
    matches!(proxy, Proxy::Manual { url } if url.contains('@'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_proxy_needs_an_address() {
        let manual = |url: &str| Network::new(&Proxy::Manual { url: url.to_owned() });
        assert!(manual("http://proxy.example:8080").is_ok());
        assert_eq!(manual("http://").unwrap_err().kind, Kind::ProxyRefused);
    }

    #[test]
    fn a_proxys_address_holds_no_secret() {
        for url in [
            "http://name:canary@proxy.example:8080",
            "http://name@proxy.example",
            "name:canary@proxy.example:8080",
            "https://:canary@proxy.example",
        ] {
            let refused = Network::new(&Proxy::Manual { url: url.to_owned() }).unwrap_err();
            assert_eq!(refused.kind, Kind::ProxyRefused, "{url}");
        }
    }

    #[tokio::test]
    async fn plain_http_never_leaves_this_computer() {
        let network = Network::new(&Proxy::None).unwrap();
        let url = Url::parse("http://192.0.2.1/api").unwrap();
        let error = network.requests().to(reqwest::Method::GET, &url).send().await.unwrap_err();
        assert!(error.is_builder(), "{error:?}");
    }
}
