//! How far a job is, and cancelling it.

use std::time::Duration;

use ab2d_practice::{Clock, JobFault, Options};
use chrono::Utc;
use reqwest::{Method, StatusCode};

use crate::client::{EXPORT, Job, JsonBody, Session, words};

/// Jobs take as long as the test says.
fn slow() -> Options {
    Options::instant().job_duration(Duration::from_secs(100)).clock(Clock::stopped_at(Utc::now()))
}

async fn cancel(session: &Session, job: &Job) -> reqwest::Response {
    session.request(Method::DELETE, &job.path()).send().await.unwrap()
}

#[tokio::test]
async fn a_job_in_progress_is_202_with_progress_and_when_to_ask_again() {
    let session = Session::new(Options { poll_delay: Duration::from_secs(5), ..slow() }).await;
    let job = session.started("v2", EXPORT).await;
    // Hashing the files takes a part of a second, and progress is never ahead of it.
    while session.practice.held_files(job.id).is_empty() {
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    session.practice.clock().advance(Duration::from_secs(37));
    let answer = session.poll(&job).await;
    assert_eq!(answer.status(), StatusCode::ACCEPTED);
    assert_eq!(answer.headers()["x-progress"], "37% complete");
    assert_eq!(answer.headers()["retry-after"], "5");
    assert_eq!(answer.headers()["expires"], "0");
    assert_eq!(answer.bytes().await.unwrap().len(), 0);
}

#[tokio::test]
async fn polling_too_often_is_429_and_does_not_extend_the_delay() {
    let session = Session::new(Options { poll_delay: Duration::from_secs(5), ..slow() }).await;
    let job = session.started("v2", EXPORT).await;
    assert_eq!(session.poll(&job).await.status(), StatusCode::ACCEPTED);
    session.practice.clock().advance(Duration::from_secs(3));
    let refused = session.poll(&job).await;
    assert_eq!(refused.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(refused.headers()["retry-after"], "5");
    assert_eq!(words(refused).await, "You are polling too frequently");
    session.practice.clock().advance(Duration::from_secs(2));
    assert_eq!(session.poll(&job).await.status(), StatusCode::ACCEPTED);
}

#[tokio::test]
async fn an_unknown_job_is_404() {
    let session = Session::new(Options::instant()).await;
    for id in ["b5c1a9a4-0000-4000-8000-000000000000", "nonsense"] {
        let answer = session.get(&format!("/v2/fhir/Job/{id}/$status")).await;
        assert_eq!(answer.status(), StatusCode::NOT_FOUND);
        assert_eq!(words(answer).await, format!("No job with jobUuid {id} was found"));
    }
}

#[tokio::test]
async fn a_cancelled_job_is_404_deleted() {
    let session = Session::new(slow()).await;
    let job = session.started("v2", EXPORT).await;
    assert!(session.practice.is_running(job.id));
    assert_eq!(cancel(&session, &job).await.status(), StatusCode::ACCEPTED);
    assert!(!session.practice.is_running(job.id));
    let answer = session.poll(&job).await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    let outcome = answer.json_value().await;
    assert_eq!((&outcome["issue"][0]["code"], outcome.get("resourceType")), (&"deleted".into(), None));
    assert_eq!(outcome["issue"][0]["details"]["text"], "Job is canceled.");
    let again = cancel(&session, &job).await;
    assert_eq!(again.status(), StatusCode::BAD_REQUEST);
    assert_eq!(words(again).await, "Job has a status of CANCELLED, so it cannot be cancelled");
}

#[tokio::test]
async fn what_has_ended_cannot_be_cancelled() {
    let session = Session::new(Options::instant()).await;
    let (job, _) = session.exported("v2", EXPORT).await;
    let answer = cancel(&session, &job).await;
    assert_eq!(answer.status(), StatusCode::BAD_REQUEST);
    assert_eq!(words(answer).await, "Job has a status of SUCCESSFUL, so it cannot be cancelled");
    let unknown = session.request(Method::DELETE, "/v2/fhir/Job/none/$status").send().await.unwrap();
    assert_eq!(unknown.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_failed_job_is_500_for_good() {
    let session = Session::new(slow()).await;
    let job = session.started("v2", EXPORT).await;
    session.practice.spoil_job(job.id, JobFault::Failed);
    for _ in 0..2 {
        let answer = session.poll(&job).await;
        assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(words(answer).await, "Job failed while processing");
    }
}

#[tokio::test]
async fn a_job_that_runs_too_long_is_cancelled_by_the_service() {
    let options = Options { token_life: Duration::from_hours(99), ..Options::instant() };
    let session = Session::new(options.job_duration(Duration::from_hours(40))).await;
    let job = session.started("v2", EXPORT).await;
    session.practice.clock().advance(Duration::from_hours(29));
    assert_eq!(session.poll(&job).await.status(), StatusCode::ACCEPTED);
    session.practice.clock().advance(Duration::from_hours(1));
    let answer = session.poll(&job).await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    assert_eq!(words(answer).await, "Job is canceled.");
}

#[tokio::test]
async fn without_token_or_with_an_expired_one_nothing_is_said_of_a_job() {
    let session = Session::new(Options::instant()).await;
    let (job, _) = session.exported("v2", EXPORT).await;
    let answer = session.client.get(&job.url).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    session.practice.revoke_tokens();
    let answer = session.poll(&job).await;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    assert_eq!(answer.bytes().await.unwrap().len(), 0);
}
