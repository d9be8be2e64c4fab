//! How an export ends: what it leaves on the disk, in the records, and at the service.

use std::collections::HashSet;
use std::path::PathBuf;
use std::time::Duration;

use super::drive::Drive;
use super::folder;
use super::record::{FileRecord, Record};
use crate::audit::{AuditEvent, AuditedFile, Subject};
use crate::contract::{ContractKey, ContractNumber};
use crate::coverage::Evidence;
use crate::store;
use crate::transfer;

/// How long the service may take to hear that a job is cancelled.
const PATIENCE: Duration = Duration::from_secs(20);

impl Drive {
    /// Leaves nothing of an export that ended early but its verified files, with their checksums.
    pub(super) async fn tidy_up(&self) {
        let (folder, files) = {
            let live = self.lock();
            (live.record.folder.clone(), live.files.clone())
        };
        if let Some(folder) = folder {
            tidy_up(folder, files, self.access.private_files()).await;
        }
    }

    /// Tells the service that nobody will fetch a job's files. Where it does not hear it, the job runs out by itself.
    pub(super) async fn cancel_job(&self) {
        let record = self.lock().record.clone();
        let Some(job) = record.job.as_ref() else { return };
        let cancel = async {
            let api = self.access.api(&record).await?;
            api.cancel(job).await
        };
        match tokio::time::timeout(PATIENCE, cancel).await {
            Ok(Ok(answer)) => {
                tracing::info!(export = record.id.0, ?answer, "the job was cancelled at the service");
            }
            Ok(Err(problem)) => {
                tracing::warn!(export = record.id.0, code = problem.code(), "the job runs out by itself");
            }
            Err(_) => tracing::warn!(export = record.id.0, "the job runs out by itself"),
        }
    }

    /// What the audit record says of an export's end.
    pub(super) fn end_event(&self, record: &Record) -> AuditEvent {
        let live = self.lock();
        let verified = live.files.iter().filter_map(|file| file.verified.as_ref());
        AuditEvent::ExportEnded {
            export: record.id.0,
            contract: Subject::from(&record.key()),
            result: record.phase.name().to_owned(),
            problem: record.problem().map(|problem| problem.code().to_owned()),
            job: record.job.as_ref().map(|job| job.id().to_owned()),
            folder: record.folder.clone(),
            other_request: record.other_request.clone(),
            claims: record.totals.claims,
            files: verified
                .map(|file| AuditedFile { name: file.name.clone(), bytes: file.bytes, sha256: file.sha256 })
                .collect(),
        }
    }
}

/// Removes what is left in a folder of files that did not arrive, and writes the checksums of those that did. Nothing
/// depends on it: what cannot be done is logged.
pub(crate) async fn tidy_up(folder: PathBuf, files: Vec<FileRecord>, private: bool) {
    let tidied = tokio::task::spawn_blocking(move || {
        if !folder.is_dir() {
            return;
        }
        let names: HashSet<&str> = files.iter().map(|file| file.name.as_str()).collect();
        if let Err(error) = transfer::sweep(&folder, &names) {
            tracing::warn!(%error, "unfinished files could not be removed");
        }
        let sums = super::record::sums(&files);
        if !sums.is_empty()
            && let Err(problem) = folder::write_whole(&folder, transfer::SUMS, sums.as_bytes(), private)
        {
            tracing::warn!(
                code = problem.code(),
                "the checksums of an unfinished export could not be written"
            );
        }
    });
    if let Err(error) = tidied.await {
        tracing::warn!(%error, "an export's folder could not be tidied up");
    }
}

/// Has the coverage mark follow an export that is complete.
pub(super) fn cover(connection: &rusqlite::Connection, record: &mut Record) -> rusqlite::Result<()> {
    if record.was_complete() {
        return Ok(());
    }
    let (key, version) = (record.key(), record.parameters.version);
    let mut coverage = store::coverage::get(connection, &key, version)?;
    let whose_is_known = whose_is_known(connection, &key, record)?;
    let totals = record.totals;
    let outcome = coverage.record(&Evidence {
        parameters: &record.parameters,
        asked_at: record.asked_at,
        whose_is_known,
        all_verified: totals.verified == totals.files && totals.unannounced == 0,
        error_files: totals.error_files,
        answers_request: record.other_request.is_none(),
    });
    store::coverage::put(connection, &key, version, &coverage)?;
    record.coverage = Some(outcome);
    Ok(())
}

/// Credentials decide whose claims come. Where no file's name tells, that they brought the contract's files before does.
fn whose_is_known(
    connection: &rusqlite::Connection,
    key: &ContractKey,
    record: &Record,
) -> rusqlite::Result<bool> {
    let Some(client_id) = &record.client_id else { return Ok(false) };
    let files = store::exports::files(connection, record.id)?;
    if files.iter().any(|file| ContractNumber::of_file_name(&file.name).as_ref() == Some(&record.number)) {
        store::coverage::prove(connection, key, client_id)?;
    }
    store::coverage::is_proven(connection, key, client_id)
}
