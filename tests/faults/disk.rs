//! Disks that are full, read-only or gone, and folders with long names.
//!
//! What needs a disk of its own mounts a small one in memory, which only root on Linux may do; elsewhere these tests say
//! that they were skipped.

use std::fs;
use std::path::PathBuf;

use ab2d_engine::api::Timing;
use ab2d_engine::contract::ContractId;
use ab2d_engine::controller::StartError;
use ab2d_engine::problem::Kind;
use ab2d_engine::view::{ExportForm, ExportId, ExportView, PhaseView};
use ab2d_practice::{Fault, Options, Pause, RequestKind, Rule};
use ab2d_tests::desk::{Desk, everything};
use ab2d_tests::disk::{Disk, run};
use anyhow::{Context, Result, bail, ensure};

use crate::deed::{FIRST_FILE, delete};
use crate::{oracle, trial};

/// What the engine leaves free beside the claims.
const RESERVE: u64 = 16 << 20;

/// An export onto a disk.
struct Export {
    desk: Desk,
    contract: ContractId,
    form: ExportForm,
}

impl Export {
    async fn onto(folder: PathBuf, compressed: bool) -> Result<Self> {
        let desk = Desk::new(Options::instant().files(2, 60_000)).await?;
        let contract = desk.add("Z1001").await?;
        let folder = Some(folder.display().to_string());
        Ok(Self { desk, contract, form: ExportForm { folder, compressed, ..everything() } })
    }

    async fn start(&self) -> Result<ExportId> {
        self.desk.start(self.contract, self.form.clone()).await
    }

    /// Starts it, and does something while a request is held.
    async fn meanwhile(&self, held: Rule, deed: impl FnOnce() -> Result<()>) -> Result<ExportId> {
        let held = self.desk.service.faults().arm(held);
        let id = self.start().await?;
        trial::reached(&held).await?;
        deed()?;
        self.desk.service.faults().clear();
        Ok(id)
    }

    /// Waits until it asks a person, and returns for what.
    async fn asks(&self, id: ExportId) -> Result<Kind> {
        let export = self.desk.rests(id).await?;
        ensure!(matches!(export.phase, PhaseView::Waiting { .. }), "{:#?}", export.phase);
        oracle::nothing_wrong(&self.desk, &export)?;
        let record = self.desk.controller.export_record(id).await?;
        Ok(record.phase.problem().context("it says not why")?.kind.clone())
    }

    /// Goes on, and completes.
    async fn completes(&self, id: ExportId) -> Result<ExportView> {
        self.desk.controller.resume(id).await?;
        let export = self.desk.rests(id).await?;
        ensure!(export.phase == PhaseView::Complete, "{:#?}", export.phase);
        oracle::complete(&self.desk, &export).await?;
        Ok(export)
    }
}

fn first_manifest() -> Rule {
    Rule::on(RequestKind::Manifest, Fault::Silence(Pause::UntilDisarmed))
}

fn middle_of_a_file() -> Rule {
    Rule::on(RequestKind::File, Fault::stall_at(500, Pause::UntilDisarmed)).file(FIRST_FILE)
}

#[tokio::test]
async fn a_disk_that_is_too_small_is_noticed_before_anything_is_fetched() -> Result<()> {
    for (compressed, times_smaller) in [(false, 1), (true, 10)] {
        let Some(disk) = Disk::mount("size=8m") else { return Ok(()) };
        let export = Export::onto(disk.save_folder(), compressed).await?;
        let id = export.start().await?;
        let Kind::DiskFull { needed, reserve, free } = export.asks(id).await? else {
            bail!("the disk is full")
        };
        let view = export.desk.controller.export(id).await?;
        assert_eq!((needed, reserve), (view.progress.bytes / times_smaller, RESERVE));
        assert!(free < 8 << 20 && free > 7 << 20, "{free}");
        assert!(export.desk.held(&view)?.iter().all(|file| file.downloads == 0));
        disk.remount("size=64m")?;
        export.completes(id).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_disk_that_fills_up_while_a_file_is_written() -> Result<()> {
    for compressed in [false, true] {
        let Some(disk) = Disk::mount("size=20m") else { return Ok(()) };
        let export = Export::onto(disk.save_folder(), compressed).await?;
        let mut ballast = PathBuf::new();
        let id = export
            .meanwhile(middle_of_a_file(), || {
                ballast = disk.fill()?;
                Ok(())
            })
            .await?;
        let Kind::DiskFull { needed, free, .. } = export.asks(id).await? else { bail!("the disk is full") };
        assert!(needed > free, "{needed} needed, {free} free");
        fs::remove_file(ballast)?;
        export.completes(id).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_disk_that_fills_up_before_the_manifest_is_written() -> Result<()> {
    let Some(disk) = Disk::mount("size=20m") else { return Ok(()) };
    let export = Export::onto(disk.save_folder(), false).await?;
    let mut ballast = PathBuf::new();
    let id = export
        .meanwhile(first_manifest(), || {
            ballast = disk.fill()?;
            Ok(())
        })
        .await?;
    let Kind::DiskFull { needed, free, .. } = export.asks(id).await? else { bail!("the disk is full") };
    assert!(needed > free, "{needed} needed, {free} free");
    fs::remove_file(ballast)?;
    export.completes(id).await?;
    Ok(())
}

/// A disk for so many files is full at the folder, at the manifest, at each file and at the checksums in turn.
#[tokio::test]
async fn a_disk_that_is_full_at_every_write() -> Result<()> {
    let mut asked = 0;
    for entries in 3..=8 {
        let Some(disk) = Disk::mount(&format!("size=64m,nr_inodes={entries}")) else { return Ok(()) };
        let export = Export::onto(disk.save_folder(), false).await?;
        let id = export.start().await?;
        let view = export.desk.rests(id).await?;
        if view.phase == PhaseView::Complete {
            continue;
        }
        asked += 1;
        assert!(matches!(export.asks(id).await?, Kind::DiskFull { .. }), "{entries}");
        disk.remount("nr_inodes=1000")?;
        export.completes(id).await?;
    }
    assert!(asked >= 4, "it was full only {asked} times");
    Ok(())
}

#[tokio::test]
async fn a_disk_that_becomes_read_only() -> Result<()> {
    let before_a_file = Rule::on(RequestKind::File, Fault::Silence(Pause::UntilDisarmed)).always();
    for held in [first_manifest(), before_a_file] {
        let Some(disk) = Disk::mount("size=64m") else { return Ok(()) };
        let export = Export::onto(disk.save_folder(), false).await?;
        let id = export.meanwhile(held, || disk.remount("ro")).await?;
        assert!(matches!(export.asks(id).await?, Kind::FolderNotWritable { .. }));
        disk.remount("rw")?;
        export.completes(id).await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_read_only_disk_is_refused_before_anything_is_asked() -> Result<()> {
    let Some(disk) = Disk::mount("size=64m,ro") else { return Ok(()) };
    let export = Export::onto(disk.save_folder(), false).await?;
    let refused = export.desk.controller.start_export(export.contract, export.form.clone()).await;
    let Err(StartError::Problem(problem)) = refused else { bail!("it was not refused: {refused:?}") };
    assert_eq!(problem.code(), "folderNotWritable");
    assert!(export.desk.service.journal().is_empty());
    Ok(())
}

#[tokio::test]
async fn a_drive_that_is_gone_and_comes_back_has_its_files_still() -> Result<()> {
    let Some(drive) = Disk::mount("size=64m") else { return Ok(()) };
    let Some(other) = Disk::mount("size=1m") else { return Ok(()) };
    let (place, save_folder) = (other.mounted.join("drive"), other.mounted.join("drive/Ansprüche"));
    fs::create_dir(&place)?;
    let source = drive.mounted.display().to_string();
    run("mount", &["--bind", &source], &place)?;
    let export = Export::onto(save_folder, false).await?;
    let held = export.desk.service.faults().arm(middle_of_a_file());
    let id = export.start().await?;
    trial::reached(&held).await?;
    let view = export.desk.until(id, |export| export.progress.files_verified == 1).await?;
    let verified = oracle::verified(&export.desk, &view).await?;
    run("umount", &["--lazy"], &place)?;
    export.desk.service.faults().clear();
    assert!(matches!(export.asks(id).await?, Kind::FolderMissing { .. }));
    run("mount", &["--bind", &source], &place)?;
    let view = export.completes(id).await?;
    for file in export.desk.held(&view)? {
        let before = verified.get(&file.name);
        assert!(before.is_none_or(|downloads| *downloads == file.downloads), "{file:?} was fetched again");
    }
    run("umount", &["--lazy"], &place)
}

/// At the end of the first file.
fn end_of_a_file() -> Rule {
    Rule::on(RequestKind::File, Fault::stall_at(u64::MAX, Pause::UntilDisarmed)).file(FIRST_FILE)
}

/// Makes sure that every file was downloaded once, and that this is what is shown.
async fn downloaded_once(export: &Export, view: &ExportView) -> Result<()> {
    let downloads = downloads(export, view).await?;
    ensure!(downloads.iter().all(|each| *each == (1, 1)), "{downloads:?}");
    Ok(())
}

/// How often each file was downloaded, as the service counts it, and as it is shown.
async fn downloads(export: &Export, view: &ExportView) -> Result<Vec<(u32, u32)>> {
    let held = export.desk.held(view)?;
    let files = export.desk.controller.files(view.id).await?;
    ensure!(held.len() == files.len(), "{held:?}, shown as {files:?}");
    Ok(held.iter().zip(&files).map(|(held, shown)| (held.downloads, shown.downloads)).collect())
}

#[tokio::test]
async fn a_file_that_cannot_have_its_name_yet_is_not_fetched_again() -> Result<()> {
    for compressed in [false, true] {
        let folder = tempfile::tempdir()?;
        let export = Export::onto(folder.path().to_path_buf(), compressed).await?;
        let held = export.desk.service.faults().arm(end_of_a_file());
        let id = export.start().await?;
        trial::reached(&held).await?;
        let view = export.desk.controller.export(id).await?;
        let ending = if compressed { ".gz" } else { "" };
        let name = oracle::folder(&view).context("no folder")?.join(format!("{FIRST_FILE}{ending}"));
        fs::create_dir(&name)?;
        export.desk.service.faults().clear();
        assert!(matches!(export.asks(id).await?, Kind::DiskFault { .. }));
        // Still there.
        export.desk.controller.resume(id).await?;
        assert!(matches!(export.asks(id).await?, Kind::DiskFault { .. }));
        fs::remove_dir(&name)?;
        let view = export.completes(id).await?;
        // The others may have been stopped when the service had sent their last bytes, and this program had not read them.
        assert_eq!(downloads(&export, &view).await?.first(), Some(&(1, 1)));
    }
    Ok(())
}

#[tokio::test]
async fn a_file_that_another_program_holds_is_waited_for() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let export = Export::onto(folder.path().to_path_buf(), false).await?;
    let held = export.desk.service.faults().arm(end_of_a_file());
    let id = export.start().await?;
    trial::reached(&held).await?;
    let view = export.desk.controller.export(id).await?;
    let name = oracle::folder(&view).context("no folder")?.join(FIRST_FILE);
    fs::write(&name, "held")?;
    // Nothing can be put in the place of what is mounted.
    let path = name.display().to_string();
    if run("mount", &["--bind", &path], &name).is_err() {
        return Ok(());
    }
    export.desk.service.faults().clear();
    let waits = |export: &ExportView| matches!(&export.phase, PhaseView::Waiting { problem, until: Some(_) } if problem.code == "fileInUse");
    let waiting = export.desk.until(id, |view| waits(view) || trial::rests_for_good(view)).await;
    run("umount", &["--lazy"], &name)?;
    let waiting = waiting?;
    assert!(waits(&waiting), "{:#?}", waiting.phase);
    assert_eq!(waiting.progress.files_verified, waiting.progress.files - 1, "the others are here");
    let view = export.desk.until(id, |export| export.phase == PhaseView::Complete).await?;
    oracle::complete(&export.desk, &view).await?;
    downloaded_once(&export, &view).await
}

#[tokio::test]
async fn what_is_whole_is_not_counted_as_downloaded_again() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let export = Export::onto(folder.path().to_path_buf(), false).await?;
    let id = export.start().await?;
    let view = export.desk.rests(id).await?;
    fs::remove_file(oracle::folder(&view).context("no folder")?.join("SHA256SUMS"))?;
    export.desk.controller.fetch_again(id).await?;
    let view = export.desk.rests(id).await?;
    assert_eq!(view.phase, PhaseView::Complete);
    downloaded_once(&export, &view).await
}

/// What cannot be read is not known to be damaged, and costs no download.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_file_that_cannot_be_read_is_not_taken_for_a_damaged_one() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let mut export = Export::onto(folder.path().to_path_buf(), false).await?;
    let held = export.desk.service.faults().arm(middle_of_a_file());
    let id = export.start().await?;
    trial::reached(&held).await?;
    let view = export.desk.until(id, |export| export.progress.files_verified == 1).await?;
    let name = oracle::folder(&view).context("no folder")?.join(FIRST_FILE);
    export.desk.controller.shutdown().await;
    // The first address of a process is never mapped: reading it is an error of input and output.
    std::os::unix::fs::symlink("/proc/self/mem", &name)?;
    export.desk.service.faults().clear();
    export.desk.restart().await?;
    let rested = export.desk.rests(id).await?;
    fs::remove_file(&name)?;
    let PhaseView::Waiting { problem, until: None } = &rested.phase else { bail!("{:#?}", rested.phase) };
    assert_eq!(problem.code, "diskFault");
    let view = export.completes(id).await?;
    downloaded_once(&export, &view).await
}

#[tokio::test]
async fn a_save_folder_that_is_gone_is_not_made_again_by_an_export() -> Result<()> {
    let desk = Desk::new(Options::instant()).await?;
    let contract = desk.add("Z1001").await?;
    assert!(desk.save_folder().is_dir(), "it is made when it is chosen");
    fs::remove_dir(desk.save_folder())?;
    let refused = desk.controller.start_export(contract, everything()).await;
    let Err(StartError::Problem(problem)) = refused else { bail!("it was not refused: {refused:?}") };
    assert_eq!((problem.code(), desk.save_folder().exists()), ("folderMissing", false));
    assert!(desk.service.journal().is_empty());
    let elsewhere = desk.claims.path().join("chosen just now").display().to_string();
    let id = desk.start(contract, ExportForm { folder: Some(elsewhere), ..everything() }).await?;
    assert_eq!(desk.rests(id).await?.phase, PhaseView::Complete);
    Ok(())
}

#[tokio::test]
async fn an_export_that_has_ended_is_not_moved() -> Result<()> {
    let (first, second) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let export = Export::onto(first.path().to_path_buf(), false).await?;
    let id = export.start().await?;
    let before = export.desk.rests(id).await?;
    export.desk.controller.move_export(id, second.path()).await?;
    let after = export.desk.rests(id).await?;
    assert_eq!((&after.folder, &after.progress), (&before.folder, &before.progress));
    oracle::complete(&export.desk, &after).await?;
    Ok(())
}

#[tokio::test]
async fn records_on_a_full_disk_wait_for_room() -> Result<()> {
    let Some(disk) = Disk::mount("size=4m") else { return Ok(()) };
    let data = tempfile::tempdir_in(&disk.mounted)?;
    let options = Options::instant().files(2, 60_000);
    let desk = Desk::at(options, Timing::default(), data).await?;
    let contract = desk.add("Z1001").await?;
    let held = desk.service.faults().arm(first_manifest());
    let id = desk.start(contract, everything()).await?;
    trial::reached(&held).await?;
    let ballast = disk.fill()?;
    desk.service.faults().clear();
    let is_kept_back = |export: &ExportView| matches!(&export.phase, PhaseView::Waiting { problem, until: Some(_) } if problem.code == "storeFault");
    desk.until(id, is_kept_back).await?;
    fs::remove_file(ballast)?;
    desk.controller.resume(id).await?;
    let export = desk.rests(id).await?;
    oracle::complete(&desk, &export).await?;
    Ok(())
}

#[tokio::test]
async fn a_folder_whose_path_is_long_and_has_umlauts() -> Result<()> {
    let home = tempfile::tempdir()?;
    let folder =
        (0..8).fold(home.path().to_path_buf(), |path, _| path.join("Ansprüche für Müller & Söhne, Größe"));
    assert!(folder.as_os_str().len() > 250);
    let export = Export::onto(folder, false).await?;
    let id = export.start().await?;
    let view = export.desk.rests(id).await?;
    assert_eq!(view.phase, PhaseView::Complete);
    oracle::complete(&export.desk, &view).await?;
    Ok(())
}

#[tokio::test]
async fn an_export_that_is_moved_to_another_folder_is_whole_there() -> Result<()> {
    let (first, second) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let gone = first.path().join("drive");
    let export = Export::onto(gone.clone(), false).await?;
    let id = export.meanwhile(middle_of_a_file(), || delete(&gone)).await?;
    let asked = export.asks(id).await?;
    assert!(matches!(asked, Kind::FolderMissing { .. }), "{asked:?}");
    export.desk.controller.move_export(id, second.path()).await?;
    let view = export.desk.rests(id).await?;
    assert_eq!(view.phase, PhaseView::Complete);
    oracle::complete(&export.desk, &view).await?;
    assert!(oracle::folder(&view).is_some_and(|folder| folder.starts_with(second.path())));
    Ok(())
}
