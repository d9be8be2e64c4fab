//! Contracts that are out of the ordinary.

use ab2d_practice::{Options, serve};
use reqwest::StatusCode;
use serde_json::Value;

use crate::client::{EXPORT, Session, words};

async fn session(contract: &str) -> Session {
    Session::with(serve(Options::instant()).await.unwrap(), contract).await
}

#[tokio::test]
async fn without_attestation_or_with_a_disabled_client_403_without_body() {
    for contract in ["Z1003", "Z1004"] {
        let session = session(contract).await;
        let answer = session.start("v2", EXPORT).await;
        assert_eq!(answer.status(), StatusCode::FORBIDDEN, "{contract}");
        assert_eq!(answer.bytes().await.unwrap().len(), 0);
    }
}

#[tokio::test]
async fn v3_is_for_contracts_on_the_list() {
    let session = session("Z1006").await;
    let answer = session.start("v3", EXPORT).await;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    assert_eq!(words(answer).await, "V3 access not enabled for this PDP");
    session.started("v2", EXPORT).await;
}

#[tokio::test]
async fn v3_may_be_switched_off() {
    let session = Session::new(Options { v3_available: false, ..Options::instant() }).await;
    let answer = session.start("v3", EXPORT).await;
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    assert_eq!(words(answer).await, "The V3 API is currently unavailable");
}

#[tokio::test]
async fn nobody_enrolled_means_an_empty_output() {
    let session = session("Z1005").await;
    let (_, manifest) = session.exported("v2", EXPORT).await;
    assert_eq!(manifest["output"], Value::Array(Vec::new()));
    assert_eq!(manifest["error"], Value::Array(Vec::new()));
}

#[tokio::test]
async fn what_cannot_be_delivered_is_in_an_error_file() {
    let session = session("Z1007").await;
    let (job, manifest) = session.exported("v2", EXPORT).await;
    let error = &manifest["error"][0];
    assert_eq!(error["type"], "ExplanationOfBenefit");
    assert!(error["url"].as_str().unwrap().ends_with("/file/Z1007_0001_error.ndjson"));
    let text = session.file(error["url"].as_str().unwrap()).send().await.unwrap().text().await.unwrap();
    assert_eq!(text.lines().count(), 3);
    for line in text.lines() {
        assert_eq!(serde_json::from_str::<Value>(line).unwrap()["resourceType"], "OperationOutcome");
    }
    let held = session.practice.held_files(job.id);
    assert_eq!(held.iter().filter(|file| file.error).count(), 1);
    assert_eq!(manifest["output"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn another_organisations_job_is_403_without_body() {
    let session = session("Z1001").await;
    let (job, manifest) = session.exported("v2", EXPORT).await;
    let other = Session::with(session.practice, "Z1002").await;
    let url = crate::client::urls(&manifest).remove(0);
    for answer in [other.poll(&job).await, other.file(&url).send().await.unwrap()] {
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
        assert_eq!(answer.bytes().await.unwrap().len(), 0);
    }
}
