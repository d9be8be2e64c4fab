//! What is left to prove an export by: folders verified again, the audit record, the support report.

use std::collections::HashSet;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use chrono::Utc;

use super::{Controller, lock};
use crate::audit::AuditEvent;
use crate::export::{FileRecord, Record};
use crate::problem::{Kind, Problem, Stage};
use crate::report;
use crate::store;
use crate::transfer::{self, Verification};
use crate::view::{AuditVerdict, Event, ExportId, FileState, VerifyReport};

/// How often the progress of a verification is told.
const TICK: Duration = Duration::from_millis(150);

/// Lines of the log that a support report ends with.
const LOG_LINES: usize = 60;

/// The forms in which the audit record is exported.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AuditFormat {
    /// Comma-separated values, for a spreadsheet.
    Csv,
    /// A JSON object a line.
    JsonLines,
}

impl Controller {
    /// Reads an export's files again and compares them with their checksums; events tell how far that is. `None`: it was
    /// stopped by [`stop_verifying`](Self::stop_verifying).
    pub async fn verify(&self, id: ExportId) -> Result<Option<VerifyReport>, Problem> {
        let record = self.export_record(id).await?;
        let missing =
            || Problem::new(Kind::FolderMissing { folder: record.save_folder.clone() }, Stage::Verify);
        let folder = record.folder.clone().ok_or_else(missing)?;
        let Some(report) = self.read_again(id, &folder).await? else { return Ok(None) };
        self.record_verification(&report).await?;
        if record.phase.has_ended() {
            self.mark(id, &report).await?;
        }
        Ok(Some(report))
    }

    /// Stops the verification of an export, if one is under way.
    pub fn stop_verifying(&self, id: ExportId) {
        if let Some(verification) = lock(&self.0.verifying).get(&id) {
            verification.stop();
        }
    }

    /// Reads the files of an export's folder again and compares them with `SHA256SUMS`. `None`: it was stopped.
    pub async fn verify_folder(
        &self,
        folder: &Path,
        verification: Arc<Verification>,
    ) -> Result<Option<VerifyReport>, Problem> {
        let report = transfer::verify_folder(folder, verification).await?;
        if let Some(report) = &report {
            self.record_verification(report).await?;
        }
        Ok(report)
    }

    async fn record_verification(&self, report: &VerifyReport) -> Result<(), Problem> {
        let event = AuditEvent::FolderVerified {
            folder: PathBuf::from(&report.folder),
            whole: report.whole.len(),
            damaged: report.damaged.len() + report.missing.len() + report.unreadable.len(),
        };
        self.record_in(event, |_| Ok(())).await
    }

    /// Notes which files are as they were verified, and which are not.
    async fn mark(&self, id: ExportId, report: &VerifyReport) -> Result<(), Problem> {
        let whole: HashSet<&String> = report.whole.iter().collect();
        let mut files = self.file_records(id).await?;
        files.retain_mut(|file| {
            let Some(verified) = &file.verified else { return false };
            let state = if whole.contains(&verified.name) { FileState::Verified } else { FileState::Damaged };
            std::mem::replace(&mut file.state, state) != state
        });
        self.0
            .store
            .write(move |transaction| {
                files.iter().try_for_each(|file| store::exports::put_file(transaction, id, file))
            })
            .await
    }

    /// Reads an export's folder, and tells how far that is.
    async fn read_again(&self, id: ExportId, folder: &Path) -> Result<Option<VerifyReport>, Problem> {
        let verification = Arc::new(Verification::default());
        if let Some(before) = lock(&self.0.verifying).insert(id, Arc::clone(&verification)) {
            before.stop();
        }
        let reading = transfer::verify_folder(folder, Arc::clone(&verification));
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
        let Some(report) = self.read_again(record.id, &folder).await? else { return Ok(None) };
        let whole: HashSet<String> = report.whole.into_iter().collect();
        let is_whole =
            |file: &FileRecord| file.verified.as_ref().is_some_and(|verified| whole.contains(&verified.name));
        bad.extend(files.iter().filter(|file| !is_whole(file)).map(|file| file.index));
        Ok(Some(bad))
    }

    /// Writes the audit record out.
    pub async fn audit_export<W: Write + Send + 'static>(
        &self,
        format: AuditFormat,
        mut out: W,
    ) -> Result<(), Problem> {
        self.0
            .store
            .read(move |connection| {
                let broken = |error: std::io::Error| rusqlite::Error::ToSqlConversionFailure(error.into());
                report::audit::begin(format, &mut out).map_err(broken)?;
                store::audit::each(connection, |text, link| {
                    report::audit::entry(format, &mut out, &text, &link).map_err(broken)
                })?;
                out.flush().map_err(broken)
            })
            .await
    }

    /// Checks the audit record's chain.
    pub async fn audit_verify(&self) -> Result<AuditVerdict, Problem> {
        self.0.journal.look_for_key().await;
        let chain = self.0.journal.chain();
        self.0
            .store
            .read(move |connection| {
                let mut check = chain.check();
                store::audit::each(connection, |text, link| {
                    check.read(&text, link);
                    Ok(())
                })?;
                Ok(check.verdict())
            })
            .await
    }

    /// The support report: without secrets, without claims, to be read before it leaves.
    pub async fn support_report(&self, id: Option<ExportId>) -> Result<String, Problem> {
        let export = match id {
            Some(id) => Some(self.export(id).await?),
            None => None,
        };
        let log = report::log::recent(self.0.store.folder(), LOG_LINES);
        Ok(report::SupportReport { written_at: Utc::now(), export: export.as_ref(), log: &log }.to_string())
    }

    /// The folder of an export, if it is still there.
    pub async fn export_folder(&self, id: ExportId) -> Result<PathBuf, Problem> {
        let record = self.export_record(id).await?;
        let folder = record.folder.unwrap_or(record.save_folder);
        if folder.is_dir() {
            Ok(folder)
        } else {
            Err(Problem::new(Kind::FolderMissing { folder }, Stage::Verify))
        }
    }
}
