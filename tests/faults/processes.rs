//! Two programs on one store: one drives an export, the other watches, and takes over what is left behind.

use std::time::Duration;

use ab2d_engine::view::PhaseView;
use ab2d_practice::{Fault, Options, RequestKind, Rule};
use ab2d_tests::desk::{Desk, everything};
use anyhow::Result;

use crate::oracle;

/// A desk whose files take a while.
async fn slow() -> Result<Desk> {
    let desk = Desk::new(Options::instant().files(8, 60_000)).await?;
    let drip = Fault::drip(500, Duration::from_millis(20));
    desk.service.faults().arm(Rule::on(RequestKind::File, drip).always());
    Ok(desk)
}

#[tokio::test]
async fn one_drives_and_the_other_watches() -> Result<()> {
    let desk = slow().await?;
    let other = desk.another().await?;
    let contract = desk.add("Z1001").await?;
    let id = desk.start(contract, everything()).await?;
    desk.until(id, |export| export.phase == PhaseView::Downloading).await?;
    assert!(other.export(id).await?.driven_elsewhere);
    assert_eq!(other.resume(id).await.unwrap_err().code(), "drivenElsewhere");
    let export = desk.rests(id).await?;
    oracle::complete(&desk, &export).await?;
    assert_eq!(other.export(id).await?.phase, PhaseView::Complete);
    assert!(desk.held(&export)?.iter().all(|file| file.downloads == 1));
    Ok(())
}

#[tokio::test]
async fn what_one_leaves_behind_the_other_takes_up() -> Result<()> {
    let mut desk = slow().await?;
    let contract = desk.add("Z1001").await?;
    let id = desk.start(contract, everything()).await?;
    let export = desk.until(id, |export| export.progress.files_verified >= 2).await?;
    let other = desk.another().await?;
    desk.controller.shutdown().await;
    let verified = oracle::verified(&desk, &export).await?;
    desk.controller = other;
    let export = desk.rests(id).await?;
    oracle::complete(&desk, &export).await?;
    assert!(verified.len() >= 2 && desk.service.jobs().len() == 1);
    let twice = |name: &str| verified.contains_key(name);
    let held = desk.held(&export)?;
    assert!(held.iter().filter(|file| twice(&file.name)).all(|file| file.downloads == 1), "{held:#?}");
    Ok(())
}
