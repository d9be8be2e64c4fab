//! What happens to the service, to the computer or to its disk while an export is under way.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use ab2d_engine::view::ExportId;
use ab2d_tests::desk::Desk;
use anyhow::{Context, Result};

use crate::oracle;

/// Something that happens, and that can be mended where that makes sense.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Deed {
    /// The service gives up its port.
    Refuse,
    /// The service closes its connections.
    Close,
    /// The service goes into maintenance.
    Maintenance,
    /// Time passes at the service, or its clock is set back.
    Clock {
        /// By so much.
        minutes: i64,
    },
    /// Somebody deletes the export's folder.
    DeleteFolder,
    /// Somebody deletes the save folder; a drive is gone.
    DeleteSaveFolder,
    /// Somebody renames the export's folder.
    RenameFolder,
    /// A folder has the first file's name.
    FolderInTheWay,
    /// A file of something else has the first file's name.
    FileInTheWay,
    /// The program's records refuse to be written at this place: a trigger's event and condition.
    Records(&'static str),
    /// Another program holds the records for two seconds.
    RecordsBusy,
}

impl Deed {
    /// Whether it waits until a request of the stage is under way; otherwise it comes before the export begins.
    pub(crate) fn is_meanwhile(self) -> bool {
        !matches!(self, Self::Maintenance | Self::Records(_))
    }

    /// Whether verified files are lost by it, so that they must be fetched again.
    pub(crate) fn loses_files(self) -> bool {
        matches!(self, Self::DeleteFolder | Self::DeleteSaveFolder | Self::RenameFolder)
    }

    /// Does it.
    pub(crate) async fn happen(self, desk: &Desk, id: Option<ExportId>) -> Result<()> {
        match self {
            Self::Refuse => desk.service.refuse_connections().await,
            Self::Close => desk.service.close_connections(),
            Self::Maintenance => desk.service.set_maintenance(true),
            Self::Clock { minutes } => turn(desk, minutes),
            Self::DeleteFolder => delete(&folder(desk, id).await?)?,
            Self::DeleteSaveFolder => delete(&desk.save_folder())?,
            Self::RenameFolder => {
                let folder = folder(desk, id).await?;
                fs::rename(&folder, folder.with_extension("moved"))?;
            }
            Self::FolderInTheWay => fs::create_dir(first_file(desk, id).await?)?,
            Self::FileInTheWay => fs::write(first_file(desk, id).await?, "something else\n")?,
            Self::Records(event) => records(
                desk,
                &format!("create trigger fault before {event} begin select raise(abort, 'a fault'); end"),
            )?,
            Self::RecordsBusy => hold_records(desk)?,
        }
        Ok(())
    }

    /// Mends it.
    pub(crate) async fn mend(self, desk: &Desk, id: ExportId) -> Result<()> {
        match self {
            Self::Refuse => desk.service.accept_connections().await,
            Self::Maintenance => desk.service.set_maintenance(false),
            Self::DeleteSaveFolder => fs::create_dir_all(desk.save_folder())?,
            Self::FolderInTheWay => fs::remove_dir(first_file(desk, Some(id)).await?)?,
            Self::Records(_) => records(desk, "drop trigger fault")?,
            Self::Close
            | Self::Clock { .. }
            | Self::DeleteFolder
            | Self::RenameFolder
            | Self::FileInTheWay
            | Self::RecordsBusy => {}
        }
        Ok(())
    }
}

fn turn(desk: &Desk, minutes: i64) {
    let by = Duration::from_secs(minutes.unsigned_abs() * 60);
    if minutes < 0 { desk.service.clock().rewind(by) } else { desk.service.clock().advance(by) }
}

/// Takes a folder away at once, though files are being written into it.
pub(crate) fn delete(folder: &Path) -> Result<()> {
    let gone = folder.with_extension("gone");
    fs::rename(folder, &gone)?;
    Ok(fs::remove_dir_all(gone)?)
}

async fn folder(desk: &Desk, id: Option<ExportId>) -> Result<PathBuf> {
    let export = desk.controller.export(id.context("no export is under way")?).await?;
    oracle::folder(&export).context("the export has no folder yet")
}

async fn first_file(desk: &Desk, id: Option<ExportId>) -> Result<PathBuf> {
    Ok(folder(desk, id).await?.join(FIRST_FILE))
}

/// The file at which everything is held that is to happen at its end.
pub(crate) const FIRST_FILE: &str = "Z1001_0001.ndjson";

fn connection(desk: &Desk) -> Result<rusqlite::Connection> {
    let connection = rusqlite::Connection::open(desk.data.path().join("ab2d.sqlite3"))?;
    connection.busy_timeout(Duration::from_secs(10))?;
    Ok(connection)
}

/// Changes the program's records behind its back.
pub(crate) fn records(desk: &Desk, statement: &str) -> Result<()> {
    Ok(connection(desk)?.execute_batch(statement)?)
}

fn hold_records(desk: &Desk) -> Result<()> {
    let connection = connection(desk)?;
    connection.execute_batch("begin immediate")?;
    std::thread::spawn(move || {
        std::thread::sleep(Duration::from_secs(2));
        connection.execute_batch("rollback")
    });
    Ok(())
}
