//! Contracts whose credentials the system's keychain keeps.

use crate::desk::{CONTRACT, Desk};

#[tokio::test]
async fn a_contract_is_exported_with_the_credentials_in_the_keychain() {
    if std::env::var_os("AB2D_TEST_KEYRING").is_none_or(|value| value != "1") {
        println!(
            "Nothing was tested: AB2D_TEST_KEYRING=1 is not set, so this keychain may be a person's own."
        );
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
