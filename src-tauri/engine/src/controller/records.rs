//! What is left to prove an export by: folders verified again, the support report.

use std::collections::HashSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;

use super::{Controller, lock};
use crate::audit::AuditEvent;
use crate::export::record::expected;
use crate::export::{FileRecord, Record};
use crate::problem::{Kind, Problem, Stage};
use crate::report;
use crate::store;
use crate::transfer::{self, Expected, Verification};
use crate::view::{Event, ExportId, VerifyReport};

/// How often the progress of something that reads for long is told.
pub(super) const TICK: Duration = Duration::from_millis(150);

/// Lines of the log that a support report ends with.
const LOG_LINES: usize = 60;

impl Controller {
    /// Reads an export's files again and compares them with what was recorded of them; events tell how far that is.
    /// `None`: it was stopped by [`stop_verifying`](Self::stop_verifying).
    pub async fn verify(&self, id: ExportId) -> Result<Option<VerifyReport>, Problem> {
        let (record, files) = self.load(id).await?;
        let folder = record.folder.clone().ok_or_else(|| missing(&record.save_folder))?;
        let report = self.read_again(id, &folder, expected(&record.phase, &files)).await?;
        self.note_verification(Some(id), report).await
    }

    /// The same, told by `verification` alone.
    pub async fn verify_as(
        &self,
        id: ExportId,
        verification: Arc<Verification>,
    ) -> Result<Option<VerifyReport>, Problem> {
        let (record, files) = self.load(id).await?;
        let folder = record.folder.clone().ok_or_else(|| missing(&record.save_folder))?;
        let report = transfer::verify_folder(&folder, expected(&record.phase, &files), verification).await?;
        self.note_verification(Some(id), report).await
    }

    /// Stops the verification of an export, if one is under way.
    pub fn stop_verifying(&self, id: ExportId) {
        if let Some(verification) = lock(&self.0.verifying).get(&id) {
            verification.stop();
        }
    }

    /// Reads the files of a folder again and compares them with what was recorded of them, where the folder is that of
    /// an export, or else with its `SHA256SUMS`. `None`: it was stopped.
    pub async fn verify_folder(
        &self,
        folder: &Path,
        verification: Arc<Verification>,
    ) -> Result<Option<VerifyReport>, Problem> {
        if let Some(id) = self.export_in(folder).await? {
            return self.verify_as(id, verification).await;
        }
        let report = transfer::verify_folder(folder, Expected::Sums, verification).await?;
        self.note_verification(None, report).await
    }

    /// The newest export whose folder this is.
    async fn export_in(&self, folder: &Path) -> Result<Option<ExportId>, Problem> {
        let folders = self.0.store.read(store::exports::folders).await?;
        let wanted = folder.to_path_buf();
        let find = move || {
            let wanted = wanted.canonicalize().ok()?;
            let is_it = |folder: &PathBuf| {
                folder.file_name() == wanted.file_name() && folder.canonicalize().is_ok_and(|it| it == wanted)
            };
            folders.into_iter().find(|(_, folder)| is_it(folder)).map(|(id, _)| id)
        };
        tokio::task::spawn_blocking(find).await.map_err(|error| store::fault(&error))
    }

    /// Records what a verification found, unless it was stopped.
    async fn note_verification(
        &self,
        export: Option<ExportId>,
        report: Option<VerifyReport>,
    ) -> Result<Option<VerifyReport>, Problem> {
        let Some(report) = report else { return Ok(None) };
        self.record_verification(&report).await?;
        if let Some(id) = export {
            self.mark(id, &report).await?;
            self.show_export(id).await?;
        }
        Ok(Some(report))
    }

    async fn record_verification(&self, report: &VerifyReport) -> Result<(), Problem> {
        let event = AuditEvent::FolderVerified {
            folder: PathBuf::from(&report.folder),
            whole: report.whole.len(),
            damaged: report.damaged.len() + report.missing.len() + report.unreadable.len(),
        };
        self.record_in(event, |_| Ok(Some(()))).await.map(drop)
    }

    /// Notes which files of an ended export are as they were verified, and which are not.
    async fn mark(&self, id: ExportId, report: &VerifyReport) -> Result<(), Problem> {
        let whole: HashSet<String> = report.whole.iter().cloned().collect();
        self.0
            .store
            .write(move |transaction| {
                // Meanwhile it may have begun to fetch its files again.
                let found = store::exports::get(transaction, id)?.filter(|record| record.phase.has_ended());
                let Some(mut record) = found else { return Ok(()) };
                let mut files = store::exports::files(transaction, id)?;
                if files.iter().all(|file| file.is_among(&whole)) {
                    record.unrepaired = None;
                }
                for file in &mut files {
                    if file.mark(&whole) {
                        store::exports::put_file(transaction, id, file)?;
                    }
                }
                record.count_damaged(&files);
                store::exports::replace(transaction, &record)
            })
            .await
    }

    /// Reads an export's folder, and tells how far that is.
    async fn read_again(
        &self,
        id: ExportId,
        folder: &Path,
        expected: Expected,
    ) -> Result<Option<VerifyReport>, Problem> {
        let verification = Arc::new(Verification::default());
        if let Some(before) = lock(&self.0.verifying).insert(id, Arc::clone(&verification)) {
            before.stop();
        }
        let reading = transfer::verify_folder(folder, expected, Arc::clone(&verification));
        tokio::pin!(reading);
        let read = loop {
            self.emit(Event::Verifying { id, progress: verification.progress() });
            tokio::select! {
                read = &mut reading => break read,
                () = tokio::time::sleep(TICK) => {}
            }
        };
        lock(&self.0.verifying).retain(|_, other| !Arc::ptr_eq(other, &verification));
        read
    }

    /// The files of an export that are not whole on the disk, by their place in the manifest. `None`: it was stopped.
    pub(super) async fn damaged_files(
        &self,
        record: &Record,
        files: &[FileRecord],
    ) -> Result<Option<HashSet<u32>>, Problem> {
        let mut bad: HashSet<u32> =
            files.iter().filter(|file| file.verified.is_none()).map(|file| file.index).collect();
        let Some(folder) = record.folder.clone().filter(|folder| folder.exists()) else {
            return Ok(Some(files.iter().map(|file| file.index).collect()));
        };
        let Some(report) = self.read_again(record.id, &folder, expected(&record.phase, files)).await? else {
            return Ok(None);
        };
        let whole: HashSet<String> = report.whole.into_iter().collect();
        bad.extend(files.iter().filter(|file| !file.is_among(&whole)).map(|file| file.index));
        Ok(Some(bad))
    }

    /// The support report: without secrets, without claims, to be read before it leaves.
    pub async fn support_report(&self, id: Option<ExportId>) -> Result<String, Problem> {
        let export = match id {
            Some(id) => Some(self.export(id).await?),
            None => None,
        };
        let folder = self.log_folder();
        let reading = tokio::task::spawn_blocking(move || report::log::recent(&folder, LOG_LINES));
        let log = reading.await.map_err(|error| store::fault(&error))?;
        let checks: Vec<_> = lock(&self.0.checked).values().cloned().collect();
        let report = report::SupportReport {
            written_at: Utc::now(),
            export: export.as_ref(),
            checks: &checks,
            log: &log,
        };
        Ok(report.to_string())
    }

    /// The folder of an export, if it is still there.
    pub async fn export_folder(&self, id: ExportId) -> Result<PathBuf, Problem> {
        let record = self.export_record(id).await?;
        // It is noted before it is made.
        let own = record.folder.filter(|folder| folder.is_dir() || record.totals.verified > 0);
        let folder = own.unwrap_or(record.save_folder);
        if folder.is_dir() { Ok(folder) } else { Err(missing(&folder)) }
    }
}

fn missing(folder: &Path) -> Problem {
    Problem::new(Kind::FolderMissing { folder: folder.to_path_buf() }, Stage::Verify)
}
