//! What several stories do on their way.

use std::time::Duration;

use ab2d_practice::{Practice, PracticeContract};
use ab2d_tests::driver::{Window, button, css, field, heading};
use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// For what the program does by itself, on a loaded machine too.
pub(crate) const SOON: Duration = Duration::from_mins(1);

/// More than the longest pause between two tries, which two minutes of looking at pages let it grow to.
pub(crate) const TURN: Duration = Duration::from_mins(3);

/// A contract of the service, with its credentials.
pub(crate) fn owner<'a>(service: &'a Practice, number: &str) -> Result<&'a PracticeContract> {
    service.contract(number).context("the service has no such contract")
}

/// From the list of contracts to the form for a further one, at the service's address.
pub(crate) async fn begin_contract(window: &Window, service: &Practice, number: &str) -> Result<()> {
    window.wait_for(&heading("Add contract")).await?;
    window.click(&css("label.tile.other")).await?;
    window.fill(&field("Contract number"), number).await?;
    window.fill(&field("AB2D address"), service.api_url().as_str()).await?;
    window.fill(&field("Sign-in address"), service.token_url().as_str()).await
}

/// Types credentials where a form, or a dialog, asks for them.
pub(crate) async fn type_credentials(window: &Window, client_id: &str, client_secret: &str) -> Result<()> {
    window.click(&button("Type the client ID and password instead")).await?;
    window.fill(&field("Client ID"), client_id).await?;
    window.fill(&css("input[name=clientSecret]"), client_secret).await
}

/// Exports a contract of the list as its form proposes.
pub(crate) async fn start_export(window: &Window, number: &str) -> Result<()> {
    window.click(&button(&format!("Export… {number}"))).await?;
    window.wait_for(&heading(&format!("Export {number}"))).await?;
    window.click(&button("Export")).await
}

/// Opens a contract's menu, and chooses from it.
pub(crate) async fn choose(window: &Window, number: &str, item: &str) -> Result<()> {
    window.click(&button(&format!("More for {number}"))).await?;
    window.click(&ab2d_tests::driver::role("menuitem", item)).await
}

/// Goes to a page of the sidebar.
pub(crate) async fn go_to(window: &Window, page: &str) -> Result<()> {
    window.click(&button(page)).await?;
    window.wait_for(&heading(page)).await
}

/// At another computer somebody has the service prepare an export of a contract, with these parameters beside the usual.
pub(crate) async fn a_colleague_exports(
    service: &Practice,
    number: &str,
    parameters: &[(&str, &str)],
) -> Result<()> {
    let owner = owner(service, number)?;
    let client = reqwest::Client::builder().no_proxy().user_agent("a colleague").build()?;
    let token = client
        .post(service.token_url())
        .query(&[("grant_type", "client_credentials"), ("scope", "clientCreds")])
        .header("Content-Type", "application/x-www-form-urlencoded")
        .basic_auth(&owner.client_id, Some(&owner.client_secret))
        .send()
        .await?;
    let token: Value = serde_json::from_slice(&token.bytes().await?)?;
    let started = client
        .get(format!("{}/v2/fhir/Patient/$export", service.api_url()))
        .query(&[("_type", "ExplanationOfBenefit"), ("_outputFormat", "application/fhir+ndjson")])
        .query(parameters)
        .header("Accept", "application/json")
        .header("Prefer", "respond-async")
        .bearer_auth(token["access_token"].as_str().unwrap_or_default())
        .send()
        .await?;
    ensure!(started.status() == 202, "the colleague's export was not started: {started:?}");
    Ok(())
}
