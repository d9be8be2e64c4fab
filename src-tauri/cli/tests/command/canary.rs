//! Secrets and claims stay where they belong.

use std::fs;
use std::path::{Path, PathBuf};

use ab2d_practice::{Answer, Fault, Options, PracticeContract, RequestKind, Rule};

use crate::desk::{CONTRACT, Desk, Ran, base64};

/// A password that nothing else can be.
const CANARY: &str = "canary-7f3c9d21:with+colons/and=signs";

/// A word in every claim.
const CLAIM: &str = "ExplanationOfBenefit\",";

async fn desk() -> Desk {
    let contract = PracticeContract { client_secret: CANARY.to_owned(), ..PracticeContract::new(CONTRACT) };
    Desk::with(Options { contracts: vec![contract], ..Options::instant() }).await
}

fn every_file(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { files.extend(every_file(&path)) } else { files.push(path) }
    }
    files
}

/// The password, the header made of it, and the beginning of every bearer token.
fn secrets(desk: &Desk) -> Vec<String> {
    let contract = desk.practice.contract(CONTRACT).unwrap();
    let pair = base64(&format!("{}:{CANARY}", contract.client_id));
    vec!["canary-7f3c9d21".to_owned(), pair, "eyJ".to_owned()]
}

#[track_caller]
fn assert_clean(desk: &Desk, what: &str, content: &[u8]) {
    let text = String::from_utf8_lossy(content);
    for secret in secrets(desk) {
        assert!(!text.contains(&secret), "{what} holds {secret}");
    }
    assert!(!text.contains(CLAIM), "{what} holds a claim");
}

#[tokio::test]
async fn no_secret_and_no_claim_is_in_output_log_store_or_report() {
    let desk = desk().await;
    let html = Answer::status(403).body("text/html", format!("<html>{CANARY}</html>"));
    desk.practice.faults().arm(Rule::on(RequestKind::Status, Fault::Answer(html)).times(1));
    desk.practice.faults().arm(Rule::on(RequestKind::File, Fault::reset_at(3_000)).times(2));
    let wrong = desk.write("wrong_Z1001.txt", &base64("0oa:canary-7f3c9d21"));
    let mut refused = vec!["export".to_owned(), CONTRACT.to_owned()];
    refused.extend(desk.addressed_with(&wrong));

    let ran: [Ran; 6] = [
        desk.run(&refused).await,
        desk.export(&["--everything", "--json", "--max-wait", "1s"]).await,
        resume(&desk).await,
        desk.run(&["report"]).await,
        desk.run(&["history", "--json"]).await,
        desk.run(&["audit", "export", "--format", "jsonl"]).await,
    ];
    for one in &ran {
        assert_clean(&desk, "standard output", one.out.as_bytes());
        assert_clean(&desk, "standard error", one.err.as_bytes());
    }
    desk.assert_exported();
    let files = every_file(&desk.path("data"));
    assert!(files.len() > 2);
    for file in files {
        assert_clean(&desk, &file.display().to_string(), &fs::read(&file).unwrap());
    }
}

async fn resume(desk: &Desk) -> Ran {
    let file = desk.path("credentials_Z1001_base64.txt");
    desk.run(&["resume", "2", "--credentials-file", file.to_str().unwrap(), "--json"]).await
}
