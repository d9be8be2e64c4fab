//! How far a job is, and cancelling it.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};

use crate::access;
use crate::clock::time_delta;
use crate::jobs::State as JobState;
use crate::jobs::{Ended, Job};
use crate::manifest::manifest;
use crate::negotiation::{JSON, check_accept};
use crate::outcome::{Refused, empty, json_answer, outcome};
use crate::routes::JobPath;
use crate::service::Service;
use crate::state_file;

/// `GET /api/{version}/fhir/Job/{id}/$status`.
pub(crate) async fn status(
    State(service): State<Arc<Service>>,
    path: JobPath,
    headers: HeaderMap,
) -> Result<Response<Body>, Refused> {
    access::job(&service, &headers, &path.id, |job| {
        check_accept(&headers, &JSON)?;
        poll(&service, job)?;
        report(&service, &path, job)
    })
}

/// `DELETE /api/{version}/fhir/Job/{id}/$status`.
pub(crate) async fn cancel(
    State(service): State<Arc<Service>>,
    path: JobPath,
    headers: HeaderMap,
) -> Result<Response<Body>, Refused> {
    access::job(&service, &headers, &path.id, |job| end(&service, job))?;
    state_file::save(&service);
    Ok(empty(StatusCode::ACCEPTED))
}

fn end(service: &Service, job: &mut Job) -> Result<(), Refused> {
    let status = match job.state(service.clock().now()) {
        JobState::Running { .. } => {
            job.ended = Some(Ended::Cancelled);
            return Ok(());
        }
        JobState::Done { .. } => "SUCCESSFUL",
        JobState::Cancelled => "CANCELLED",
        JobState::Failed => "FAILED",
    };
    let text = format!("Job has a status of {status}, so it cannot be cancelled");
    Err(Refused::invalid(StatusCode::BAD_REQUEST, &text))
}

/// A refusal that says when to come again.
pub(crate) fn too_many(service: &Service, text: &str) -> Refused {
    Refused::invalid(StatusCode::TOO_MANY_REQUESTS, text).header(header::RETRY_AFTER, retry_after(service))
}

fn retry_after(service: &Service) -> HeaderValue {
    service.options.poll_delay.as_secs().into()
}

/// Applies the poll rule: refused when the last accepted poll was too recent; a refused one does not count.
fn poll(service: &Service, job: &mut Job) -> Result<(), Refused> {
    let now = service.clock().now();
    let delay = time_delta(service.options.poll_delay);
    if job.last_poll.is_some_and(|last| last <= now && now < last + delay) {
        return Err(too_many(service, "You are polling too frequently"));
    }
    job.last_poll = Some(now);
    Ok(())
}

fn report(service: &Service, path: &JobPath, job: &Job) -> Result<Response<Body>, Refused> {
    match job.state(service.clock().now()) {
        JobState::Running { percent } => Ok(progress(service, percent)),
        JobState::Done { at } => Ok(manifest(service, path.version, job, at)),
        JobState::Cancelled => Err(canceled()),
        JobState::Failed => {
            Err(Refused::invalid(StatusCode::INTERNAL_SERVER_ERROR, "Job failed while processing"))
        }
    }
}

/// The one outcome that the service sends without saying that it is one.
fn canceled() -> Refused {
    let mut body = outcome("deleted", "Job is canceled.");
    body.as_object_mut().map(|outcome| outcome.remove("resourceType"));
    json_answer(StatusCode::NOT_FOUND, &body).into()
}

fn progress(service: &Service, percent: u64) -> Response<Body> {
    let mut answer = empty(StatusCode::ACCEPTED);
    let headers = answer.headers_mut();
    headers.insert(header::RETRY_AFTER, retry_after(service));
    if let Ok(value) = HeaderValue::from_str(&format!("{percent}% complete")) {
        headers.insert(HeaderName::from_static("x-progress"), value);
    }
    answer
}
