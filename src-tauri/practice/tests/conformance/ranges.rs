//! Ranges, for a service that offers them: over the bytes as encoded.

use ab2d_practice::Options;
use proptest::prelude::*;
use reqwest::{RequestBuilder, StatusCode};

use crate::client::{EXPORT, Session, urls};

/// A session with `Range`, and the address of a file.
async fn session() -> (Session, String) {
    let options = Options { maximum_downloads: u32::MAX, ..Options::instant() };
    let session = Session::new(options.files(1, 300_000).range(true)).await;
    let (_, manifest) = session.exported("v2", EXPORT).await;
    let url = urls(&manifest).remove(0);
    (session, url)
}

fn coded(session: &Session, url: &str, coding: &str) -> RequestBuilder {
    session.file(url).header("accept-encoding", coding)
}

#[tokio::test]
async fn files_have_a_strong_validator_and_a_length_for_each_coding() {
    let (session, url) = session().await;
    let mut etags = Vec::new();
    for coding in ["identity", "gzip"] {
        let answer = coded(&session, &url, coding).send().await.unwrap();
        assert_eq!(answer.headers()["accept-ranges"], "bytes");
        let length: u64 = answer.headers()["content-length"].to_str().unwrap().parse().unwrap();
        let etag = answer.headers()["etag"].to_str().unwrap().to_owned();
        assert!(etag.starts_with('"') && etag.ends_with('"'), "{etag}");
        etags.push(etag);
        assert_eq!(answer.bytes().await.unwrap().len() as u64, length);
    }
    assert_ne!(etags[0], etags[1]);
}

#[tokio::test]
async fn a_range_under_another_validator_is_the_whole_file() {
    let (session, url) = session().await;
    let request = coded(&session, &url, "gzip").header("range", "bytes=10-");
    let answer = request.header("if-range", "\"other\"").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert!(!answer.headers().contains_key("content-range"));
}

#[tokio::test]
async fn a_range_behind_the_end_is_416() {
    let (session, url) = session().await;
    let answer = coded(&session, &url, "identity").header("range", "bytes=99999999-").send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::RANGE_NOT_SATISFIABLE);
    assert!(answer.headers()["content-range"].to_str().unwrap().starts_with("bytes */"));
}

#[tokio::test]
async fn a_part_that_reaches_the_end_counts_as_a_download() {
    let (session, url) = session().await;
    let job = session.practice.jobs()[0];
    let part = |range: &'static str| coded(&session, &url, "gzip").header("range", range).send();
    part("bytes=0-99").await.unwrap().bytes().await.unwrap();
    assert_eq!(session.practice.downloads(job, "Z1001_0001.ndjson"), 0);
    part("bytes=100-").await.unwrap().bytes().await.unwrap();
    assert_eq!(session.practice.downloads(job, "Z1001_0001.ndjson"), 1);
}

#[test]
fn any_cut_file_is_completed_by_the_rest() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let (session, url) = runtime.block_on(session());
    let files = ["identity", "gzip"].map(|coding| {
        runtime.block_on(async {
            let answer = coded(&session, &url, coding).send().await.unwrap();
            let etag = answer.headers()["etag"].to_str().unwrap().to_owned();
            (coding, etag, answer.bytes().await.unwrap())
        })
    });
    let rest = |coding: &'static str, etag: &str, start: usize| {
        let request = coded(&session, &url, coding).header("range", format!("bytes={start}-"));
        let request = request.header("if-range", etag.to_owned());
        runtime.block_on(async {
            let answer = request.send().await.unwrap();
            assert_eq!(answer.status(), StatusCode::PARTIAL_CONTENT);
            let range = answer.headers()["content-range"].to_str().unwrap().to_owned();
            (range, answer.bytes().await.unwrap())
        })
    };
    proptest!(ProptestConfig::with_cases(60), |(which in 0..2usize, place in 0.0..1.0f64)| {
        let (coding, etag, bytes) = &files[which];
        let start = cut(bytes.len(), place);
        let (range, rest) = rest(coding, etag, start);
        let length = bytes.len();
        prop_assert_eq!(range, format!("bytes {start}-{}/{length}", length - 1));
        prop_assert_eq!(&[&bytes[..start], &rest[..]].concat(), bytes);
    });
}

/// A place in a file of some length, before its end.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "a share of a small length"
)]
fn cut(length: usize, place: f64) -> usize {
    ((length as f64 * place) as usize).min(length - 1)
}
