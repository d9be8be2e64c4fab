//! Starting an export, and the rules of its parameters.

use std::time::Duration;

use ab2d_practice::{Clock, Options};
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::StatusCode;

use crate::client::{EXPORT, Session, words};

#[tokio::test]
async fn a_start_is_202_without_body_and_says_where_the_job_is() {
    let session = Session::new(Options::instant()).await;
    for version in ["v1", "v2", "v3"] {
        let answer = session.start(version, EXPORT).await;
        assert_eq!(answer.status(), StatusCode::ACCEPTED);
        let location = answer.headers()["content-location"].to_str().unwrap().to_owned();
        let base = format!("{}/{version}/fhir/Job/", session.practice.api_url());
        let id = location.strip_prefix(&base).unwrap().strip_suffix("/$status").unwrap();
        assert_eq!(session.practice.jobs().last().unwrap().to_string(), id);
        assert_eq!(answer.bytes().await.unwrap().len(), 0);
    }
}

#[tokio::test]
async fn the_date_header_is_the_services_own_time() {
    let session = Session::new(Options::instant()).await;
    session.practice.clock().rewind(Duration::from_hours(1));
    let answer = session.start("v2", EXPORT).await;
    // In the past the token is still good; the header is in whole seconds.
    let date = DateTime::parse_from_rfc2822(answer.headers()["date"].to_str().unwrap()).unwrap();
    let behind = Utc::now() - date.with_timezone(&Utc);
    assert!((behind - TimeDelta::hours(1)).num_seconds().abs() <= 5, "{behind}");
}

#[tokio::test]
async fn type_and_format_are_checked() {
    let session = Session::new(Options::instant()).await;
    assert_eq!(
        session.refused("v2", "_type=Patient").await,
        (400, "_type must be ExplanationOfBenefit".to_owned())
    );
    assert_eq!(
        session.refused("v2", "_outputFormat=csv").await,
        (400, "An _outputFormat of csv is not valid".to_owned())
    );
    let options = Options { maximum_running_jobs: 9, ..Options::instant() };
    let session = Session::new(options).await;
    for format in ["application%2Ffhir%2Bndjson", "application%2Fndjson", "ndjson"] {
        session.started("v2", &format!("_outputFormat={format}")).await;
    }
    session.started("v2", "").await;
}

#[tokio::test]
async fn since_needs_an_offset() {
    let session = Session::new(Options::instant()).await;
    for since in ["2024-01-01T00:00:00", "2024-01-01", "yesterday", "2024-01-01T00:00:00+05:00"] {
        let (status, text) = session.refused("v2", &format!("{EXPORT}&_since={since}")).await;
        assert_eq!(status, 400, "{since}");
        assert!(text.contains("_since"), "{text}");
    }
    session.started("v2", &format!("{EXPORT}&_since=2024-01-01T00:00:00.000%2B05:00")).await;
    session.started("v2", &format!("{EXPORT}&_since=2024-01-01T00%3A00%3A00.000-05%3A00")).await;
}

#[tokio::test]
async fn since_is_neither_in_the_future_nor_before_the_beginning() {
    let clock = Clock::stopped_at("2026-11-20T14:00:00Z".parse().unwrap());
    let session = Session::new(Options::instant().clock(clock)).await;
    for (version, since, refusal) in [
        ("v1", "2026-11-20T14:00:01Z", "You can not use a time after the current time for _since"),
        ("v2", "2026-11-20T14:00:01Z", "You can not use a time after the current time for _since"),
        ("v1", "2020-02-12T23:59:59.999-05:00", "_since must be after 2020-02-13T00:00:00-05:00"),
        ("v2", "2020-01-01T00:00:00-05:00", "_since must be after 2020-02-13T00:00:00-05:00"),
        ("v3", "2026-03-31T23:59:59-05:00", "_since must be after 2026-04-01T00:00:00-05:00"),
    ] {
        let refused = session.refused(version, &format!("{EXPORT}&_since={since}")).await;
        assert_eq!(refused, (400, refusal.to_owned()), "{version} {since}");
    }
    for (version, since) in [
        ("v2", "2026-11-20T14:00:00Z"),
        ("v1", "2020-02-13T00:00:00.000-05:00"),
        ("v3", "2026-04-01T00:00:00.000-05:00"),
    ] {
        session.started(version, &format!("{EXPORT}&_since={since}")).await;
    }
}

#[tokio::test]
async fn until_is_not_for_v1_and_not_before_since() {
    let session = Session::new(Options::instant()).await;
    let until = "_until=2024-01-01T00:00:00Z";
    let only = "The _until parameter is only available with version 2 and version 3 of the API";
    assert_eq!(session.refused("v1", &format!("{EXPORT}&{until}")).await, (400, only.to_owned()));
    let before = format!("{EXPORT}&_since=2024-01-02T00:00:00Z&{until}");
    let text = "_until must be after _since 2024-01-02T00:00:00Z";
    assert_eq!(session.refused("v2", &before).await, (400, text.to_owned()));
    for version in ["v2", "v3"] {
        let early = format!("{EXPORT}&_until=2020-02-12T00:00:00Z");
        let text = "_until must be after 2020-02-13T00:00:00-05:00";
        assert_eq!(session.refused(version, &early).await, (400, text.to_owned()));
    }
    session.started("v2", &format!("{EXPORT}&{until}")).await;
}

#[tokio::test]
async fn an_until_in_the_future_means_now() {
    let session = Session::new(Options::instant()).await;
    let (_, everything) = session.exported("v2", EXPORT).await;
    let (_, until) = session.exported("v2", &format!("{EXPORT}&_until=2099-01-01T00:00:00Z")).await;
    assert_eq!(everything["output"][0]["extension"], until["output"][0]["extension"]);
}

#[tokio::test]
async fn a_type_filter_is_checked_on_v3_and_ignored_before() {
    let session = Session::new(Options::instant()).await;
    for (filter, refusal) in [
        ("service-date=ge2024-01-01", "Invalid _typeFilter parameter"),
        (
            "Patient%3Fservice-date=ge2024-01-01",
            "The _typeFilter parameter must be for the ExplanationOfBenefit resource",
        ),
        ("ExplanationOfBenefit%3Ftype=x", "The _typeFilter subquery must be for the service-type parameter"),
        ("ExplanationOfBenefit%3Fservice-date=yesterday", "invalid service-date parameter: yesterday"),
        (
            "ExplanationOfBenefit%3Fservice-date=ge2024-01-01T00:00:00%2B00:00",
            "invalid service-date parameter: ge2024-01-01T00:00:00 00:00",
        ),
    ] {
        let query = format!("{EXPORT}&_typeFilter={filter}");
        assert_eq!(session.refused("v3", &query).await, (400, refusal.to_owned()), "{filter}");
    }
    session.started("v2", &format!("{EXPORT}&_typeFilter=nonsense")).await;
}

#[tokio::test]
async fn the_maximum_of_running_jobs_is_429_with_their_addresses() {
    let options = Options { job_duration: Duration::from_mins(1), ..Options::default() };
    let session = Session::new(options).await;
    let mut jobs = Vec::new();
    for _ in 0..3 {
        jobs.push(session.started("v2", EXPORT).await);
    }
    let answer = session.start("v1", EXPORT).await;
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.headers()["retry-after"], "5");
    let listed = answer.headers()["content-location"].to_str().unwrap();
    // With the version of this request, not that of the jobs.
    let expected: Vec<String> = jobs.iter().map(|job| job.url.replace("/v2/", "/v1/")).collect();
    assert_eq!(listed.split(", ").collect::<Vec<_>>(), expected);
    assert!(words(answer).await.starts_with("You already have active export requests in progress."));
}

#[tokio::test]
async fn other_contracts_jobs_do_not_count() {
    let options =
        Options { maximum_running_jobs: 1, job_duration: Duration::from_mins(1), ..Options::default() };
    let session = Session::new(options).await;
    session.started("v2", EXPORT).await;
    assert_eq!(session.start("v2", EXPORT).await.status(), StatusCode::TOO_MANY_REQUESTS);
    let other = Session::with(session.practice, "Z1002").await;
    other.started("v2", EXPORT).await;
}

#[tokio::test]
async fn maintenance_refuses_starts_without_a_body() {
    let session = Session::new(Options::instant()).await;
    let job = session.started("v2", EXPORT).await;
    session.practice.set_maintenance(true);
    let answer = session.start("v2", EXPORT).await;
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(answer.bytes().await.unwrap().len(), 0);
    session.manifest(&job).await;
    session.practice.set_maintenance(false);
    session.started("v2", EXPORT).await;
}

#[tokio::test]
async fn an_accept_that_admits_no_json_is_406() {
    let session = Session::new(Options::instant()).await;
    let url = format!("{}/v2/fhir/Patient/$export", session.practice.api_url());
    let request = session.client.get(url).bearer_auth(&session.token).header("accept", "text/html");
    assert_eq!(request.send().await.unwrap().status(), StatusCode::NOT_ACCEPTABLE);
}

#[tokio::test]
async fn an_unknown_version_or_address_is_404() {
    let session = Session::new(Options::instant()).await;
    assert_eq!(session.start("v4", EXPORT).await.status(), StatusCode::NOT_FOUND);
    assert_eq!(session.get("/v2/fhir/Nothing").await.status(), StatusCode::NOT_FOUND);
}
