//! Sign-in, start, status and cancel.

use std::time::Duration;

use ab2d_engine::api::{Cancellation, JobStatus, JobUrl, StartRefused};
use ab2d_engine::credentials::{Credentials, Secret};
use ab2d_engine::parameters::FhirVersion;
use ab2d_practice::{Answer, Fault, JobFault, Options, RequestKind, RetryAfter, Rule};
use chrono::{TimeDelta, Utc};
use futures_util::future::join_all;

use crate::client::{Client, everything, finished};
use crate::raw::{Raw, answer};

#[tokio::test]
async fn a_job_goes_from_start_to_manifest() {
    let client = Client::with(Options::instant().files(30, 20_000)).await;
    let started = client.api.start(&everything()).await.unwrap();
    let skew = Utc::now() - TimeDelta::minutes(1) - started.asked_at.unwrap();
    assert!(skew.abs() < TimeDelta::seconds(10), "{skew}");
    let finished = finished(&client.api, &started.job).await;
    let job = client.practice.jobs()[0];
    assert_eq!(started.job.id(), job.to_string());
    let api = client.practice.api_url();
    assert_eq!(JobUrl::of(&api, FhirVersion::R4, started.job.id()), started.job);

    let held = client.practice.held_files(job);
    assert!(held.len() > 10, "so many that the manifest comes compressed");
    for (file, held) in finished.manifest.files.iter().zip(&held) {
        let announced = (&file.name, file.bytes, file.sha256.unwrap().to_string());
        assert_eq!(announced, (&held.name, Some(held.bytes), held.sha256.clone()));
    }
    let sent = everything().export_url(&api);
    assert_eq!(finished.manifest.request, sent.as_str().replace('%', "%25"), "it is encoded once more");
    assert!(finished.expires.unwrap() > Utc::now() + TimeDelta::hours(71));
    serde_json::from_slice::<serde_json::Value>(&finished.raw).unwrap();
}

/// A proxy took the time out of the answer.
#[tokio::test]
async fn where_the_service_does_not_say_the_time_this_computers_clock_is_no_evidence() {
    let client = Client::new().await;
    let head = "202 Accepted\ncontent-length: 0\ncontent-location: /api/v2/fhir/Job/3fa81c2e/$status";
    let raw = Raw::serve(vec![answer(head, b"")]).await;
    let started = raw.api(&client).start(&everything()).await.unwrap();
    assert_eq!((started.job.id(), started.asked_at), ("3fa81c2e", None));
}

#[tokio::test]
async fn every_request_says_who_asks_and_takes_gzip() {
    let client = Client::new().await;
    let files = client.files().await;
    client.fetch(&files[0]).await.unwrap();
    client.api.cancel(&job(&client)).await.unwrap();
    let requests = client.practice.journal();
    assert!(requests.len() >= 5);
    for request in requests {
        assert!(request.user_agent.as_ref().unwrap().starts_with("AB2D-Desktop/"), "{request:?}");
        assert_eq!(request.accept_encoding.as_deref(), Some("gzip"), "{request:?}");
        let scheme = if request.path.starts_with("/oauth2") { "Basic" } else { "Bearer" };
        assert_eq!(request.authorization.as_deref(), Some(scheme), "{request:?}");
    }
    let start = &client.requests("$export")[0];
    assert_eq!(
        (start.accept.as_deref(), start.prefer.as_deref()),
        (Some("application/json"), Some("respond-async"))
    );
}

#[tokio::test]
async fn twenty_calls_at_once_share_one_token() {
    let client = Client::new().await;
    client.practice.faults().once(RequestKind::Token, Fault::Silence(ab2d_practice::Pause::For(SOON)));
    let results = join_all((0..20).map(|_| client.api.sign_in())).await;
    assert!(results.iter().all(Result::is_ok));
    assert_eq!(client.requests("/oauth2").len(), 1);
}

#[tokio::test]
async fn twenty_calls_at_once_share_one_refusal() {
    let client = Client::new().await;
    let wrong = Credentials { client_id: "0oa".to_owned(), client_secret: Secret::new("x".to_owned()) };
    let api = client.fresh_api(wrong);
    client.practice.faults().once(RequestKind::Token, Fault::Silence(ab2d_practice::Pause::For(SOON)));
    let results = join_all((0..20).map(|_| api.sign_in())).await;
    assert!(results.iter().all(|result| result.as_ref().unwrap_err().code() == "credentialsRefused"));
    assert_eq!(client.requests("/oauth2").len(), 1);
    assert!(api.sign_in().await.is_err());
    assert_eq!(client.requests("/oauth2").len(), 2, "a later call asks again");
}

#[tokio::test]
async fn an_expired_token_is_renewed_once_and_nobody_notices() {
    let client = Client::new().await;
    client.api.sign_in().await.unwrap();
    client.practice.revoke_tokens();
    let job = unknown_job(&client);
    let results = join_all((0..8).map(|_| client.api.status(&job))).await;
    assert!(results.iter().all(|status| status.as_ref().unwrap_err().code() == "jobNotFound"), "{results:?}");
    assert_eq!(client.requests("/oauth2").len(), 2);
}

#[tokio::test]
async fn a_refusal_that_a_new_token_does_not_mend_is_diagnosed() {
    let client = Client::new().await;
    let refused = client
        .practice
        .faults()
        .arm(Rule::on(RequestKind::Start, Fault::Answer(Answer::status(403))).always());
    assert_eq!(start_problem(&client).await.code(), "accessRefused");
    assert_eq!((refused.fired(), client.requests("/oauth2").len()), (2, 2));
}

#[tokio::test]
async fn a_token_is_renewed_ahead_of_its_end() {
    for (token_life, requests) in [(Duration::from_mins(30), 1), (Duration::from_secs(1), 2)] {
        let client = Client::with(Options { token_life, ..Options::instant() }).await;
        client.api.sign_in().await.unwrap();
        tokio::time::sleep(Duration::from_millis(900)).await;
        client.api.sign_in().await.unwrap();
        assert_eq!(client.requests("/oauth2").len(), requests, "{token_life:?}");
    }
}

#[tokio::test]
async fn too_many_running_jobs_are_listed() {
    let client = Client::with(Options::instant().job_duration(Duration::from_hours(1))).await;
    let mut jobs = Vec::new();
    for _ in 0..3 {
        jobs.push(client.api.start(&everything()).await.unwrap().job);
    }
    let StartRefused::RunningJobs { problem, jobs: mut listed, .. } =
        client.api.start(&everything()).await.unwrap_err()
    else {
        panic!("not refused for its running jobs")
    };
    assert_eq!((problem.code(), problem.http_status), ("runningJobsLimit", Some(429)));
    assert!(problem.not_before.is_some());
    jobs.sort_by_key(ToString::to_string);
    listed.sort_by_key(ToString::to_string);
    assert_eq!(listed, jobs);
}

#[tokio::test]
async fn a_poll_that_comes_too_soon_is_no_failure() {
    let options = Options { poll_delay: Duration::from_secs(7), ..Options::instant() };
    let client = Client::with(options.job_duration(Duration::from_hours(1))).await;
    let job = client.api.start(&everything()).await.unwrap().job;
    let JobStatus::InProgress { percent: Some(_), poll_after } = client.api.status(&job).await.unwrap()
    else {
        panic!("not in progress")
    };
    assert_eq!(poll_after, Duration::from_secs(7));
    let JobStatus::InProgress { percent: None, poll_after } = client.api.status(&job).await.unwrap() else {
        panic!("not told that it came too soon")
    };
    assert!(poll_after <= Duration::from_secs(7));
}

#[tokio::test]
async fn retry_after_comes_in_seconds_and_as_a_date() {
    let client = Client::new().await;
    let at = Utc::now() + TimeDelta::seconds(90);
    for (when, seconds) in [(RetryAfter::Seconds(300), 300), (RetryAfter::At(at), 90)] {
        let answer = Answer::status(429).retry_after(when);
        client.practice.faults().once(RequestKind::Status, Fault::Answer(answer));
        let problem = client.api.status(&unknown_job(&client)).await.unwrap_err();
        assert_eq!(problem.code(), "tooManyRequests");
        let wait = (problem.not_before.unwrap() - Utc::now()).num_seconds();
        assert!((seconds - 10..=seconds + 1).contains(&wait), "{when:?}: {wait}");
    }
}

#[tokio::test]
async fn a_job_ends_in_many_ways() {
    let client = Client::with(Options::instant().job_duration(Duration::from_hours(1))).await;
    for (fault, code) in [(JobFault::Failed, "jobFailed"), (JobFault::Cancelled, "jobCancelled")] {
        let job = client.api.start(&everything()).await.unwrap().job;
        client.practice.spoil_job(job.id().parse().unwrap(), fault);
        assert_eq!(client.api.status(&job).await.unwrap_err().code(), code);
    }
    assert_eq!(client.api.status(&unknown_job(&client)).await.unwrap_err().code(), "jobNotFound");
}

#[tokio::test]
async fn a_job_is_cancelled_has_ended_or_is_unknown() {
    let client = Client::with(Options::instant().job_duration(Duration::from_hours(1))).await;
    let job = client.api.start(&everything()).await.unwrap().job;
    assert_eq!(client.api.cancel(&job).await.unwrap(), Cancellation::Accepted);
    assert_eq!(client.api.cancel(&job).await.unwrap(), Cancellation::AlreadyEnded);
    assert_eq!(client.api.cancel(&unknown_job(&client)).await.unwrap(), Cancellation::Unknown);
}

const SOON: Duration = Duration::from_millis(100);

fn job(client: &Client) -> JobUrl {
    JobUrl::of(&client.practice.api_url(), FhirVersion::R4, &client.practice.jobs()[0].to_string())
}

fn unknown_job(client: &Client) -> JobUrl {
    JobUrl::of(&client.practice.api_url(), FhirVersion::R4, "00000000-0000-4000-8000-000000000000")
}

async fn start_problem(client: &Client) -> ab2d_engine::problem::Problem {
    match client.api.start(&everything()).await.unwrap_err() {
        StartRefused::Problem(problem) | StartRefused::RunningJobs { problem, .. } => problem,
    }
}
