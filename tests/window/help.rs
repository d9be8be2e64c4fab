//! Help: everything checked, and a report that is seen in full before it leaves.

use ab2d_practice::Options;
use ab2d_tests::driver::{button, css, native};
use ab2d_tests::home::Home;
use anyhow::{Result, ensure};
use serde_json::json;

use crate::steps::{self, SOON, owner};

#[tokio::test]
async fn the_computer_and_every_contract_are_checked_and_the_report_is_seen_and_saved() -> Result<()> {
    let service = ab2d_practice::serve(Options::instant()).await?;
    let other = ab2d_practice::serve(Options::instant()).await?;
    let home = Home::with_contracts(&service, &["Z1001"]).await?;
    home.add(&other, "Z1002").await?;
    home.export("Z1001").await?;
    let window = home.open().await?;
    other.refuse_connections().await;
    steps::go_to(&window, "Help").await?;
    window.click(&button("Check everything")).await?;
    window.wait_for_text("1 of 3 does not work", SOON).await?;
    window.wait_for_text("There is no connection to AB2D.", SOON).await?;
    window.look("help-checked").await?;

    window.click(&button("Show the report")).await?;
    window.wait_for(&css("textarea")).await?;
    let shown: String = window.run("return document.querySelector('textarea').value", json!([])).await?;
    let secret = &owner(&service, "Z1001")?.client_secret;
    ensure!(shown.contains("AB2D Desktop") && !shown.contains(secret.as_str()), "{shown}");
    window.look("help-report").await?;
    let path = home.path().join("report.txt");
    window.click(&button("Save report…")).await?;
    native::choose("Save the support report", &path.to_string_lossy()).await?;
    window.wait_for_text("Saved as", SOON).await?;
    ensure!(std::fs::read_to_string(&path)? == shown, "another report was saved than was shown");
    window.quit().await
}
