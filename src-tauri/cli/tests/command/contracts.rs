//! Adding, listing and removing contracts.

use tokio::io::AsyncWriteExt;

use crate::desk::{CONTRACT, Desk, Ran};

#[tokio::test]
async fn a_practice_contract_is_added_listed_and_removed() {
    let desk = Desk::new().await;
    let add = ["contract", "add", CONTRACT, "--environment", "practice", "--folder", "claims"];
    desk.run(&add).await.assert_status(0);
    let list = desk.run(&["contract", "list"]).await;
    assert!(
        list.out.contains(CONTRACT) && list.out.contains(desk.claims().to_str().unwrap()),
        "{}",
        list.out
    );
    let again = desk.run(&add).await;
    again.assert_status(2);
    assert!(again.err.contains("already in the list"), "{}", again.err);

    desk.run(&["check", CONTRACT]).await.assert_status(0);
    desk.run(&["contract", "remove", CONTRACT]).await.assert_status(0);
    assert!(desk.run(&["contract", "list"]).await.out.contains("no contracts yet"));
}

#[tokio::test]
async fn without_a_keychain_no_credentials_are_taken() {
    let desk = Desk::new().await;
    let mut arguments = vec!["contract".to_owned(), "add".to_owned(), CONTRACT.to_owned()];
    arguments.extend(desk.addressed());
    let ran = desk.run(&arguments).await;
    ran.assert_status(3);
    assert!(ran.err.contains("keychain"), "{}", ran.err);
    assert!(desk.run(&["contract", "list"]).await.out.contains("no contracts yet"));
}

#[tokio::test]
async fn the_password_is_read_from_standard_input() {
    let desk = Desk::new().await;
    let contract = desk.practice.contract(CONTRACT).unwrap().clone();
    let (api, token) = (desk.practice.api_url().to_string(), desk.practice.token_url().to_string());
    let mut child = desk.start(&[
        "export",
        CONTRACT,
        "--environment",
        "other",
        "--api-url",
        &api,
        "--token-url",
        &token,
        "--client-id",
        &contract.client_id,
        "--folder",
        "claims",
        "--everything",
    ]);
    let mut input = child.stdin.take().unwrap();
    input.write_all(format!("{}\n", contract.client_secret).as_bytes()).await.unwrap();
    drop(input);
    Ran::from(child.wait_with_output().await.unwrap()).assert_status(0);
    desk.assert_exported();
}

#[tokio::test]
async fn an_unknown_environment_is_named() {
    let desk = Desk::new().await;
    let ran = desk.run(&["contract", "add", CONTRACT, "--environment", "test", "--folder", "claims"]).await;
    ran.assert_status(2);
    assert!(ran.err.contains("production, sandbox, practice or other"), "{}", ran.err);
}
