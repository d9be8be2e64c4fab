//! What is left to prove an export by: folders verified again, the audit record, the support report.

use std::collections::HashSet;
use std::io::Write;
use std::path::{Path, PathBuf};

use chrono::Utc;

use super::Controller;
use crate::audit::AuditEvent;
use crate::export::{FileRecord, Record};
use crate::problem::{Kind, Problem, Stage};
use crate::report;
use crate::store;
use crate::transfer;
use crate::view::{AuditVerdict, ExportId, VerifyReport};

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
    /// Reads an export's files again and compares them with their checksums.
    pub async fn verify(&self, id: ExportId) -> Result<VerifyReport, Problem> {
        let record = self.export_record(id).await?;
        let missing =
            || Problem::new(Kind::FolderMissing { folder: record.save_folder.clone() }, Stage::Verify);
        self.verify_folder(record.folder.as_deref().ok_or_else(missing)?).await
    }

    /// Reads the files of an export's folder again and compares them with `SHA256SUMS`.
    pub async fn verify_folder(&self, folder: &Path) -> Result<VerifyReport, Problem> {
        let report = transfer::verify_folder(folder).await?;
        let event = AuditEvent::FolderVerified {
            folder: folder.to_path_buf(),
            whole: report.whole.len(),
            damaged: report.damaged.len() + report.missing.len(),
        };
        self.record_in(event, |_| Ok(())).await?;
        Ok(report)
    }

    /// The files of an export that are not whole on the disk, by their place in the manifest.
    pub(super) async fn damaged_files(
        &self,
        record: &Record,
        files: &[FileRecord],
    ) -> Result<HashSet<u32>, Problem> {
        let mut bad: HashSet<u32> =
            files.iter().filter(|file| file.verified.is_none()).map(|file| file.index).collect();
        let Some(folder) = record.folder.clone().filter(|folder| folder.exists()) else {
            return Ok(files.iter().map(|file| file.index).collect());
        };
        let whole = transfer::verify_folder(&folder).await?.whole;
        let is_whole =
            |file: &FileRecord| file.verified.as_ref().is_some_and(|verified| whole.contains(&verified.name));
        bad.extend(files.iter().filter(|file| !is_whole(file)).map(|file| file.index));
        Ok(bad)
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
