//! The practice service on its own.

use std::time::Duration;

use serde_json::Value;
use tokio::io::{AsyncBufReadExt, BufReader};

use crate::desk::{CONTRACT, Desk, base64};

#[tokio::test]
async fn its_first_line_says_how_it_is_reached() {
    let desk = Desk::new().await;
    let mut child = desk.start(&[
        "practice",
        "serve",
        "--files",
        "3",
        "--size",
        "50000",
        "--job-seconds",
        "0",
        "--range",
        "--json",
    ]);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let line =
        tokio::time::timeout(Duration::from_secs(20), lines.next_line()).await.unwrap().unwrap().unwrap();
    let reached: Value = serde_json::from_str(&line).unwrap();
    let contract = &reached["contracts"][0];
    assert_eq!(contract["number"], CONTRACT);

    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let pair = format!("{}:{}", text(&contract["client_id"]), text(&contract["client_secret"]));
    let file = desk.write("served_Z1001.txt", &base64(&pair));
    let (api, token) = (text(&reached["api_url"]), text(&reached["token_url"]));
    let ran = desk
        .run(&[
            "export",
            CONTRACT,
            "--environment",
            "other",
            "--api-url",
            &api,
            "--token-url",
            &token,
            "--credentials-file",
            file.to_str().unwrap(),
            "--folder",
            "claims",
            "--json",
        ])
        .await;
    ran.assert_status(0);
    assert_eq!(ran.result()["files"].as_array().unwrap().len(), 3);
    child.kill().await.unwrap();
}

#[cfg(unix)]
#[tokio::test]
async fn it_ends_when_told_to() {
    let desk = Desk::new().await;
    let mut child = desk.start(&["practice", "serve"]);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    assert!(lines.next_line().await.unwrap().unwrap().contains("made-up claims"));
    let id = child.id().unwrap().to_string();
    assert!(std::process::Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
    assert_eq!(child.wait().await.unwrap().code(), Some(0));
}

#[tokio::test]
async fn a_port_that_is_taken_is_named() {
    let desk = Desk::new().await;
    let port = desk.practice.api_url().port().unwrap().to_string();
    let ran = desk.run(&["practice", "serve", "--port", &port]).await;
    ran.assert_status(2);
    assert!(ran.err.contains(&port), "{}", ran.err);
}
