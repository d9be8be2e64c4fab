//! The firewall in front of the service.

use std::collections::VecDeque;

use axum::body::Body;
use axum::http::{HeaderValue, Request, Response, StatusCode, header};
use chrono::{DateTime, TimeDelta, Utc};

use crate::outcome::html;
use crate::shared::Shared;

/// What a firewall says to a request that it does not let through.
pub(crate) const FORBIDDEN_PAGE: &str = "<html>\r\n<head><title>403 Forbidden</title></head>\r\n<body>\r\n\
    <center><h1>403 Forbidden</h1></center>\r\n</body>\r\n</html>\r\n";
const TOO_MANY_PAGE: &str = "<html>\r\n<head><title>429 Too Many Requests</title></head>\r\n<body>\r\n\
    <center><h1>429 Too Many Requests</h1></center>\r\n</body>\r\n</html>\r\n";

/// Requires a `User-Agent`, and limits how many requests may come in five minutes.
#[derive(Clone, Debug)]
pub(crate) struct Firewall {
    limit: Option<usize>,
    passed: Shared<VecDeque<DateTime<Utc>>>,
}

impl Firewall {
    pub(crate) fn new(limit: Option<usize>) -> Self {
        Self { limit, passed: Shared::default() }
    }

    /// The answer to a request that does not get through.
    pub(crate) fn refuse(&self, request: &Request<Body>, now: DateTime<Utc>) -> Option<Response<Body>> {
        if request.headers().get(header::USER_AGENT).is_none_or(HeaderValue::is_empty) {
            return Some(html(StatusCode::FORBIDDEN, FORBIDDEN_PAGE));
        }
        // The identity provider is another host with its own firewall.
        let limited = request.uri().path().starts_with("/api") && !self.admits(now);
        limited.then(|| {
            let mut answer = html(StatusCode::TOO_MANY_REQUESTS, TOO_MANY_PAGE);
            answer.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("300"));
            answer
        })
    }

    fn admits(&self, now: DateTime<Utc>) -> bool {
        let Some(limit) = self.limit else { return true };
        let mut passed = self.passed.lock();
        while passed.front().is_some_and(|time| *time <= now - TimeDelta::minutes(5)) {
            passed.pop_front();
        }
        let admitted = passed.len() < limit;
        if admitted {
            passed.push_back(now);
        }
        admitted
    }
}
