//! What the page can ask for. Each command translates and forwards; the engine decides.

use std::io::{self, BufWriter, Write};
use std::path::{Path, PathBuf};

use ab2d_engine::contract::ContractId;
use ab2d_engine::controller::{AuditFormat, Controller};
use ab2d_engine::durable;
use ab2d_engine::parameters::FhirVersion;
use ab2d_engine::report;
use ab2d_engine::settings::Settings;
use ab2d_engine::view::{
    AuditVerdict, CheckResult, ContractForm, ContractView, CredentialsFile, CredentialsForm, ExportForm,
    ExportId, ExportPreview, ExportView, FileView, FolderView, HistoryFilter, HistoryPage, Interval,
    Snapshot, VerifyReport,
};
use chrono::Local;
use tauri::ipc::Invoke;
use tauri::{AppHandle, State, Wry};
use tempfile::NamedTempFile;

use crate::checks::Checks;
use crate::clipboard::Clipboard;
use crate::refusal::Refusal;
use crate::{dialogs, folders, words};

type Answer<T> = Result<T, Refusal>;
type Engine<'a> = State<'a, Controller>;

/// Every command, by name.
pub(crate) fn handler() -> impl Fn(Invoke<Wry>) -> bool + Send + Sync + 'static {
    tauri::generate_handler![
        snapshot,
        add_contract,
        edit_contract,
        remove_contract,
        choose_folder,
        choose_credentials_file,
        check_connection,
        check_contract,
        check_computer,
        stop_check,
        replace_credentials,
        start_practice,
        look_at_folder,
        preview_export,
        start_export,
        close_gap,
        pause_export,
        resume_export,
        try_now,
        adopt_job,
        start_anew,
        cancel_export,
        move_export,
        export_view,
        export_files,
        verify_export,
        stop_verifying,
        fetch_again,
        open_folder,
        choose_log_folder,
        open_log_folder,
        history,
        save_audit,
        verify_audit,
        support_report,
        save_support_report,
        set_settings,
        copy_text,
    ]
}

#[tauri::command]
async fn snapshot(engine: Engine<'_>) -> Answer<Snapshot> {
    Ok(engine.snapshot().await?)
}

#[tauri::command]
async fn add_contract(engine: Engine<'_>, form: ContractForm) -> Answer<ContractView> {
    Ok(engine.add_contract(form).await?)
}

#[tauri::command]
async fn edit_contract(engine: Engine<'_>, id: ContractId, form: ContractForm) -> Answer<ContractView> {
    Ok(engine.edit_contract(id, form).await?)
}

#[tauri::command]
async fn remove_contract(engine: Engine<'_>, id: ContractId) -> Answer<()> {
    Ok(engine.remove_contract(id).await?)
}

#[tauri::command]
async fn choose_folder(app: AppHandle, start: Option<PathBuf>) -> Answer<Option<String>> {
    let chosen = dialogs::choose_folder(&app, words::dialog::FOLDER, start).await?;
    Ok(chosen.map(|folder| folder.display().to_string()))
}

#[tauri::command]
async fn choose_log_folder(app: AppHandle, engine: Engine<'_>) -> Answer<Option<String>> {
    let start = engine.log_folder();
    let chosen = dialogs::choose_folder(&app, words::dialog::LOG_FOLDER, Some(start)).await?;
    Ok(chosen.map(|folder| report::log::folder_in(&folder).display().to_string()))
}

#[tauri::command]
async fn choose_credentials_file(app: AppHandle, engine: Engine<'_>) -> Answer<Option<CredentialsFile>> {
    let Some(path) = dialogs::choose_file(&app, words::dialog::CREDENTIALS).await? else { return Ok(None) };
    let read = engine.read_credentials_file(&path).await;
    read.map(Some).map_err(|error| Refusal::says(format!("{error} {}", error.next_step())))
}

#[tauri::command]
async fn check_connection(
    engine: Engine<'_>,
    checks: State<'_, Checks>,
    check: u32,
    form: ContractForm,
    contract: Option<ContractId>,
) -> Answer<Option<Vec<CheckResult>>> {
    let ended = checks.run(check, engine.check_connection(check, form, contract)).await;
    Ok(ended.transpose()?)
}

#[tauri::command]
async fn check_contract(
    engine: Engine<'_>,
    checks: State<'_, Checks>,
    check: u32,
    id: ContractId,
) -> Answer<Option<Vec<CheckResult>>> {
    Ok(checks.run(check, engine.check_contract(check, id)).await.transpose()?)
}

#[tauri::command]
async fn check_computer(
    engine: Engine<'_>,
    checks: State<'_, Checks>,
    check: u32,
) -> Answer<Option<Vec<CheckResult>>> {
    Ok(checks.run(check, engine.check_computer(check)).await)
}

#[tauri::command]
async fn stop_check(checks: State<'_, Checks>, check: u32) -> Answer<()> {
    checks.stop(check);
    Ok(())
}

#[tauri::command]
async fn replace_credentials(engine: Engine<'_>, id: ContractId, credentials: CredentialsForm) -> Answer<()> {
    Ok(engine.replace_credentials(id, credentials).await?)
}

#[tauri::command]
async fn start_practice(engine: Engine<'_>) -> Answer<ContractView> {
    Ok(engine.practice_contract().await?)
}

#[tauri::command]
async fn look_at_folder(engine: Engine<'_>, folder: PathBuf) -> Answer<FolderView> {
    Ok(engine.look_at_folder(&folder).await)
}

#[tauri::command]
async fn preview_export(engine: Engine<'_>, id: ContractId, form: ExportForm) -> Answer<ExportPreview> {
    Ok(engine.preview(id, form).await?)
}

#[tauri::command]
async fn start_export(engine: Engine<'_>, id: ContractId, form: ExportForm) -> Answer<ExportId> {
    Ok(engine.start_export(id, form).await?)
}

#[tauri::command]
async fn close_gap(
    engine: Engine<'_>,
    id: ContractId,
    version: FhirVersion,
    gap: Interval,
) -> Answer<ExportId> {
    Ok(engine.close_gap(id, version, gap).await?)
}

#[tauri::command]
async fn pause_export(engine: Engine<'_>, id: ExportId) -> Answer<()> {
    Ok(engine.pause(id).await?)
}

#[tauri::command]
async fn resume_export(engine: Engine<'_>, id: ExportId) -> Answer<()> {
    Ok(engine.resume(id).await?)
}

#[tauri::command]
async fn try_now(engine: Engine<'_>, id: ExportId) -> Answer<()> {
    Ok(engine.resume(id).await?)
}

#[tauri::command]
async fn adopt_job(engine: Engine<'_>, id: ExportId, job: String) -> Answer<()> {
    Ok(engine.adopt_job(id, &job).await?)
}

#[tauri::command]
async fn start_anew(engine: Engine<'_>, id: ExportId) -> Answer<()> {
    Ok(engine.start_anew(id).await?)
}

#[tauri::command]
async fn cancel_export(engine: Engine<'_>, id: ExportId) -> Answer<()> {
    Ok(engine.cancel(id).await?)
}

#[tauri::command]
async fn move_export(engine: Engine<'_>, id: ExportId, folder: PathBuf) -> Answer<()> {
    Ok(engine.move_export(id, &folder).await?)
}

#[tauri::command]
async fn export_view(engine: Engine<'_>, id: ExportId) -> Answer<ExportView> {
    Ok(engine.export(id).await?)
}

#[tauri::command]
async fn export_files(engine: Engine<'_>, id: ExportId) -> Answer<Vec<FileView>> {
    Ok(engine.files(id).await?)
}

#[tauri::command]
async fn verify_export(engine: Engine<'_>, id: ExportId) -> Answer<Option<VerifyReport>> {
    Ok(engine.verify(id).await?)
}

#[tauri::command]
async fn stop_verifying(engine: Engine<'_>, id: ExportId) -> Answer<()> {
    engine.stop_verifying(id);
    Ok(())
}

#[tauri::command]
async fn fetch_again(engine: Engine<'_>, id: ExportId) -> Answer<()> {
    Ok(engine.fetch_again(id).await?)
}

#[tauri::command]
async fn open_folder(engine: Engine<'_>, id: ExportId) -> Answer<()> {
    let folder = engine.export_folder(id).await?;
    folders::show(folder).await
}

#[tauri::command]
async fn open_log_folder(engine: Engine<'_>) -> Answer<()> {
    folders::show(engine.log_folder()).await
}

#[tauri::command]
async fn history(engine: Engine<'_>, filter: HistoryFilter) -> Answer<HistoryPage> {
    Ok(engine.history(filter).await?)
}

#[tauri::command]
async fn save_audit(app: AppHandle, engine: Engine<'_>) -> Answer<Option<String>> {
    let name = dated("ab2d-audit", "csv");
    let Some(path) = dialogs::choose_target(&app, words::dialog::AUDIT, name).await? else {
        return Ok(None);
    };
    let refused = |error| not_saved(&path, &error);
    let part = part_of(&path).map_err(refused)?;
    let mut out = part.reopen().map_err(refused)?;
    // By this mark a spreadsheet knows that names are written in UTF-8.
    out.write_all("\u{feff}".as_bytes()).map_err(refused)?;
    engine.audit_export(AuditFormat::Csv, BufWriter::new(out)).await?;
    durable::replace(part, &path).map_err(refused)?;
    Ok(Some(path.display().to_string()))
}

#[tauri::command]
async fn verify_audit(
    engine: Engine<'_>,
    checks: State<'_, Checks>,
    check: u32,
) -> Answer<Option<AuditVerdict>> {
    Ok(checks.run(check, engine.audit_verify(check)).await.transpose()?)
}

#[tauri::command]
async fn support_report(engine: Engine<'_>, id: Option<ExportId>) -> Answer<String> {
    Ok(engine.support_report(id).await?)
}

#[tauri::command]
async fn save_support_report(app: AppHandle, text: String) -> Answer<Option<String>> {
    let name = dated("ab2d-support-report", "txt");
    let Some(path) = dialogs::choose_target(&app, words::dialog::REPORT, name).await? else {
        return Ok(None);
    };
    let refused = |error| not_saved(&path, &error);
    let mut part = part_of(&path).map_err(refused)?;
    part.write_all(text.as_bytes()).map_err(refused)?;
    durable::replace(part, &path).map_err(refused)?;
    Ok(Some(path.display().to_string()))
}

#[tauri::command]
async fn set_settings(engine: Engine<'_>, settings: Settings) -> Answer<()> {
    Ok(engine.set_settings(settings).await?)
}

#[tauri::command]
async fn copy_text(clipboard: State<'_, Clipboard>, text: String) -> Answer<()> {
    clipboard.set(text).map_err(|error| {
        tracing::warn!(%error, "the clipboard could not be reached");
        Refusal::says(words::NO_CLIPBOARD)
    })
}

/// A file's name for today: one that was saved on another day is not the one proposed.
fn dated(stem: &str, ending: &str) -> String {
    format!("{stem}-{}.{ending}", Local::now().format("%Y-%m-%d"))
}

/// What becomes the file when it is whole: one that was saved there before stays until then.
fn part_of(path: &Path) -> io::Result<NamedTempFile> {
    NamedTempFile::new_in(path.parent().unwrap_or(Path::new(".")))
}

fn not_saved(path: &Path, error: &io::Error) -> Refusal {
    Refusal::says(words::not_saved(path, &error.to_string()))
}
