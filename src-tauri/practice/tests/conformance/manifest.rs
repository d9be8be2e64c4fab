//! The manifest of a completed job.

use std::time::Duration;

use ab2d_practice::{Clock, Options, TransactionTime};
use chrono::{DateTime, TimeDelta, Utc};
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::client::{EXPORT, JsonBody, Session, inflated, urls};

fn noon() -> DateTime<Utc> {
    "2026-11-20T14:05:06Z".parse().unwrap()
}

#[tokio::test]
async fn the_manifest_says_what_there_is_and_where() {
    let session = Session::new(Options::instant().clock(Clock::stopped_at(noon()))).await;
    let (job, manifest) = session.exported("v2", EXPORT).await;
    assert_eq!(manifest["transactionTime"], "Nov 20, 2026, 2:05:06 PM");
    let encoded_twice = EXPORT.replace('%', "%25");
    let request = format!("{}/v2/fhir/Patient/$export?{encoded_twice}", session.practice.api_url());
    assert_eq!(manifest["request"], request);
    assert_eq!(manifest["requiresAccessToken"], true);
    assert_eq!(manifest["error"], Value::Array(Vec::new()));
    let held = session.practice.held_files(job.id);
    for (index, (entry, held)) in manifest["output"].as_array().unwrap().iter().zip(&held).enumerate() {
        assert_eq!(held.name, format!("Z1001_{:04}.ndjson", index + 1));
        let url = format!("{}/v2/fhir/Job/{}/file/{}", session.practice.api_url(), job.id, held.name);
        assert_eq!(
            entry,
            &json!({
                "type": "ExplanationOfBenefit",
                "url": url,
                "extension": [
                    {"url": "https://ab2d.cms.gov/checksum", "valueString": format!("sha256:{}", held.sha256)},
                    {"url": "https://ab2d.cms.gov/file_length", "valueDecimal": held.bytes},
                ],
            })
        );
    }
}

#[tokio::test]
async fn the_transaction_time_may_have_other_forms() {
    for (form, expected) in [
        (TransactionTime::HumanNarrowSpace, json!("Nov 20, 2026, 2:05:06\u{202f}PM")),
        (TransactionTime::IsoUtc, json!("2026-11-20T14:05:06.000Z")),
        (TransactionTime::Null, Value::Null),
    ] {
        let options = Options { transaction_time: form, ..Options::instant() };
        let session = Session::new(options.clock(Clock::stopped_at(noon()))).await;
        assert_eq!(session.exported("v2", EXPORT).await.1["transactionTime"], expected);
    }
}

#[tokio::test]
async fn the_files_expire_72_hours_after_the_job_was_done() {
    let clock = Clock::stopped_at(noon());
    let options = Options { token_life: Duration::from_hours(99), ..Options::instant() };
    let session = Session::new(options.job_duration(Duration::from_secs(10)).clock(clock.clone())).await;
    let job = session.started("v2", EXPORT).await;
    clock.advance(Duration::from_hours(1));
    session.manifest(&job).await;
    let answer = session.poll(&job).await;
    let expires = DateTime::parse_from_rfc2822(answer.headers()["expires"].to_str().unwrap()).unwrap();
    // The hashing was done at some moment between; the job was done when both were.
    let done = expires.with_timezone(&Utc) - TimeDelta::hours(72);
    assert!(done == noon() + TimeDelta::seconds(10) || done == clock.now(), "{done}");
    clock.advance(Duration::from_hours(73));
    assert_eq!(
        session.poll(&job).await.status(),
        StatusCode::OK,
        "the status stays after the files are gone"
    );
}

#[tokio::test]
async fn json_is_compressed_where_that_is_asked_for() {
    let session = Session::new(Options::instant().files(20, 20_000)).await;
    let (job, plain) = session.exported("v2", EXPORT).await;
    let request = session.client.get(&job.url).bearer_auth(&session.token);
    let answer = request.header("accept-encoding", "gzip").send().await.unwrap();
    assert_eq!(answer.headers()["content-encoding"], "gzip");
    let bytes = inflated(&answer.bytes().await.unwrap());
    assert_eq!(serde_json::from_slice::<Value>(&bytes).unwrap(), plain);
}

#[tokio::test]
async fn the_prefix_of_the_addresses_is_that_of_the_poll() {
    let session = Session::new(Options::instant()).await;
    let (job, _) = session.exported("v2", EXPORT).await;
    let manifest = session.get(&job.path().replace("v2", "v1")).await.json_value().await;
    assert!(urls(&manifest).iter().all(|url| url.contains("/api/v1/fhir/Job/")));
}

#[tokio::test]
async fn every_job_has_the_same_file_names() {
    let session = Session::new(Options::instant()).await;
    let names = |manifest: &Value| -> Vec<String> {
        urls(manifest).iter().map(|url| url.rsplit('/').next().unwrap().to_owned()).collect()
    };
    let (_, first) = session.exported("v2", EXPORT).await;
    let (_, second) = session.exported("v2", EXPORT).await;
    assert_eq!(names(&first), ["Z1001_0001.ndjson", "Z1001_0002.ndjson"]);
    assert_eq!(names(&first), names(&second));
    assert_ne!(urls(&first), urls(&second));
}
