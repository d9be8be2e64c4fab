//! Every request that came in, for tests to assert with.

use std::sync::Arc;

use axum::body::{Body, BodyDataStream};
use axum::http::{self, HeaderMap, HeaderName, header};
use bytes::Bytes;
use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use futures_util::stream::unfold;

use crate::shared::Shared;

/// A request as the service met it. Secrets are not kept: of `Authorization` only the scheme.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// When it came, by the service's clock.
    pub at: DateTime<Utc>,
    /// HTTP method.
    pub method: String,
    /// Path, percent-encoded as it came.
    pub path: String,
    /// Query, percent-encoded as it came.
    pub query: Option<String>,
    /// The scheme of the `Authorization` header: `Bearer`, `Basic`.
    pub authorization: Option<String>,
    /// `User-Agent`.
    pub user_agent: Option<String>,
    /// `Accept`.
    pub accept: Option<String>,
    /// `Accept-Encoding`.
    pub accept_encoding: Option<String>,
    /// `Prefer`.
    pub prefer: Option<String>,
    /// `Range`.
    pub range: Option<String>,
    /// `If-Range`.
    pub if_range: Option<String>,
    /// Status of the answer; `None` while there is none, and for a connection that was reset before.
    pub status: Option<u16>,
    /// Bytes of the answer's body that were handed to the connection, as encoded.
    pub bytes_sent: u64,
    /// Whether the body came to its regular end.
    pub finished: bool,
}

/// The requests in the order in which they came.
#[derive(Clone, Debug, Default)]
pub(crate) struct Journal(Shared<Vec<Request>>);

impl Journal {
    pub(crate) fn requests(&self) -> Vec<Request> {
        self.0.lock().clone()
    }

    pub(crate) fn clear(&self) {
        self.0.lock().clear();
    }

    /// Notes a request; the entry takes its answer later.
    pub(crate) fn enter(&self, at: DateTime<Utc>, request: &http::Request<Body>) -> Entry {
        let mut requests = self.0.lock();
        requests.push(Request::new(at, request));
        Entry { journal: self.clone(), index: requests.len() - 1 }
    }
}

/// The place of one request in the journal.
#[derive(Clone)]
pub(crate) struct Entry {
    journal: Journal,
    index: usize,
}

impl Entry {
    /// Notes the status, and the bytes of the body as they go out.
    pub(crate) fn answered(self, mut answer: http::Response<Body>) -> http::Response<Body> {
        self.note(|request| request.status = Some(answer.status().as_u16()));
        let length = answer.headers().get(header::CONTENT_LENGTH).and_then(|length| length.to_str().ok());
        let left = length.and_then(|length| length.parse().ok());
        let when_sent = answer.extensions_mut().remove();
        answer.map(|body| {
            let sending = Sending { body: body.into_data_stream(), entry: self, left, when_sent };
            Body::from_stream(unfold(sending, |mut sending| async {
                sending.next().await.map(|piece| (piece, sending))
            }))
        })
    }

    fn note(&self, change: impl FnOnce(&mut Request)) {
        if let Some(request) = self.journal.0.lock().get_mut(self.index) {
            change(request);
        }
    }
}

/// What to do once an answer was sent to its end: an extension of the answer.
#[derive(Clone)]
pub(crate) struct WhenSent(pub(crate) Arc<dyn Fn() + Send + Sync>);

/// A body that is being sent.
struct Sending {
    body: BodyDataStream,
    entry: Entry,
    /// Bytes to come, where that was announced.
    left: Option<u64>,
    when_sent: Option<WhenSent>,
}

impl Sending {
    async fn next(&mut self) -> Option<Result<Bytes, axum::Error>> {
        let piece = self.body.next().await;
        let length = piece.as_ref().and_then(|piece| piece.as_ref().ok()).map_or(0, Bytes::len) as u64;
        self.entry.note(|request| request.bytes_sent += length);
        self.left = self.left.map(|left| left.saturating_sub(length));
        // Nobody asks for more once as much was sent as was announced.
        if piece.is_none() || self.left == Some(0) {
            self.sent();
        }
        piece
    }

    fn sent(&mut self) {
        self.entry.note(|request| request.finished = true);
        if let Some(WhenSent(act)) = self.when_sent.take() {
            act();
        }
    }
}

impl Request {
    fn new(at: DateTime<Utc>, request: &http::Request<Body>) -> Self {
        let headers = request.headers();
        Self {
            at,
            method: request.method().to_string(),
            path: request.uri().path().to_owned(),
            query: request.uri().query().map(str::to_owned),
            authorization: text(headers, &header::AUTHORIZATION)
                .and_then(|value| value.split(' ').next().map(str::to_owned)),
            user_agent: text(headers, &header::USER_AGENT),
            accept: text(headers, &header::ACCEPT),
            accept_encoding: text(headers, &header::ACCEPT_ENCODING),
            prefer: text(headers, &HeaderName::from_static("prefer")),
            range: text(headers, &header::RANGE),
            if_range: text(headers, &header::IF_RANGE),
            status: None,
            bytes_sent: 0,
            finished: false,
        }
    }
}

fn text(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    headers.get(name)?.to_str().ok().map(str::to_owned)
}
