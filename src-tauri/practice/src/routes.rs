//! Which address leads where, and what happens to every request.

use std::sync::Arc;

use axum::Router;
use axum::body::{Body, HttpBody};
use axum::extract::{ConnectInfo, FromRequestParts, Path, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderValue, Response, StatusCode, header};
use axum::middleware::{Next, from_fn_with_state};
use axum::routing::{get, post};

use crate::connection::Line;
use crate::outcome::{Refused, empty};
use crate::service::Service;
use crate::version::Version;
use crate::{compression, faults, files, open, start, status, token};

/// Every address of the service.
pub(crate) fn router(service: Arc<Service>) -> Router {
    Router::new()
        .route("/oauth2/{server}/v1/token", post(token::token))
        .route("/api/{version}/fhir/Patient/$export", get(start::start))
        .route("/api/{version}/fhir/Job/{id}/$status", get(status::status).delete(status::cancel))
        .route("/api/{version}/fhir/Job/{id}/file/{name}", get(files::file))
        .route("/api/{version}/fhir/metadata", get(open::metadata))
        .route("/health", get(open::health))
        .route("/status", get(open::status))
        .fallback(|| async { not_found() })
        .layer(from_fn_with_state(Arc::clone(&service), attend))
        .with_state(service)
}

/// 404 for an address that leads nowhere.
fn not_found() -> Refused {
    Refused::outcome(StatusCode::NOT_FOUND, "not-found", "Not Found")
}

/// Keeps the journal, lets faults happen, and gives answers what all of them have.
async fn attend(
    State(service): State<Arc<Service>>,
    ConnectInfo(line): ConnectInfo<Line>,
    request: Request,
    next: Next,
) -> Response<Body> {
    let entry = service.journal.enter(service.clock().now(), &request);
    let headers = request.headers().clone();
    let answer = faults::carry_out(&service, &line, request, |request| usual(&service, request, next)).await;
    match answer {
        Some((answer, damage)) => {
            let dated = dated(&service, compression::compressed(answer, &headers).await);
            entry.answered(damage.done_to(measured(dated), &line))
        }
        // The connection is gone already; this only ends the exchange.
        None => empty(StatusCode::INTERNAL_SERVER_ERROR),
    }
}

async fn usual(service: &Service, request: Request, next: Next) -> Response<Body> {
    match service.firewall.refuse(&request, service.clock().now()) {
        Some(refused) => refused,
        None => next.run(request).await,
    }
}

/// The service's own time, which a client takes as the moment of an export, and an `Expires` that means nothing.
fn dated(service: &Service, mut answer: Response<Body>) -> Response<Body> {
    let date = httpdate::fmt_http_date(service.clock().now().into());
    if let Ok(value) = HeaderValue::from_str(&date) {
        answer.headers_mut().entry(header::DATE).or_insert(value);
    }
    answer.headers_mut().entry(header::EXPIRES).or_insert(HeaderValue::from_static("0"));
    answer
}

/// Announces the length of what is known whole; files are not.
fn measured(mut answer: Response<Body>) -> Response<Body> {
    if let Some(length) = answer.body().size_hint().exact() {
        answer.headers_mut().entry(header::CONTENT_LENGTH).or_insert(length.into());
    }
    answer
}

/// The version in the path.
impl<S: Send + Sync> FromRequestParts<S> for Version {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let path = Path::<std::collections::HashMap<String, String>>::from_request_parts(parts, state).await;
        let segment = path.ok().and_then(|Path(mut segments)| segments.remove("version"));
        let version = segment.and_then(|segment| Self::from_segment(&segment));
        version.ok_or_else(not_found)
    }
}

/// A job's place: `/api/{version}/fhir/Job/{id}/…`.
#[derive(Clone, Debug)]
pub(crate) struct JobPath {
    pub(crate) version: Version,
    pub(crate) id: String,
}

impl<S: Send + Sync> FromRequestParts<S> for JobPath {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        let version = Version::from_request_parts(parts, state).await?;
        Ok(Self { version, id: segment(parts, state, "id").await? })
    }
}

/// A file's place: `/api/{version}/fhir/Job/{id}/file/{name}`.
#[derive(Clone, Debug)]
pub(crate) struct FilePath {
    pub(crate) id: String,
    pub(crate) name: String,
}

impl<S: Send + Sync> FromRequestParts<S> for FilePath {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Self::Rejection> {
        Version::from_request_parts(parts, state).await?;
        let id = segment(parts, state, "id").await?;
        Ok(Self { id, name: segment(parts, state, "name").await? })
    }
}

async fn segment<S: Send + Sync>(parts: &mut Parts, state: &S, name: &str) -> Result<String, Refused> {
    let path = Path::<std::collections::HashMap<String, String>>::from_request_parts(parts, state).await;
    let segment = path.ok().and_then(|Path(mut segments)| segments.remove(name));
    segment.ok_or_else(not_found)
}
