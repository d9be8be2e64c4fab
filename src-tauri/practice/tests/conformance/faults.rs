//! Every fault, as a client meets it.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use ab2d_practice::{Answer, ContentFault, Fault, JobFault, Options, Pause, RequestKind, RetryAfter, Rule};
use chrono::DateTime;
use reqwest::{Method, Response, StatusCode};
use serde_json::Value;

use crate::client::{EXPORT, JsonBody, Session, inflated, sha256, token_request, urls, words};

/// A session with a completed job of one file, and the file's address.
async fn session() -> (Session, String) {
    let session = Session::new(Options::instant().files(1, 200_000)).await;
    let (_, manifest) = session.exported("v2", EXPORT).await;
    let url = urls(&manifest).remove(0);
    (session, url)
}

fn arm(session: &Session, kind: RequestKind, fault: Fault) {
    session.practice.faults().arm(Rule::on(kind, fault));
}

async fn get(session: &Session, url: &str) -> Result<Response, reqwest::Error> {
    session.file(url).send().await
}

async fn body(session: &Session, url: &str) -> Vec<u8> {
    get(session, url).await.unwrap().bytes().await.unwrap().to_vec()
}

/// How a client that knows nothing of HTTP sees the answer to a request for a file: its bytes, and how it ended.
fn raw(session: &Session, url: &str) -> (Vec<u8>, Option<std::io::ErrorKind>) {
    let address = (
        session.practice.api_url().host_str().unwrap().to_owned(),
        session.practice.api_url().port().unwrap(),
    );
    let mut stream = TcpStream::connect((address.0.as_str(), address.1)).unwrap();
    let path = url.splitn(4, '/').nth(3).unwrap();
    let request = format!(
        "GET /{path} HTTP/1.1\r\nhost: localhost\r\nuser-agent: test\r\nconnection: close\r\nauthorization: Bearer {}\r\n\r\n",
        session.token
    );
    stream.write_all(request.as_bytes()).unwrap();
    let mut bytes = Vec::new();
    let ended = stream.read_to_end(&mut bytes).err().map(|error| error.kind());
    (bytes, ended)
}

#[tokio::test]
async fn a_reset_request_is_not_carried_out() {
    let (session, _) = session().await;
    arm(&session, RequestKind::Start, Fault::Reset);
    let url = format!("{}/v2/fhir/Patient/$export", session.practice.api_url());
    let refused = session.client.get(&url).bearer_auth(&session.token).send().await.unwrap_err();
    assert!(!refused.is_status());
    assert_eq!(session.practice.jobs().len(), 1);
    assert_eq!(session.practice.journal().last().unwrap().status, None);
}

#[tokio::test]
async fn a_lost_answer_leaves_a_job_behind() {
    let (session, _) = session().await;
    arm(&session, RequestKind::Start, Fault::LoseAnswer);
    let url = format!("{}/v2/fhir/Patient/$export", session.practice.api_url());
    assert!(session.client.get(&url).bearer_auth(&session.token).send().await.is_err());
    assert_eq!(session.practice.jobs().len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reset_is_one_of_tcp() {
    let (session, url) = session().await;
    arm(&session, RequestKind::File, Fault::Reset);
    let (bytes, ended) = raw(&session, &url);
    assert_eq!((bytes.len(), ended), (0, Some(std::io::ErrorKind::ConnectionReset)));
    arm(&session, RequestKind::File, Fault::reset_at(1000));
    let (bytes, ended) = raw(&session, &url);
    assert!(bytes.len() > 1000, "{}", bytes.len());
    assert_eq!(ended, Some(std::io::ErrorKind::ConnectionReset));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cut_is_an_end_without_the_last_chunk() {
    let (session, url) = session().await;
    arm(&session, RequestKind::File, Fault::cut_at(u64::MAX));
    let (bytes, ended) = raw(&session, &url);
    assert_eq!(ended, None);
    assert!(!bytes.ends_with(b"\r\n0\r\n\r\n"));
    assert!(raw(&session, &url).0.ends_with(b"\r\n0\r\n\r\n"));
}

#[tokio::test]
async fn a_body_breaks_exactly_where_it_was_told() {
    let (session, url) = session().await;
    for byte in [0, 1, 9, 12_345] {
        for fault in [Fault::cut_at(byte), Fault::reset_at(byte)] {
            arm(&session, RequestKind::File, fault);
            let mut answer = get(&session, &url).await.unwrap();
            let mut arrived = 0;
            let broken = loop {
                match answer.chunk().await {
                    Ok(Some(piece)) => arrived += piece.len() as u64,
                    Ok(None) => break false,
                    Err(_) => break true,
                }
            };
            assert!(broken && arrived == byte, "{arrived} of {byte}");
        }
    }
    assert_eq!(session.practice.downloads(session.practice.jobs()[0], "Z1001_0001.ndjson"), 0);
}

#[tokio::test]
async fn a_body_may_end_early_as_if_it_were_whole() {
    let (session, url) = session().await;
    arm(&session, RequestKind::File, Fault::end_at(4321));
    assert_eq!(body(&session, &url).await.len(), 4321);
    arm(&session, RequestKind::Manifest, Fault::json_cut_at(100));
    let answer = session.poll(&job(&session)).await;
    assert_eq!(answer.status(), StatusCode::OK);
    assert_eq!(answer.bytes().await.unwrap().len(), 100);
}

fn job(session: &Session) -> crate::client::Job {
    let id = session.practice.jobs()[0];
    let url = format!("{}/v2/fhir/Job/{id}/$status", session.practice.api_url());
    crate::client::Job { id, version: "v2".to_owned(), url }
}

async fn manifest(session: &Session) -> Value {
    session.poll(&job(session)).await.json_value().await
}

#[tokio::test]
async fn a_stall_lasts_until_it_is_disarmed() {
    let (session, url) = session().await;
    let held = session.practice.held_files(job(&session).id)[0].bytes;
    arm(&session, RequestKind::File, Fault::stall_at(5000, Pause::UntilDisarmed));
    let mut answer = get(&session, &url).await.unwrap();
    let mut arrived = 0;
    while arrived < 5000 {
        arrived += answer.chunk().await.unwrap().unwrap().len() as u64;
    }
    assert_eq!(arrived, 5000);
    let silence = tokio::time::timeout(Duration::from_millis(100), answer.chunk()).await;
    assert!(silence.is_err(), "something came");
    session.practice.faults().clear();
    while let Some(piece) = answer.chunk().await.unwrap() {
        arrived += piece.len() as u64;
    }
    assert_eq!(arrived, held);
}

#[tokio::test]
async fn silence_before_an_answer_ends_by_itself() {
    let (session, _) = session().await;
    arm(&session, RequestKind::Status, Fault::Silence(Pause::For(Duration::from_millis(120))));
    let started = Instant::now();
    assert_eq!(session.poll(&job(&session)).await.status(), StatusCode::OK);
    assert!(started.elapsed() >= Duration::from_millis(120));
}

#[tokio::test]
async fn a_drip_comes_in_small_pieces() {
    let (session, _) = session().await;
    arm(&session, RequestKind::Manifest, Fault::drip(200, Duration::from_millis(5)));
    let mut answer = session.poll(&job(&session)).await;
    let mut pieces = Vec::new();
    while let Some(piece) = answer.chunk().await.unwrap() {
        pieces.push(piece);
    }
    assert!(pieces.len() >= 2 && pieces.iter().all(|piece| piece.len() <= 200));
    assert!(serde_json::from_slice::<Value>(&pieces.concat()).is_ok());
}

#[tokio::test]
async fn one_byte_may_be_another() {
    let (session, url) = session().await;
    let whole = body(&session, &url).await;
    arm(&session, RequestKind::File, Fault::corrupt_at(70_000));
    let corrupt = body(&session, &url).await;
    let different: Vec<usize> = (0..whole.len()).filter(|index| whole[*index] != corrupt[*index]).collect();
    assert_eq!((corrupt.len(), different), (whole.len(), vec![70_000]));
}

#[tokio::test]
async fn content_may_differ_from_what_was_announced() {
    let (session, url) = session().await;
    let whole = body(&session, &url).await;
    let lines = lines_of(&whole);
    for (fault, expected) in [
        (ContentFault::Shorter, lines - 1),
        (ContentFault::Longer, lines + 1),
        (ContentFault::Altered, lines),
        (ContentFault::MultiMember, lines),
    ] {
        arm(&session, RequestKind::File, Fault::Content(fault));
        let answer = session.file(&url).header("accept-encoding", "gzip").send().await.unwrap();
        let plain = inflated(&answer.bytes().await.unwrap());
        assert_eq!(lines_of(&plain), expected, "{fault:?}");
        let same = fault == ContentFault::MultiMember;
        assert_eq!(sha256(&plain) == sha256(&whole), same, "{fault:?}");
        assert!(
            plain
                .split(|byte| *byte == b'\n')
                .all(|line| line.is_empty() || serde_json::from_slice::<Value>(line).is_ok())
        );
    }
}

fn lines_of(bytes: &[u8]) -> usize {
    std::str::from_utf8(bytes).unwrap().lines().count()
}

#[tokio::test]
async fn several_members_are_several() {
    let (session, url) = session().await;
    arm(&session, RequestKind::File, Fault::Content(ContentFault::MultiMember));
    let answer = session.file(&url).header("accept-encoding", "gzip").send().await.unwrap();
    let bytes = answer.bytes().await.unwrap();
    let mut first = Vec::new();
    flate2::read::GzDecoder::new(&bytes[..]).read_to_end(&mut first).unwrap();
    assert!(first.len() < inflated(&bytes).len());
}

#[tokio::test]
async fn identity_may_come_though_gzip_was_asked_for() {
    let (session, url) = session().await;
    arm(&session, RequestKind::File, Fault::Identity);
    let answer = session.file(&url).header("accept-encoding", "gzip").send().await.unwrap();
    assert!(!answer.headers().contains_key("content-encoding"));
    assert!(answer.text().await.unwrap().starts_with("{\"resourceType\""));
}

#[tokio::test]
async fn any_other_answer_can_take_the_place_of_the_services() {
    let (session, _) = session().await;
    let time = DateTime::from_timestamp(1_795_183_506, 0).unwrap();
    for (answer, status, header, beginning) in [
        (Answer::status(401), 401, None, ""),
        (Answer::status(403), 403, None, ""),
        (Answer::forbidden_page(), 403, Some(("content-type", "text/html")), "<html>"),
        (Answer::status(408), 408, None, ""),
        (Answer::status(429).retry_after(RetryAfter::Seconds(7)), 429, Some(("retry-after", "7")), ""),
        (
            Answer::status(429).retry_after(RetryAfter::At(time)),
            429,
            Some(("retry-after", "Fri, 20 Nov 2026 14:05:06 GMT")),
            "",
        ),
        (Answer::outcome(500, "exception", "An internal error occurred"), 500, None, "{"),
        (Answer::status(502), 502, None, ""),
        (Answer::status(503), 503, None, ""),
        (Answer::status(504), 504, None, ""),
        (
            Answer::captive_portal(),
            200,
            Some(("content-type", "text/html; charset=utf-8")),
            "<!DOCTYPE html>",
        ),
        (
            Answer::redirect("https://elsewhere.example/"),
            302,
            Some(("location", "https://elsewhere.example/")),
            "",
        ),
    ] {
        arm(&session, RequestKind::Status, Fault::Answer(answer));
        let answer = session.poll(&job(&session)).await;
        assert_eq!(answer.status(), status);
        if let Some((name, value)) = header {
            assert_eq!(answer.headers()[name], value);
        }
        assert!(answer.text().await.unwrap().starts_with(beginning));
    }
    assert_eq!(session.poll(&job(&session)).await.status(), StatusCode::OK);
}

#[tokio::test]
async fn the_token_endpoint_has_faults_too() {
    let (session, _) = session().await;
    let contract = session.practice.contract("Z1001").unwrap();
    let ask =
        || token_request(&session.client, &session.practice, &contract.client_id, &contract.client_secret);
    let error = Answer::oauth_error(401, "invalid_client", "No such client.");
    arm(&session, RequestKind::Token, Fault::Answer(error));
    let answer = ask().send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::UNAUTHORIZED);
    assert_eq!(answer.json_value().await["error"], "invalid_client");
    arm(&session, RequestKind::Token, Fault::edit(|json| json["expires_in"] = 1.into()));
    assert_eq!(ask().send().await.unwrap().json_value().await["expires_in"], 1);
}

#[tokio::test]
async fn the_manifest_can_lie() {
    let (session, _) = session().await;
    let honest = manifest(&session).await;
    let lie = |fault| {
        arm(&session, RequestKind::Manifest, fault);
        manifest(&session)
    };
    let checksum = lie(Fault::wrong_checksum(0)).await;
    assert_eq!(checksum["output"][0]["extension"][0]["valueString"], format!("sha256:{}", "0".repeat(64)));
    let length = honest["output"][0]["extension"][1]["valueDecimal"].as_i64().unwrap();
    let longer = lie(Fault::wrong_length(0, -7)).await;
    assert_eq!(longer["output"][0]["extension"][1]["valueDecimal"], length - 7);
    let elsewhere = urls(&lie(Fault::files_at("https://files.example")).await).remove(0);
    assert!(elsewhere.starts_with("https://files.example/api/v2/fhir/Job/"), "{elsewhere}");
    assert!(urls(&lie(Fault::empty_output()).await).is_empty());
    let twice = urls(&lie(Fault::duplicate_output()).await);
    assert_eq!(twice, [twice[0].clone(), twice[0].clone()]);
    assert_eq!(lie(Fault::no_checksums()).await["output"][0].get("extension"), None);
    let object = lie(Fault::extension_as_object()).await;
    assert_eq!(object["output"][0]["extension"]["https://ab2d.cms.gov/file_length"], length);
    assert!(lie(Fault::unknown_fields()).await.get("future").is_some());
    assert_eq!(lie(Fault::other_shape()).await, serde_json::json!([1, 2, 3]));
    assert_eq!(lie(Fault::huge_json(100_000)).await["padding"].as_str().unwrap().len(), 100_000);
    assert_eq!(manifest(&session).await, honest);
}

#[tokio::test]
async fn files_can_be_had_under_hostile_names() {
    let session = Session::new(Options::instant().files(5, 20_000)).await;
    let (job, _) = session.exported("v2", EXPORT).await;
    let names = ["../../etc/passwd", "NUL", "a\u{202e}b.ndjson", "Z1001_0001.NDJSON", "C:\\x.ndjson"];
    let names = names.map(str::to_owned).to_vec();
    arm(&session, RequestKind::Manifest, Fault::FileNames(names));
    let manifest = session.manifest(&job).await;
    assert!(urls(&manifest)[0].ends_with("/file/..%2F..%2Fetc%2Fpasswd"), "{:?}", urls(&manifest));
    for (url, held) in urls(&manifest).iter().zip(session.practice.held_files(job.id)) {
        assert_eq!(sha256(&body(&session, url).await), held.sha256, "{url}");
    }
}

#[tokio::test]
async fn tokens_can_be_revoked_between_two_requests() {
    let (session, url) = session().await;
    arm(&session, RequestKind::File, Fault::RevokeTokens);
    let answer = get(&session, &url).await.unwrap();
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
    assert_eq!(answer.bytes().await.unwrap().len(), 0);
}

#[tokio::test]
async fn a_job_can_end_behind_its_owners_back() {
    for (fault, status, text) in [
        (Fault::Job(JobFault::Failed), 500, "Job failed while processing"),
        (Fault::Job(JobFault::Cancelled), 404, "Job is canceled."),
    ] {
        let (session, _) = session().await;
        arm(&session, RequestKind::Status, fault);
        let answer = session.poll(&job(&session)).await;
        assert_eq!(answer.status(), status);
        assert_eq!(words(answer).await, text);
    }
    let (session, url) = session().await;
    arm(&session, RequestKind::File, Fault::Job(JobFault::Expired));
    let answer = get(&session, &url).await.unwrap();
    assert_eq!(answer.status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert_eq!(words(answer).await, "The file is not present as it has expired. Please resubmit the job.");
    arm(&session, RequestKind::Status, Fault::ForgetJob);
    assert_eq!(session.poll(&job(&session)).await.status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn ranges_can_go_wrong() {
    let session = Session::new(Options::instant().files(1, 200_000).range(true)).await;
    let (_, manifest) = session.exported("v2", EXPORT).await;
    let url = urls(&manifest).remove(0);
    let etag = get(&session, &url).await.unwrap().headers()["etag"].clone();
    let part = || session.file(&url).header("range", "bytes=100-").header("if-range", etag.clone()).send();
    arm(&session, RequestKind::File, Fault::IgnoreRange);
    assert_eq!(part().await.unwrap().status(), StatusCode::OK);
    arm(&session, RequestKind::File, Fault::NewEtag);
    let answer = part().await.unwrap();
    assert_eq!(answer.status(), StatusCode::OK);
    assert_ne!(answer.headers()["etag"], etag);
    arm(&session, RequestKind::File, Fault::WrongContentRange);
    let answer = part().await.unwrap();
    assert_eq!(answer.status(), StatusCode::PARTIAL_CONTENT);
    assert!(answer.headers()["content-range"].to_str().unwrap().starts_with("bytes 101-"));
    assert_eq!(
        part().await.unwrap().headers()["content-range"].to_str().unwrap().split('-').next(),
        Some("bytes 100")
    );
}

#[tokio::test]
async fn a_cut_part_can_be_cut_again_and_does_not_count() {
    let session = Session::new(Options::instant().files(1, 200_000).range(true)).await;
    let (job, manifest) = session.exported("v2", EXPORT).await;
    let url = urls(&manifest).remove(0);
    let mut bytes = Vec::new();
    for _ in 0..8 {
        arm(&session, RequestKind::File, Fault::cut_at(1000));
        let request = session.file(&url).header("range", format!("bytes={}-", bytes.len()));
        let mut answer = request.send().await.unwrap();
        while let Ok(Some(piece)) = answer.chunk().await {
            bytes.extend_from_slice(&piece);
        }
    }
    assert_eq!((bytes.len(), session.practice.downloads(job.id, "Z1001_0001.ndjson")), (8000, 0));
    let request = session.file(&url).header("range", "bytes=8000-");
    bytes.extend_from_slice(&request.send().await.unwrap().bytes().await.unwrap());
    assert_eq!(sha256(&bytes), session.practice.held_files(job.id)[0].sha256);
    assert_eq!(session.practice.downloads(job.id, "Z1001_0001.ndjson"), 1);
}

#[tokio::test]
async fn each_kind_of_request_can_be_told_apart() {
    let (session, url) = session().await;
    let cancel = session.request(Method::DELETE, &job(&session).path());
    for kind in [RequestKind::Token, RequestKind::Start, RequestKind::Status, RequestKind::Manifest] {
        arm(&session, kind, Fault::Answer(Answer::status(502)));
    }
    for kind in [RequestKind::Cancel, RequestKind::Health, RequestKind::ServiceStatus, RequestKind::Metadata]
    {
        arm(&session, kind, Fault::Answer(Answer::status(502)));
    }
    assert_eq!(get(&session, &url).await.unwrap().status(), StatusCode::OK);
    assert_eq!(cancel.send().await.unwrap().status(), StatusCode::BAD_GATEWAY);
    assert_eq!(session.start("v2", EXPORT).await.status(), StatusCode::BAD_GATEWAY);
    assert_eq!(session.get("/v2/fhir/metadata").await.status(), StatusCode::BAD_GATEWAY);
    for path in ["/health", "/status"] {
        let url = session.practice.api_url().join(path).unwrap();
        assert_eq!(session.client.get(url).send().await.unwrap().status(), StatusCode::BAD_GATEWAY);
    }
    // A poll of a job that is done is both a poll and a manifest.
    for _ in 0..2 {
        assert_eq!(session.poll(&job(&session)).await.status(), StatusCode::BAD_GATEWAY);
    }
    assert_eq!(session.practice.faults().armed(), 1);
    session.practice.faults().clear();
    assert_eq!(session.practice.faults().armed(), 0);
}
