//! Exports that come to their end.

use crate::desk::{CONTRACT, Desk};

#[tokio::test]
async fn an_unstored_contract_is_exported_into_verified_files() {
    let desk = Desk::new().await;
    let ran = desk.export(&["--everything"]).await;
    ran.assert_status(0);
    desk.assert_exported();
    assert!(ran.out.contains("all verified"), "{}", ran.out);
    assert!(ran.out.contains(desk.exported().to_str().unwrap()), "{}", ran.out);
}

#[tokio::test]
async fn a_stored_practice_contract_is_exported() {
    let desk = Desk::new().await;
    let folder = desk.claims();
    let add =
        ["contract", "add", CONTRACT, "--environment", "practice", "--folder", folder.to_str().unwrap()];
    desk.run(&add).await.assert_status(0);

    let ran = desk.run(&["export", CONTRACT, "--json"]).await;
    ran.assert_status(0);
    let result = ran.result();
    let exported = desk.exported();
    let files = result["files"].as_array().unwrap();
    assert_eq!(files.len(), 12);
    for file in files {
        let content = std::fs::read(exported.join(file["name"].as_str().unwrap())).unwrap();
        assert_eq!(crate::desk::sha256(&content), file["sha256"].as_str().unwrap());
    }

    let verified = desk.run(&["verify", exported.to_str().unwrap()]).await;
    verified.assert_status(0);
    assert!(verified.out.contains("12 of 12 files are intact"), "{}", verified.out);
    assert!(verified.out.contains("what this program recorded"), "{}", verified.out);
    desk.run(&["verify", "1"]).await.assert_status(0);

    let moved = desk.path("elsewhere");
    std::fs::rename(&exported, &moved).unwrap();
    let verified = desk.run(&["verify", moved.to_str().unwrap()]).await;
    verified.assert_status(0);
    assert!(verified.out.contains("the folder’s SHA256SUMS"), "{}", verified.out);
}

#[tokio::test]
async fn a_damaged_and_a_missing_file_are_told() {
    let desk = Desk::new().await;
    desk.export(&["--everything"]).await.assert_status(0);
    let held = desk.held();
    std::fs::write(desk.exported().join(&held[0].name), "other").unwrap();
    std::fs::remove_file(desk.exported().join(&held[1].name)).unwrap();

    let ran = desk.run(&["verify", "1"]).await;
    ran.assert_status(1);
    assert!(ran.out.contains(&format!("damaged: {}", held[0].name)), "{}", ran.out);
    assert!(ran.out.contains(&format!("missing: {}", held[1].name)), "{}", ran.out);
}

#[tokio::test]
async fn the_second_export_asks_for_what_is_new() {
    let desk = Desk::new().await;
    desk.export(&[]).await.assert_status(0);
    desk.export(&[]).await.assert_status(0);
    let starts: Vec<_> =
        desk.practice.journal().into_iter().filter(|request| request.path.ends_with("$export")).collect();
    assert_eq!(starts.len(), 2);
    let since = |query: &Option<String>| {
        let query = query.clone().unwrap();
        query.split('&').find_map(|part| part.strip_prefix("_since=").map(str::to_owned)).unwrap()
    };
    assert_eq!(since(&starts[0].query), "2020-02-13T05%3A00%3A00.000Z");
    assert!(since(&starts[1].query) > since(&starts[0].query));
}

#[tokio::test]
async fn compressed_files_come_with_both_sums() {
    let desk = Desk::new().await;
    let ran = desk.export(&["--everything", "--compressed", "--json"]).await;
    ran.assert_status(0);
    for (file, held) in ran.result()["files"].as_array().unwrap().iter().zip(desk.held()) {
        let name = file["name"].as_str().unwrap();
        assert_eq!(name, format!("{}.gz", held.name));
        assert_eq!(file["sha256"].as_str().unwrap(), held.sha256);
        let stored = std::fs::read(desk.exported().join(name)).unwrap();
        assert_eq!(file["storedBytes"], stored.len());
        assert_eq!(file["storedSha256"].as_str().unwrap(), crate::desk::sha256(&stored));
    }
}

#[tokio::test]
async fn no_new_claims_are_a_result() {
    let desk = Desk::new().await;
    let mut arguments = vec!["export".to_owned(), "Z1005".to_owned()];
    arguments.extend(desk.addressed_with(&desk.path("credentials_Z1005_base64.txt")));
    let ran = desk.run(&arguments).await;
    ran.assert_status(0);
    assert!(ran.out.contains("no new claims"), "{}", ran.out);
}

#[tokio::test]
async fn as_many_files_as_allowed_are_fetched_at_a_time() {
    let desk = Desk::with(ab2d_practice::Options::instant().files(6, 50_000)).await;
    desk.export(&["--everything", "--parallel", "1"]).await.assert_status(0);
    desk.assert_exported();
    let files: Vec<_> =
        desk.practice.journal().into_iter().filter(|request| request.path.contains("/file/")).collect();
    assert_eq!(files.len(), 6);
    assert!(files.iter().all(|request| request.finished));
}

#[tokio::test]
async fn a_gap_is_told_and_closed() {
    let desk = Desk::new().await;
    let folder = desk.claims();
    let add =
        ["contract", "add", CONTRACT, "--environment", "practice", "--folder", folder.to_str().unwrap()];
    desk.run(&add).await.assert_status(0);
    let late = desk.run(&["export", CONTRACT, "--since", "2025-06-01T00:00:00Z"]).await;
    late.assert_status(0);
    assert!(late.out.contains("--fhir R4 --close-gap"), "{}", late.out);
    let list = desk.run(&["contract", "list"]).await;
    assert!(list.out.contains("no R4 file covers the beginning to 2025-0"), "{}", list.out);

    let ran = desk.run(&["export", CONTRACT, "--close-gap", "--json"]).await;
    ran.assert_status(0);
    assert_eq!(ran.result()["coverage"]["moved"], true);
    assert!(!desk.run(&["contract", "list"]).await.out.contains("covers"));
    let none = desk.run(&["export", CONTRACT, "--close-gap"]).await;
    none.assert_status(2);
    assert!(none.err.contains("There is no gap"), "{}", none.err);
}

#[tokio::test]
async fn what_is_not_whole_is_fetched_again() {
    let desk = Desk::new().await;
    desk.export(&["--everything"]).await.assert_status(0);
    let held = desk.held();
    std::fs::write(desk.exported().join(&held[0].name), "other").unwrap();
    std::fs::remove_file(desk.exported().join(&held[1].name)).unwrap();
    let found = desk.run(&["verify", "1"]).await;
    assert!(found.out.contains("ab2d fetch-again 1"), "{}", found.out);

    let file = desk.path("credentials_Z1001_base64.txt");
    let ran = desk.run(&["fetch-again", "1", "--credentials-file", file.to_str().unwrap()]).await;
    ran.assert_status(0);
    desk.assert_exported();
    for file in &held {
        assert!(
            ran.out.contains(&format!("{} was downloaded 2 times; AB2D allows 6.", file.name)),
            "{}",
            ran.out
        );
    }
    assert!(desk.held().iter().all(|file| file.downloads == 2));
    desk.run(&["verify", "1"]).await.assert_status(0);
}

#[tokio::test]
async fn what_cannot_be_fetched_again_is_said_and_the_export_stays_complete() {
    let options = ab2d_practice::Options { maximum_downloads: 1, ..ab2d_practice::Options::instant() };
    let desk = Desk::with(options).await;
    desk.export(&["--everything"]).await.assert_status(0);
    std::fs::write(desk.exported().join(&desk.held()[0].name), "other").unwrap();
    let file = desk.path("credentials_Z1001_base64.txt");
    let again = ["fetch-again", "1", "--json", "--credentials-file", file.to_str().unwrap()];
    let ran = desk.run(&again).await;
    ran.assert_status(1);
    let result = ran.result();
    assert_eq!((&result["event"], &result["problem"]["code"]), (&"failed".into(), &"downloadLimit".into()));
    assert_eq!(result["files"].as_array().unwrap().len(), desk.held().len() - 1);
    let ran = desk.run(&again.into_iter().filter(|argument| *argument != "--json").collect::<Vec<_>>()).await;
    ran.assert_status(1);
    assert!(ran.out.contains("AB2D does not send one of the files again."), "{}", ran.out);
    let history = desk.run(&["history"]).await;
    assert!(history.out.contains("complete"), "{}", history.out);
    desk.run(&["verify", "1"]).await.assert_status(1);
}
