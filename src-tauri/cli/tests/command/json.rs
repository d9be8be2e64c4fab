//! What programs read.

use serde_json::Value;

use crate::desk::{CONTRACT, Desk};

#[tokio::test]
async fn every_line_is_an_event_and_the_last_one_the_result() {
    let desk = Desk::new().await;
    let ran = desk.export(&["--everything", "--json"]).await;
    ran.assert_status(0);
    let events = ran.json();
    assert!(events.iter().all(|event| event["event"].is_string()), "{events:?}");
    assert_eq!(events[0]["event"], "started");
    assert_eq!(events[0]["contract"], CONTRACT);

    let result = events.last().unwrap();
    assert_eq!(result["event"], "complete");
    assert_eq!(result["folder"].as_str().unwrap(), desk.exported().to_str().unwrap());
    assert_eq!(result["job"].as_str().unwrap(), desk.practice.jobs()[0].to_string());
    let held = desk.held();
    let files = result["files"].as_array().unwrap();
    assert_eq!(files.len(), held.len());
    for (file, held) in files.iter().zip(&held) {
        assert_eq!(file["name"].as_str().unwrap(), held.name);
        assert_eq!(file["bytes"], held.bytes);
        assert_eq!(file["sha256"].as_str().unwrap(), held.sha256);
        assert_eq!(file["claims"], held.claims);
    }
    assert_eq!(result["claims"], held.iter().map(|file| file.claims).sum::<u64>());
}

#[tokio::test]
async fn a_refusal_is_a_line_too() {
    let desk = Desk::new().await;
    let ran = desk.export(&["--fhir", "STU3", "--until", "2026-01-01T00:00:00Z", "--json"]).await;
    ran.assert_status(2);
    let result = ran.result();
    assert_eq!(result["event"], "refused");
    assert_eq!(result["files"], Value::Array(Vec::new()));
    assert!(result["message"].as_str().unwrap().contains("STU3"), "{result}");
}

#[tokio::test]
async fn lists_are_json_where_asked_for() {
    let desk = Desk::new().await;
    desk.export(&["--everything"]).await.assert_status(0);
    let history = desk.run(&["history", "--json"]).await;
    history.assert_status(0);
    assert_eq!(history.json()[0]["export"]["contractNumber"], CONTRACT);
    let status = desk.run(&["status", "--json"]).await;
    status.assert_status(0);
    assert!(status.json().is_empty());
}
