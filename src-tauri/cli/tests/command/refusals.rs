//! What cannot be done says so, with a next step, and changes nothing.

use crate::desk::{CONTRACT, Desk, Ran};

#[track_caller]
fn assert_says(ran: &Ran, status: i32, words: &[&str]) {
    ran.assert_status(status);
    for word in words {
        assert!(ran.err.contains(word) || ran.out.contains(word), "“{word}” in\n{}\n{}", ran.out, ran.err);
    }
}

/// Nothing was asked of the service, and nothing was written.
fn assert_nothing_happened(desk: &Desk) {
    assert!(desk.practice.journal().is_empty());
    assert_eq!(std::fs::read_dir(desk.claims()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_wrong_credentials_file_is_named_for_what_it_is() {
    let desk = Desk::new().await;
    let file = desk.write("notes.txt", r#"{"client_id": "canary"}"#);
    let mut arguments = vec!["export".to_owned(), CONTRACT.to_owned()];
    arguments.extend(desk.addressed_with(&file));
    let ran = desk.run(&arguments).await;
    assert_says(&ran, 3, &["a JSON file, not a credentials file", "Choose the file that AB2D sent"]);
    assert!(!ran.err.contains("canary"));
    assert_nothing_happened(&desk);
}

#[tokio::test]
async fn a_missing_credentials_file_is_named() {
    let desk = Desk::new().await;
    let mut arguments = vec!["export".to_owned(), CONTRACT.to_owned()];
    arguments.extend(desk.addressed_with(&desk.path("nowhere.txt")));
    assert_says(&desk.run(&arguments).await, 3, &["nowhere.txt", "cannot be opened"]);
}

#[tokio::test]
async fn a_wrong_password_waits_for_a_person() {
    let desk = Desk::new().await;
    let file = desk.write("wrong_Z1001.txt", &crate::desk::base64("0oapracticeZ1001297:wrong"));
    let mut arguments = vec!["export".to_owned(), CONTRACT.to_owned(), "--json".to_owned()];
    arguments.extend(desk.addressed_with(&file));
    let ran = desk.run(&arguments).await;
    ran.assert_status(3);
    let result = ran.result();
    assert_eq!(
        (result["event"].as_str(), result["problem"]["code"].as_str()),
        (Some("waiting"), Some("credentialsRefused"))
    );
    assert_eq!(result["problem"]["httpStatus"], 401);
}

#[tokio::test]
async fn a_time_without_a_zone_is_refused() {
    let desk = Desk::new().await;
    let ran = desk.export(&["--since", "2026-01-01T00:00:00"]).await;
    assert_says(&ran, 2, &["names no time zone"]);
    assert_nothing_happened(&desk);
}

#[tokio::test]
async fn parameters_that_the_service_would_refuse_are_not_sent() {
    let desk = Desk::new().await;
    let cases: [(&[&str], &str); 4] = [
        (&["--fhir", "STU3", "--until", "2026-01-01T00:00:00Z"], "STU3"),
        (&["--since", "2019-01-01T00:00:00Z"], "2020"),
        (&["--since", "2199-01-01T00:00:00Z"], "future"),
        (&["--service-date", "ge2024-01-01"], "v3"),
    ];
    for (arguments, word) in cases {
        assert_says(&desk.export(arguments).await, 2, &[word]);
    }
    assert_nothing_happened(&desk);
}

#[tokio::test]
async fn what_is_no_contract_number_is_refused() {
    let desk = Desk::new().await;
    assert_says(&desk.run(&["export", "1001"]).await, 2, &["not a contract number", "S5601"]);
}

#[tokio::test]
async fn a_contract_that_is_not_listed_can_be_added() {
    let desk = Desk::new().await;
    assert_says(&desk.run(&["export", CONTRACT]).await, 2, &["not in the list", "ab2d contract add Z1001"]);
    assert_says(&desk.run(&["check", CONTRACT]).await, 2, &["not in the list"]);
}

#[tokio::test]
async fn what_an_unstored_contract_lacks_is_named() {
    let desk = Desk::new().await;
    let arguments = ["export", CONTRACT, "--environment", "other", "--folder", "claims"];
    assert_says(&desk.run(&arguments).await, 2, &["--credentials-file"]);
    let arguments = ["export", CONTRACT, "--environment", "production"];
    assert_says(&desk.run(&arguments).await, 2, &["--folder"]);
}

#[tokio::test]
async fn plain_http_to_another_computer_is_refused() {
    let desk = Desk::new().await;
    let file = desk.path("credentials_Z1001_base64.txt");
    let url = "http://ab2d.example/api";
    let arguments = [
        "export",
        CONTRACT,
        "--environment",
        "other",
        "--api-url",
        url,
        "--token-url",
        url,
        "--credentials-file",
        file.to_str().unwrap(),
        "--folder",
        "claims",
    ];
    assert_says(&desk.run(&arguments).await, 2, &["must start with https://"]);
}

#[tokio::test]
async fn a_save_folder_that_is_a_file_waits_for_a_person() {
    let desk = Desk::new().await;
    let folder = desk.write("folder", "in the way");
    let ran = desk.export(&["--folder", folder.to_str().unwrap()]).await;
    // The option of the desk comes first, and clap takes an option once.
    ran.assert_status(2);
    let mut arguments = desk.export_arguments(&[]);
    let at = arguments.iter().position(|argument| argument == "--folder").unwrap();
    arguments[at + 1] = folder.join("inside").to_str().unwrap().to_owned();
    assert_says(&desk.run(&arguments).await, 3, &["folder"]);
    assert!(desk.practice.journal().is_empty());
}

#[cfg(unix)]
#[tokio::test]
async fn a_save_folder_that_nobody_writes_to_waits_for_a_person() {
    use std::os::unix::fs::PermissionsExt;

    let desk = Desk::new().await;
    let folder = desk.claims();
    std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o500)).unwrap();
    if std::fs::write(folder.join("probe"), "").is_ok() {
        println!("Nothing was tested: this user writes wherever it wants.");
        return;
    }
    assert_says(&desk.export(&["--json"]).await, 3, &["folderNotWritable"]);
    assert!(desk.practice.journal().is_empty());
}

#[tokio::test]
async fn an_export_that_does_not_exist_is_told() {
    let desk = Desk::new().await;
    for arguments in [["cancel", "7"], ["verify", "7"], ["resume", "7"], ["report", "7"]] {
        assert_says(&desk.run(&arguments).await, 1, &["not in the program’s records"]);
    }
    assert_says(&desk.run(&["cancel", "seven"]).await, 2, &["ab2d status"]);
}
