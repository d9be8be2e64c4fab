//! A folder read again: is what lies there what was verified, and can it be made whole?

use std::time::Duration;

use ab2d_engine::view::{Event, FileState};
use ab2d_practice::Options;
use ab2d_tests::desk::Desk;
use anyhow::{Context, Result};

use crate::{code, verified};

#[tokio::test]
async fn damaged_and_missing_files_are_found_and_fetched_again() -> Result<()> {
    let desk = Desk::new(Options::instant().files(3, 200_000)).await?;
    let contract = desk.add("Z1001").await?;
    let export = desk.export(contract).await?;
    let folder = std::path::PathBuf::from(export.folder.as_ref().context("no folder")?);
    let held = desk.held(&export)?;
    std::fs::write(folder.join(&held[0].name), "damaged")?;
    std::fs::remove_file(folder.join(&held[1].name))?;
    let report = verified(&desk, export.id).await?;
    assert_eq!(
        (report.damaged.as_slice(), report.missing.as_slice()),
        (&[held[0].name.clone()][..], &[held[1].name.clone()][..])
    );
    let state_of = |files: &[ab2d_engine::view::FileView], name: &str| {
        files.iter().find(|file| file.name == name).map(|file| file.state)
    };
    let files = desk.controller.files(export.id).await?;
    let states: Vec<_> = held.iter().filter_map(|file| state_of(&files, &file.name)).collect();
    assert_eq!(states, [FileState::Damaged, FileState::Damaged, FileState::Verified]);
    desk.controller.fetch_again(export.id).await?;
    let again = desk.rests(export.id).await?;
    assert_eq!(code(&again.phase), "complete");
    desk.compare(&again)?;
    assert_eq!(again.tally, export.tally, "what is fetched again is not counted twice");
    assert_eq!(again.progress.claims, export.progress.claims);
    let downloads: Vec<_> = desk.held(&again)?.iter().map(|file| file.downloads).collect();
    assert_eq!(downloads.iter().sum::<u32>() as usize, held.len() + 2);
    let counted: Vec<_> =
        desk.controller.files(export.id).await?.into_iter().map(|file| file.downloads).collect();
    assert_eq!(counted, downloads, "what the service counts is shown");
    Ok(())
}

#[tokio::test]
async fn reading_a_folder_again_says_how_far_it_is_and_can_be_stopped() -> Result<()> {
    let desk = Desk::new(Options::instant().files(3, 200_000)).await?;
    let contract = desk.add("Z1001").await?;
    let export = desk.export(contract).await?;
    let mut events = desk.controller.subscribe();
    let (stopped, ()) = tokio::join!(desk.controller.verify(export.id), async {
        tokio::task::yield_now().await;
        desk.controller.stop_verifying(export.id);
    });
    let entries = desk.controller.audit_verify().await?.entries;
    if stopped?.is_none() {
        assert_eq!(entries, 4, "what was not read to its end is no verification");
    }
    let told = async {
        loop {
            if let Event::Verifying { id, .. } = events.recv().await? {
                return anyhow::Ok(id);
            }
        }
    };
    assert_eq!(tokio::time::timeout(Duration::from_secs(10), told).await??, export.id);
    assert_eq!(verified(&desk, export.id).await?.whole.len(), 3);
    Ok(())
}
