//! How far a job is, and cancelling it.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode, header};
use uuid::Uuid;

use crate::access::{self, Refused};
use crate::clock::time_delta;
use crate::jobs::State as JobState;
use crate::jobs::{Ended, Job};
use crate::manifest::manifest;
use crate::negotiation::{JSON, admits};
use crate::outcome::{empty, json_answer, outcome, refusal};
use crate::routes::JobPath;
use crate::service::Service;
use crate::state_file;

/// `GET /api/{version}/fhir/Job/{id}/$status`.
pub(crate) async fn status(
    State(service): State<Arc<Service>>,
    path: JobPath,
    headers: HeaderMap,
) -> Response<Body> {
    let found =
        access::contract(&service, &headers).and_then(|contract| access::job(&service, contract, &path.id));
    let polled = found.and_then(|job| {
        acceptable(&headers)?;
        polled(&service, job.id)
    });
    match polled {
        Ok(job) => report(&service, &path, &job),
        Err(refused) => *refused,
    }
}

/// `DELETE /api/{version}/fhir/Job/{id}/$status`.
pub(crate) async fn cancel(
    State(service): State<Arc<Service>>,
    path: JobPath,
    headers: HeaderMap,
) -> Response<Body> {
    let found =
        access::contract(&service, &headers).and_then(|contract| access::job(&service, contract, &path.id));
    match found.and_then(|job| cancelled(&service, &job)) {
        Ok(()) => empty(StatusCode::ACCEPTED),
        Err(refused) => *refused,
    }
}

/// Adds the time after which to ask again.
pub(crate) fn later(service: &Service, mut answer: Response<Body>) -> Response<Body> {
    let seconds = HeaderValue::from(service.options.poll_delay.as_secs());
    answer.headers_mut().insert(header::RETRY_AFTER, seconds);
    answer
}

fn acceptable(headers: &HeaderMap) -> Result<(), Refused> {
    if admits(headers, &JSON) { Ok(()) } else { Err(Box::new(empty(StatusCode::NOT_ACCEPTABLE))) }
}

/// Applies the poll rule: refused when the last accepted poll was too recent; a refused one does not count.
fn polled(service: &Service, id: Uuid) -> Result<Job, Refused> {
    let now = service.clock().now();
    let delay = time_delta(service.options.poll_delay);
    let accepted = service.jobs.change(id, |job| {
        let accepted = job.last_poll.is_none_or(|last| now >= last + delay || now < last);
        if accepted {
            job.last_poll = Some(now);
        }
        accepted.then(|| job.clone())
    });
    accepted.flatten().ok_or_else(|| {
        let text = "You are polling too frequently";
        Box::new(later(service, refusal(StatusCode::TOO_MANY_REQUESTS, text)))
    })
}

fn report(service: &Service, path: &JobPath, job: &Job) -> Response<Body> {
    match job.state(service.clock().now()) {
        JobState::Running { percent } => later(service, progress(percent)),
        JobState::Done { at } => manifest(service, path.version, job, at),
        JobState::Cancelled => json_answer(StatusCode::NOT_FOUND, &outcome("deleted", "Job is canceled.")),
        JobState::Failed => refusal(StatusCode::INTERNAL_SERVER_ERROR, "Job failed while processing"),
    }
}

fn progress(percent: u64) -> Response<Body> {
    let mut answer = empty(StatusCode::ACCEPTED);
    if let Ok(value) = HeaderValue::from_str(&format!("{percent}% complete")) {
        answer.headers_mut().insert(HeaderName::from_static("x-progress"), value);
    }
    answer
}

fn cancelled(service: &Service, job: &Job) -> Result<(), Refused> {
    let status = match job.state(service.clock().now()) {
        JobState::Running { .. } => {
            service.jobs.change(job.id, |job| job.ended = Some(Ended::Cancelled));
            state_file::save(service);
            return Ok(());
        }
        JobState::Done { .. } => "SUCCESSFUL",
        JobState::Cancelled => "CANCELLED",
        JobState::Failed => "FAILED",
    };
    let text = format!("Job has a status of {status}, so it cannot be cancelled");
    Err(Box::new(refusal(StatusCode::BAD_REQUEST, &text)))
}
