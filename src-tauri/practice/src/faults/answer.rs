//! Answers that are not the service's own: those of gateways, firewalls and portals, and refusals at will.

use axum::body::Body;
use axum::http::{HeaderName, HeaderValue, Response, StatusCode};
use bytes::Bytes;
use chrono::{DateTime, Utc};

use crate::firewall::FORBIDDEN_PAGE;
use crate::outcome::outcome;

const PORTAL_PAGE: &str = "<!DOCTYPE html>\n<html><head><title>Guest network</title></head>\
    <body><form action=\"/login\"><h1>Welcome</h1><p>Accept the terms to go online.</p></form></body></html>\n";

/// A whole answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    status: u16,
    headers: Vec<(String, String)>,
    body: Bytes,
}

/// The two forms of `Retry-After`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// A number of seconds.
    Seconds(u64),
    /// An HTTP date.
    At(DateTime<Utc>),
}

impl Answer {
    /// An answer with a status and nothing else: 401, 403, 408, 502, 503, 504.
    pub fn status(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: Bytes::new() }
    }

    /// With this header too.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// With this body.
    #[must_use]
    pub fn body(self, content_type: &str, body: impl Into<Bytes>) -> Self {
        Self { body: body.into(), ..self.header("content-type", content_type) }
    }

    /// With `Retry-After`.
    #[must_use]
    pub fn retry_after(self, when: RetryAfter) -> Self {
        let value = match when {
            RetryAfter::Seconds(seconds) => seconds.to_string(),
            RetryAfter::At(time) => httpdate::fmt_http_date(time.into()),
        };
        self.header("retry-after", value)
    }

    /// A refusal by the service: an `OperationOutcome` with these words.
    pub fn outcome(status: u16, code: &str, text: &str) -> Self {
        Self::status(status).body("application/json", outcome(code, text).to_string())
    }

    /// A firewall's 403, with HTML.
    pub fn forbidden_page() -> Self {
        Self::status(403).body("text/html", FORBIDDEN_PAGE)
    }

    /// A captive portal: 200 with HTML, whatever was asked for.
    pub fn captive_portal() -> Self {
        Self::status(200).body("text/html; charset=utf-8", PORTAL_PAGE)
    }

    /// 302 to another address.
    pub fn redirect(to: impl Into<String>) -> Self {
        Self::status(302).header("location", to)
    }

    /// An OAuth 2.0 error of the token endpoint.
    pub fn oauth_error(status: u16, error: &str, description: &str) -> Self {
        let body = serde_json::json!({"error": error, "error_description": description});
        Self::status(status).body("application/json", body.to_string())
    }

    pub(super) fn response(&self) -> Response<Body> {
        let mut answer = Response::new(Body::from(self.body.clone()));
        *answer.status_mut() = StatusCode::from_u16(self.status).unwrap_or_default();
        for (name, value) in &self.headers {
            if let (Ok(name), Ok(value)) = (name.parse::<HeaderName>(), HeaderValue::from_str(value)) {
                answer.headers_mut().append(name, value);
            }
        }
        answer
    }
}
