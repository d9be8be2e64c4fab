//! Contracts whose credentials the system's keychain keeps.

#[cfg(target_os = "linux")]
use std::time::Duration;

#[cfg(target_os = "linux")]
use crate::desk::Ran;
use crate::desk::{CONTRACT, Desk};

#[tokio::test]
async fn a_contract_is_exported_with_the_credentials_in_the_keychain() {
    if !may_use_keychain() {
        return;
    }
    let desk = Desk::with_keychain().await;
    let mut add = vec!["contract".to_owned(), "add".to_owned(), CONTRACT.to_owned()];
    add.extend(desk.addressed());
    desk.run(&add).await.assert_status(0);
    // The credentials file is needed no longer.
    std::fs::remove_file(desk.path("credentials_Z1001_base64.txt")).unwrap();

    desk.run(&["check", CONTRACT]).await.assert_status(0);
    desk.run(&["export", CONTRACT]).await.assert_status(0);
    desk.assert_exported();
    let verdict = desk.run(&["audit", "verify"]).await;
    verdict.assert_status(0);
    assert!(!verdict.out.contains("without a keychain"), "{}", verdict.out);

    desk.run(&["contract", "remove", CONTRACT]).await.assert_status(0);
    assert!(desk.run(&["contract", "list"]).await.out.contains("no contracts yet"));
}

#[tokio::test]
async fn credentials_that_the_keychain_does_not_take_are_not_said_to_be_kept() {
    if !may_use_keychain() {
        return;
    }
    let desk = Desk::with_keychain().await;
    // Longer than any keychain takes.
    let pair = format!("0oapracticeZ1001297:{}", "x".repeat(3000));
    let file = desk.write("long_Z1001.txt", &crate::desk::base64(&pair));
    let mut add = vec!["contract".to_owned(), "add".to_owned(), CONTRACT.to_owned()];
    add.extend(desk.addressed_with(&file));
    let ran = desk.run(&add).await;
    ran.assert_status(3);
    assert!(ran.err.contains("was added, but"), "{}", ran.err);
    let list = desk.run(&["contract", "list"]).await;
    assert!(list.out.contains(CONTRACT) && list.out.contains("missing"), "{}", list.out);
}

/// A session's bus that takes connections and says nothing.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_keychain_that_never_answers_does_not_keep_a_command_from_ending() {
    let desk = Desk::new().await;
    for number in [CONTRACT, "Z1002"] {
        let add = ["contract", "add", number, "--environment", "practice", "--folder", "claims"];
        desk.run(&add).await.assert_status(0);
    }
    // Its credentials are to be forgotten at the next start, as there is no keychain.
    desk.run(&["contract", "remove", "Z1002"]).await.assert_status(0);
    let bus = tokio::net::UnixListener::bind(desk.path("bus")).unwrap();
    let address = format!("unix:path={}", desk.path("bus").display());
    // It has not ended before the keychain is asked: it waits for a password, and none comes.
    let add = ["contract", "add", "Z1006", "--client-id", "any"];
    let to = ["--environment", "practice", "--folder", "claims"];
    let adding = desk.start_with(&[&add[..], &to[..]].concat(), &[("DBUS_SESSION_BUS_ADDRESS", &address)]);
    let asked = tokio::time::timeout(Duration::from_mins(1), bus.accept()).await;
    assert!(asked.is_ok(), "the keychain was not asked");
    let added = tokio::time::timeout(Duration::from_secs(20), adding.wait_with_output()).await.unwrap();
    let added = Ran::from(added.unwrap());
    added.assert_status(2);
    assert!(added.err.contains("No password came"), "{}", added.err);
}

#[expect(clippy::print_stdout, reason = "says that nothing was tested")]
fn may_use_keychain() -> bool {
    let may = std::env::var_os("AB2D_TEST_KEYRING").is_some_and(|value| value == "1");
    if !may {
        println!(
            "Nothing was tested: AB2D_TEST_KEYRING=1 is not set, so this keychain may be a person's own."
        );
    }
    may
}
