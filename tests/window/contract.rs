//! A contract from its first day to its last: added in each way, checked, edited, and removed.

use std::path::Path;

use ab2d_practice::{Fault, Options, Pause, RequestKind, Rule};
use ab2d_tests::driver::{Window, button, css, dialog, field, heading, native};
use ab2d_tests::home::Home;
use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::steps::{self, SOON, owner};

#[tokio::test]
async fn a_contract_with_a_credentials_file_is_checked_saved_and_exported() -> Result<()> {
    let service = ab2d_practice::serve(Options::instant().files(3, 300_000)).await?;
    let owner = owner(&service, "Z1001")?;
    let home = Home::new()?;
    let encoded = STANDARD.encode(format!("{}:{}", owner.client_id, owner.client_secret));
    let file = home.path().join("credentials_Z1001_base64.txt");
    std::fs::write(&file, format!("{encoded}\r\n"))?;

    let window = home.open().await?;
    window.click(&button("Add your first contract")).await?;
    window.look("contract-empty").await?;
    steps::begin_contract(&window, &service, "").await?;
    window.click(&button("Choose file…")).await?;
    native::choose("Choose the credentials file", &file.to_string_lossy()).await?;
    window.wait_for_text("credentials_Z1001_base64.txt", SOON).await?;
    window.click(&button("Check connection")).await?;
    window.wait_for_text("Everything works", SOON).await?;
    window.look("contract-checked").await?;
    window.click(&button("Save contract")).await?;
    window.wait_for(&heading("Contracts")).await?;

    steps::start_export(&window, "Z1001").await?;
    window.wait_for_text("all verified", SOON).await?;
    let job = *service.jobs().first().context("no job was asked for")?;
    for held in service.held_files(job) {
        ensure!(held.downloads == 1, "{} was downloaded {} times", held.name, held.downloads);
    }
    for secret in [&owner.client_secret, &encoded, "eyJ"] {
        ensure!(!is_in_page(&window, secret).await?, "the page holds {secret}");
        ensure!(!is_in_folder(&home.data(), secret)?, "the records hold {secret}");
    }
    window.quit().await
}

#[tokio::test]
async fn what_is_missing_is_said_and_led_to() -> Result<()> {
    let home = Home::new()?;
    let window = home.open().await?;
    window.click(&button("Add your first contract")).await?;
    window.click(&button("Save contract")).await?;
    window.wait_for_text("Enter the contract number.", SOON).await?;
    window.wait_for_focus("Contract number").await?;
    window.look("contract-missing").await?;

    window.click(&css("label.tile.sandbox")).await?;
    window.fill(&field("Contract number"), "z1001").await?;
    window.click(&button("Use the public sample credentials")).await?;
    window.wait_for_text("CMS publishes them for everyone", SOON).await?;
    window.look("contract-sample").await?;
    window.click(&button("Save contract")).await?;
    window.wait_for(&heading("Contracts")).await?;
    window.wait_for(&button("Export… Z1001")).await?;
    window.quit().await
}

#[tokio::test]
async fn a_check_says_where_it_stops_and_a_corrected_contract_works() -> Result<()> {
    let service = ab2d_practice::serve(Options::instant()).await?;
    let owner = owner(&service, "Z1001")?;
    let home = Home::new()?;
    let window = home.open().await?;
    window.click(&button("Add your first contract")).await?;
    steps::begin_contract(&window, &service, "Z1001").await?;
    steps::type_credentials(&window, &owner.client_id, "not the password").await?;
    window.click(&button("Check connection")).await?;
    window.wait_for_text("AB2D refused the credentials.", SOON).await?;
    window.wait_for_text("Enter the newest credentials that AB2D sent", SOON).await?;
    window.look("contract-stopped").await?;
    window.click(&button("Save contract")).await?;
    window.wait_for(&heading("Contracts")).await?;

    steps::choose(&window, "Z1001", "Edit contract…").await?;
    window.wait_for(&heading("Edit Z1001")).await?;
    window.fill(&field("Nickname (optional)"), "Coastal Rx").await?;
    window.look("contract-edited").await?;
    window.click(&button("Replace…")).await?;
    steps::type_credentials(&window, &owner.client_id, &owner.client_secret).await?;
    let silence = Rule::on(RequestKind::Token, Fault::stall_at(0, Pause::UntilDisarmed));
    service.faults().arm(silence.always());
    window.click(&button("Check connection")).await?;
    window.wait_for_text("Signing in…", SOON).await?;
    window.click(&button("Stop checking")).await?;
    window.wait_for(&button("Check again")).await?;
    service.faults().clear();
    window.click(&button("Check again")).await?;
    window.wait_for_text("Everything works", SOON).await?;
    window.click(&button("Save contract")).await?;
    window.wait_for_text("Coastal Rx", SOON).await?;
    ensure!(!is_in_page(&window, &owner.client_secret).await?, "the page holds the password");
    window.quit().await
}

#[tokio::test]
async fn a_removed_contract_leaves_its_files_its_history_and_what_is_covered() -> Result<()> {
    let service = ab2d_practice::serve(Options::instant()).await?;
    let home = Home::with_contracts(&service, &["Z1001"]).await?;
    let exported = home.export("Z1001").await?;
    let window = home.open().await?;
    steps::choose(&window, "Z1001", "Remove contract…").await?;
    window.wait_for(&dialog("Remove Z1001?")).await?;
    window.look("contract-remove").await?;
    window.click(&button("Remove contract")).await?;
    window.wait_for(&heading("Add your first contract")).await?;

    ensure!(exported.join("SHA256SUMS").is_file(), "the files are gone");
    steps::go_to(&window, "History").await?;
    window.wait_for_text("1\u{a0}export", SOON).await?;
    window.click(&button("Contracts")).await?;
    window.click(&button("Add your first contract")).await?;
    let owner = owner(&service, "Z1001")?;
    steps::begin_contract(&window, &service, "Z1001").await?;
    steps::type_credentials(&window, &owner.client_id, &owner.client_secret).await?;
    window.click(&button("Save contract")).await?;
    window.click(&button("Export… Z1001")).await?;
    window.wait_for_text("Claims added or changed after", SOON).await?;
    window.quit().await
}

/// Whether something stands anywhere in the page: in its document, in a field, or in what a page can store.
async fn is_in_page(window: &Window, text: &str) -> Result<bool> {
    const LOOK: &str = "
        const fields = [...document.querySelectorAll('input, textarea')].map(field => field.value);
        const stored = [localStorage, sessionStorage].map(storage => JSON.stringify({ ...storage }));
        const places = [document.documentElement.outerHTML, document.cookie, location.href,
            JSON.stringify(history.state), ...fields, ...stored];
        return places.some(place => place?.includes(arguments[0]))";
    window.run(LOOK, json!([text])).await
}

/// Whether something stands in any file of a folder.
fn is_in_folder(folder: &Path, text: &str) -> Result<bool> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let found = if path.is_dir() {
            is_in_folder(&path, text)?
        } else {
            std::fs::read(&path)?.windows(text.len()).any(|window| window == text.as_bytes())
        };
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}
