//! The audit record and the support report.

use crate::desk::{CONTRACT, Desk};

#[tokio::test]
async fn the_record_tells_who_exported_what() {
    let desk = Desk::new().await;
    desk.export(&["--everything"]).await.assert_status(0);
    let verify = desk.run(&["audit", "verify"]).await;
    verify.assert_status(0);
    assert!(verify.out.contains("The record is intact"), "{}", verify.out);

    let lines = desk.run(&["audit", "export", "--format", "jsonl"]).await.json();
    let events: Vec<_> = lines.iter().map(|line| line["entry"]["event"].as_str().unwrap()).collect();
    assert_eq!(events, ["exportStarted", "exportEnded"]);
    assert_eq!(lines[1]["entry"]["files"][0]["sha256"].as_str().unwrap(), desk.held()[0].sha256);

    let csv = desk.run(&["audit", "export", "--format", "csv"]).await.out;
    assert_eq!(csv.lines().count(), 3);
    assert!(csv.starts_with("number,time,user,") && csv.contains(CONTRACT), "{csv}");
}

#[tokio::test]
async fn the_report_tells_where_an_export_stands() {
    let desk = Desk::new().await;
    desk.refuse_starts();
    desk.export(&["--max-wait", "1s"]).await.assert_status(1);
    let report = desk.run(&["report", "1"]).await;
    report.assert_status(0);
    for part in ["System", "Code             maintenance", "Stage            Start", "HTTP status      503"] {
        assert!(report.out.contains(part), "“{part}” in\n{}", report.out);
    }
}
