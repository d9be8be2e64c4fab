//! Downloading files.

use std::time::Duration;

use ab2d_practice::{JobFault, Options};
use reqwest::{Response, StatusCode};

use crate::client::{EXPORT, Session, inflated, sha256, urls, words};

/// A session with one completed job, its ID, and the address of its first file.
async fn exported(options: Options) -> (Session, crate::client::Job, String) {
    let session = Session::new(options).await;
    let (job, manifest) = session.exported("v2", EXPORT).await;
    (session, job, urls(&manifest).remove(0))
}

async fn get(session: &Session, url: &str) -> Response {
    session.file(url).send().await.unwrap()
}

#[tokio::test]
async fn everything_of_a_contract_arrives_as_announced() {
    let session = Session::new(Options::instant()).await;
    for version in ["v1", "v2", "v3"] {
        let (job, manifest) = session.exported(version, EXPORT).await;
        let held = session.practice.held_files(job.id);
        assert_eq!(held.len(), 2, "{version}");
        for (url, held) in urls(&manifest).iter().zip(&held) {
            let answer = session.file(url).header("accept-encoding", "gzip").send().await.unwrap();
            assert_eq!(answer.headers()["content-encoding"], "gzip");
            let encoded = answer.bytes().await.unwrap();
            let plain = inflated(&encoded);
            assert_eq!((plain.len() as u64, sha256(&plain)), (held.bytes, held.sha256.clone()));
            assert_eq!(plain.split(|byte| *byte == b'\n').count() as u64, held.claims + 1);
            assert_eq!(get(&session, url).await.bytes().await.unwrap(), plain);
        }
    }
}

#[tokio::test]
async fn a_file_has_neither_length_nor_validator_and_ignores_ranges() {
    let (session, job, url) = exported(Options::instant()).await;
    let answer = session.file(&url).header("range", "bytes=100-").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.headers()["content-type"], "application/fhir+ndjson");
    assert_eq!(answer.headers()["transfer-encoding"], "chunked");
    for name in ["content-length", "etag", "accept-ranges", "content-range", "content-encoding"] {
        assert!(!answer.headers().contains_key(name), "{name}");
    }
    assert_eq!(answer.bytes().await.unwrap().len() as u64, session.practice.held_files(job.id)[0].bytes);
}

#[tokio::test]
async fn only_the_exact_token_gzip_is_recognised() {
    let (session, _, url) = exported(Options::instant()).await;
    for (accept, encoded) in
        [("gzip", true), ("deflate, gzip", true), ("gzip;q=1", false), ("deflate", false), ("*", false)]
    {
        let answer = session.file(&url).header("accept-encoding", accept).send().await.unwrap();
        assert_eq!(answer.headers().contains_key("content-encoding"), encoded, "{accept}");
    }
}

#[tokio::test]
async fn accept_must_admit_the_type_of_files() {
    let (session, _, url) = exported(Options::instant()).await;
    for (accept, status) in [
        ("application/fhir+ndjson", 200),
        ("*/*", 200),
        ("application/json, application/fhir+ndjson;q=0.5", 200),
        ("application/json", 406),
    ] {
        let request = session.client.get(&url).bearer_auth(&session.token).header("accept", accept);
        assert_eq!(request.send().await.unwrap().status(), status, "{accept}");
    }
}

#[tokio::test]
async fn a_file_may_be_downloaded_six_times() {
    let (session, job, url) = exported(Options::instant()).await;
    for count in 1..=6 {
        get(&session, &url).await.bytes().await.unwrap();
        assert_eq!(session.practice.downloads(job.id, "Z1001_0001.ndjson"), count);
    }
    let answer = get(&session, &url).await;
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(answer.headers()["content-type"], "application/json");
    let text = "The file has already been download the maximum number of allowed times.";
    assert_eq!(words(answer).await, text);
    assert_eq!(session.practice.downloads(job.id, "Z1001_0002.ndjson"), 0);
}

#[tokio::test]
async fn a_transfer_that_breaks_off_does_not_count() {
    let (session, job, url) = exported(Options::instant().files(1, 20_000_000)).await;
    let mut answer = get(&session, &url).await;
    assert!(answer.chunk().await.unwrap().is_some());
    drop(answer);
    get(&session, &url).await.bytes().await.unwrap();
    assert_eq!(session.practice.downloads(job.id, "Z1001_0001.ndjson"), 1);
}

#[tokio::test]
async fn expired_files_are_500() {
    let options = Options { token_life: Duration::from_hours(99), ..Options::instant() };
    let (session, _, url) = exported(options).await;
    session.practice.clock().advance(Duration::from_hours(71));
    assert_eq!(get(&session, &url).await.status(), StatusCode::OK);
    session.practice.clock().advance(Duration::from_hours(1));
    let answer = get(&session, &url).await;
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(words(answer).await, "The file is not present as it has expired. Please resubmit the job.");
}

#[tokio::test]
async fn files_of_a_failed_job_are_500() {
    let (session, job, url) = exported(Options::instant()).await;
    session.practice.spoil_job(job.id, JobFault::Failed);
    let answer = get(&session, &url).await;
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    let text = "The file is not present as there was an error. Please resubmit the job.";
    assert_eq!(words(answer).await, text);
}

#[tokio::test]
async fn an_unknown_file_is_404() {
    let (session, _, url) = exported(Options::instant()).await;
    let answer = get(&session, &url.replace("_0001", "_0009")).await;
    assert_eq!(answer.status(), StatusCode::NOT_FOUND);
    let text = "No Job Output with the file name Z1001_0009.ndjson exists in our records";
    assert_eq!(words(answer).await, text);
}

#[tokio::test]
async fn a_file_needs_a_token() {
    let (session, _, url) = exported(Options::instant()).await;
    assert_eq!(session.client.get(&url).send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
}
