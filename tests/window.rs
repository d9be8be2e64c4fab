//! Stories in the real window.
#![cfg(target_os = "linux")]

use ab2d_tests::driver::{Launch, Window, button, heading};

/// The program with an empty data folder of its own, in which nothing was done before.
async fn open_for_the_first_time(data: &tempfile::TempDir) -> Window {
    let folder = data.path().to_str().unwrap();
    Window::open(&Launch::desktop().unwrap().with_variable("AB2D_DATA_DIR", folder)).await.unwrap()
}

#[tokio::test]
async fn a_newcomer_is_offered_a_contract_and_practice_data() {
    let data = tempfile::tempdir().unwrap();
    let window = open_for_the_first_time(&data).await;

    window.wait_for(&heading("Add your first contract")).await.unwrap();
    window.wait_for(&button("Add your first contract")).await.unwrap();
    window.wait_for(&button("Try it with practice data")).await.unwrap();
    window.screenshot("first-run").await.unwrap();

    let violations = window.accessibility_violations().await.unwrap();
    assert!(violations.is_empty(), "{violations:#?}");
    window.quit().await.unwrap();
}
