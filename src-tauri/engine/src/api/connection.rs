//! A connection that failed: what the HTTP library's chain of errors means.

use std::error::Error;

use url::Url;

use crate::problem::Kind;

/// What went wrong while a URL was asked.
pub(super) fn kind(error: &reqwest::Error, url: &Url) -> Kind {
    let host = host(url);
    // Later than in the handshake, it is the line that damages what is sent.
    if error.is_connect() && chain(error).any(<dyn Error>::is::<rustls::Error>) {
        Kind::CertificateRefused { host }
    } else if chain(error).any(|cause| is_refused_by_proxy(&cause.to_string())) {
        Kind::ProxyRefused
    } else if chain(error).any(|cause| cause.to_string() == NO_TUNNEL) {
        Kind::ProxyUnreachable { host }
    } else if error.is_dns() {
        Kind::NameNotFound { host }
    } else if is_silence(error) {
        Kind::NoAnswer { host }
    } else if error.is_connect() {
        Kind::NetworkDown { host }
    } else if error.is_timeout() {
        Kind::Stalled { host }
    } else {
        Kind::ConnectionLost { host }
    }
}

/// Whether no answer came to the attempt to connect: what a firewall does that drops packets.
pub(super) fn is_silence(error: &reqwest::Error) -> bool {
    error.is_connect() && error.is_timeout()
}

/// The host in a URL, as a person reads it.
pub(super) fn host(url: &Url) -> String {
    url.host_str().unwrap_or_default().to_owned()
}

/// The causes of an error, from the outermost, for the log: the library's Display never repeats them.
pub(super) fn describe(error: &reqwest::Error) -> String {
    chain(error).map(ToString::to_string).collect::<Vec<_>>().join(": ")
}

fn chain(error: &reqwest::Error) -> impl Iterator<Item = &(dyn Error + 'static)> {
    let outermost: &(dyn Error + 'static) = error;
    std::iter::successors(Some(outermost), |&cause| within(cause).or_else(|| cause.source()))
}

/// `io::Error` gives its inner error's source as its own, and so would hide the inner error itself.
fn within<'a>(cause: &'a (dyn Error + 'static)) -> Option<&'a (dyn Error + 'static)> {
    let inner = cause.downcast_ref::<std::io::Error>()?.get_ref()?;
    Some(inner)
}

/// The type of a failed tunnel through a proxy is private to the HTTP library; its words are all there is.
const NO_TUNNEL: &str = "tunnel error: failed to create underlying connection";

/// The same where the proxy answered.
fn is_refused_by_proxy(text: &str) -> bool {
    text == "tunnel error: proxy authorization required" || text == "tunnel error: unsuccessful"
}
