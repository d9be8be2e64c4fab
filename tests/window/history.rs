//! History: every export, found again by filters, and a record that shows when it was changed.

use ab2d_practice::Options;
use ab2d_tests::driver::{button, css, field, heading, list, native};
use ab2d_tests::home::Home;
use anyhow::{Result, ensure};

use crate::steps::{self, SOON};

#[tokio::test]
async fn exports_are_filtered_opened_and_saved_as_csv() -> Result<()> {
    let service = ab2d_practice::serve(Options::instant()).await?;
    let home = Home::with_contracts(&service, &["Z1001", "Z1002"]).await?;
    for number in ["Z1001", "Z1002", "Z1002"] {
        home.export(number).await?;
    }
    let window = home.open().await?;
    steps::go_to(&window, "History").await?;
    window.wait_for_text("3\u{a0}exports", SOON).await?;
    window.look("history").await?;
    window.select(&list("Contract"), "Z1002").await?;
    window.wait_for_text("2 of 3\u{a0}exports", SOON).await?;
    window.fill(&field("Started from"), "2020-02-13").await?;
    window.fill(&field("Started from, to"), "2020-02-14").await?;
    window.wait_for_text("No exports match.", SOON).await?;
    window.look("history-no-match").await?;
    window.click(&button("Show all")).await?;
    window.wait_for(&css("tbody tr:nth-child(3)")).await?;

    let path = home.path().join("audit.csv");
    window.click(&button("Save as CSV…")).await?;
    native::choose("Save the audit record", &path.to_string_lossy()).await?;
    window.wait_for_text("Saved as", SOON).await?;
    let saved = std::fs::read_to_string(&path)?;
    ensure!(saved.lines().count() > 6 && saved.contains("Z1002"), "{saved}");
    window.click(&button("Verify the record")).await?;
    window.wait_for_text("none changed or missing", SOON).await?;
    window.look("history-verified").await?;
    tamper(&home)?;
    window.click(&button("Verify the record")).await?;
    window.wait_for_text("Entry 4 was changed. It now reads as one about Z1003", SOON).await?;
    window.wait_for_text("tell your security or compliance office", SOON).await?;
    window.look("history-changed").await?;

    window.click(&css("tbody tr:last-child .open button")).await?;
    window.wait_for_text("all verified", SOON).await?;
    window.click(&button("History")).await?;
    window.wait_for(&heading("History")).await?;
    window.quit().await
}

/// Somebody changes who did it, behind the program's back.
fn tamper(home: &Home) -> Result<()> {
    let records = rusqlite::Connection::open(home.data().join("ab2d.sqlite3"))?;
    let changed =
        records.execute("update audit set entry = replace(entry, 'Z1002', 'Z1003') where number = 4", [])?;
    ensure!(changed == 1, "there is no such entry");
    Ok(())
}
