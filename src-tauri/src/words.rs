//! Every sentence of the shell, in one place, ready for translation. Problems are worded by the engine; here they are
//! only framed.

use std::path::Path;

use ab2d_engine::contract::Environment;
use ab2d_engine::view::{ExportView, PhaseView, ProblemView};

use crate::running::percent_done;

/// The program's name.
pub(crate) const PROGRAM: &str = "AB2D Desktop";

/// In the program's menu of the menu bar.
pub(crate) const QUIT_PROGRAM: &str = "Quit AB2D Desktop";

/// In the tray's menu.
pub(crate) mod tray {
    pub(crate) const OPEN: &str = "Open AB2D Desktop";
    pub(crate) const PAUSE_ALL: &str = "Pause all";
    pub(crate) const RESUME_ALL: &str = "Resume all";
    pub(crate) const QUIT: &str = "Quit";
}

/// The button of a notification that brings the window to what it is about.
pub(crate) const OPEN: &str = "Open";

/// Why the computer is kept awake, as the system shows it.
pub(crate) const AWAKE: &str = "Claims are being downloaded";

/// Titles of the system's dialogs.
pub(crate) mod dialog {
    pub(crate) const CREDENTIALS: &str = "Choose the credentials file";
    pub(crate) const FOLDER: &str = "Choose a folder for claims";
    pub(crate) const LOG_FOLDER: &str = "Choose a folder for the log";
    pub(crate) const AUDIT: &str = "Save the audit record";
    pub(crate) const REPORT: &str = "Save the support report";
    pub(crate) const NO_LOG: &str = "AB2D Desktop keeps no log";
    pub(crate) const NO_START: &str = "AB2D Desktop could not start";
    pub(crate) const QUIT: &str = "Quit AB2D Desktop?";
    pub(crate) const QUIT_NOW: &str = "Quit";
    pub(crate) const KEEP_RUNNING: &str = "Keep running";
}

/// What a drop onto the window is answered with where it is no single file.
pub(crate) mod dropped {
    pub(crate) const SEVERAL: &str =
        "Several files were dropped. Drop one: the credentials file that AB2D sent for one contract.";
    pub(crate) const FOLDER: &str =
        "A folder was dropped. Open it, and drop the credentials file that AB2D sent.";
    pub(crate) const NOTHING: &str =
        "What was dropped is not a file. Save the credentials file that AB2D sent, and drop that.";
}

/// The clipboard cannot be used.
pub(crate) const NO_CLIPBOARD: &str =
    "The clipboard could not be reached. Select the text and copy it by hand.";

/// No dialog could be opened.
pub(crate) const NO_DIALOG: &str = "The system did not open its dialog. Try again; if that does not help, close AB2D \
    Desktop and open it again.";

/// What runs goes on in the tray.
pub(crate) const GOES_ON_IN_TRAY: &str = if cfg!(target_os = "macos") {
    "It continues in the background. To see how far it is, or to quit, use the icon in the menu bar."
} else {
    "It continues in the background. To see how far it is, or to quit, use the icon in the tray."
};

/// What runs goes on, and there is no tray to put the window into.
pub(crate) const GOES_ON_MINIMIZED: &str =
    "It continues in the background, in the minimized window. To quit, pause the exports first.";

/// A folder cannot be shown.
pub(crate) fn no_file_manager(folder: &Path) -> String {
    format!(
        "The system opened no window for this folder. Open your file manager and go to {}.",
        folder.display()
    )
}

/// A file that a person chose a place for cannot be written.
pub(crate) fn not_saved(path: &Path, reason: &str) -> String {
    format!("{} could not be written ({reason}). Save it in another folder.", path.display())
}

/// The title of the notification that what runs goes on.
pub(crate) fn exports_running(count: usize) -> String {
    if count == 1 { "1 export is running".to_owned() } else { format!("{count} exports are running") }
}

/// What quitting does to what runs.
pub(crate) fn quit(running: usize) -> String {
    let (stops, goes) = if running == 1 { ("It stops", "It goes") } else { ("They stop", "They go") };
    format!(
        "{}. {stops} now; verified files are kept. {goes} on the next time AB2D Desktop is opened. AB2D deletes \
         the files 72 hours after it prepared them.",
        exports_running(running)
    )
}

/// What the tray says when the pointer rests on it.
pub(crate) fn tooltip(percent: Option<u8>, needs_person: bool) -> String {
    match percent {
        _ if needs_person => format!("{PROGRAM}: an export needs you"),
        Some(percent) => format!("{PROGRAM}: {percent}%"),
        None => PROGRAM.to_owned(),
    }
}

/// An export and how far it is: `Z1001: downloading 62%`.
pub(crate) fn line(export: &ExportView) -> String {
    format!("{}: {}", contract(export), state(export))
}

/// The title of a notification about an export.
pub(crate) fn export_of(export: &ExportView) -> String {
    format!("Export of {}", contract(export))
}

/// What is said when an export has come to rest; `None` while it goes on by itself, and for what the person has just
/// done.
pub(crate) fn at_rest(export: &ExportView) -> Option<String> {
    match &export.phase {
        PhaseView::Complete if export.unrepaired.is_none() && export.damaged == 0 => Some(complete(export)),
        PhaseView::Complete => export.problem().map(sentence),
        PhaseView::Waiting { problem, until: None }
        | PhaseView::Failed { problem }
        | PhaseView::Expired { problem } => Some(sentence(problem)),
        PhaseView::Waiting { .. }
        | PhaseView::Requesting
        | PhaseView::Preparing { .. }
        | PhaseView::Downloading
        | PhaseView::Paused
        | PhaseView::Cancelled => None,
    }
}

fn sentence(problem: &ProblemView) -> String {
    format!("{} {}", problem.title, problem.next_step)
}

fn complete(export: &ExportView) -> String {
    match (export.progress.claims, export.error_files) {
        (0, 0) => "No new claims.".to_owned(),
        (0, _) => "AB2D could not deliver the claims. Open the export to see what to do.".to_owned(),
        (_, 1..) => {
            "AB2D could not deliver some of the claims. Open the export to see what to do.".to_owned()
        }
        _ if export.progress.files_verified == 1 => "1 file, verified.".to_owned(),
        _ => format!("{} files, all verified.", export.progress.files_verified),
    }
}

/// The contract, marked where its claims are made up or not the production ones.
fn contract(export: &ExportView) -> String {
    match export.environment {
        Environment::Production => export.contract_number.clone(),
        other @ (Environment::Sandbox | Environment::Practice | Environment::Other) => {
            format!("{} ({other})", export.contract_number)
        }
    }
}

fn state(export: &ExportView) -> String {
    match &export.phase {
        PhaseView::Requesting => "requesting".to_owned(),
        PhaseView::Preparing { percent: 0 } => "preparing".to_owned(),
        PhaseView::Preparing { percent } => format!("preparing {percent}%"),
        PhaseView::Downloading => format!("downloading {}%", percent_done(&export.progress)),
        PhaseView::Waiting { until: Some(_), .. } => "waiting".to_owned(),
        PhaseView::Waiting { until: None, .. } => "needs you".to_owned(),
        PhaseView::Paused => "paused".to_owned(),
        PhaseView::Complete => "done".to_owned(),
        PhaseView::Cancelled => "canceled".to_owned(),
        PhaseView::Expired { .. } => "expired".to_owned(),
        PhaseView::Failed { .. } => "failed".to_owned(),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use ab2d_engine::parameters::{FhirVersion, Selection};
    use ab2d_engine::problem::{Kind, Problem, Stage};
    use ab2d_engine::view::{ExportId, Progress, StepTimes};

    use super::*;

    pub(crate) fn export(id: i64, phase: PhaseView) -> ExportView {
        ExportView {
            id: ExportId(id),
            contract_id: None,
            contract_number: "S4802".to_owned(),
            nickname: String::new(),
            environment: Environment::Production,
            version: FhirVersion::R4,
            selection: Selection::Everything { until: None },
            since: None,
            until: None,
            service_dates: vec![],
            compressed: false,
            folder: None,
            job: None,
            phase,
            times: StepTimes::default(),
            expires_at: None,
            progress: Progress::default(),
            error_files: 0,
            tally: None,
            coverage: None,
            unrepaired: None,
            damaged: 0,
            candidates: vec![],
            other_request: None,
            driven_elsewhere: false,
        }
    }

    #[test]
    fn an_end_is_told_as_it_is() {
        let claims = Progress { files: 12, files_verified: 12, claims: 900, ..Progress::default() };
        let done =
            |progress, error_files| ExportView { progress, error_files, ..export(1, PhaseView::Complete) };
        let told = |export: &ExportView| at_rest(export).unwrap_or_default();
        assert_eq!(told(&done(claims.clone(), 0)), "12 files, all verified.");
        let one = Progress { files: 1, files_verified: 1, ..claims };
        assert_eq!(told(&done(one, 0)), "1 file, verified.");
        assert_eq!(told(&done(Progress::default(), 0)), "No new claims.");
        let partly = Progress { files: 13, files_verified: 13, claims: 900, ..Progress::default() };
        assert_eq!(
            told(&done(partly, 1)),
            "AB2D could not deliver some of the claims. Open the export to see what to do."
        );
        assert_eq!(
            told(&done(Progress::default(), 2)),
            "AB2D could not deliver the claims. Open the export to see what to do."
        );
    }

    #[test]
    fn a_problem_is_told_with_its_next_step() {
        let problem = ProblemView::from(&Problem::new(Kind::CredentialsMissing, Stage::Token));
        let waiting = export(1, PhaseView::Waiting { problem: problem.clone(), until: None });
        let unrepaired = Some(problem.clone());
        let complete = ExportView { unrepaired, ..export(1, PhaseView::Complete) };
        for export in [waiting, complete] {
            let told = at_rest(&export).unwrap_or_default();
            assert_eq!(told, format!("{} {}", problem.title, problem.next_step));
        }
    }

    #[test]
    fn a_line_names_the_contract_and_how_far_it_is() {
        let half = Progress { bytes: 1000, bytes_done: 629, ..Progress::default() };
        let downloading = ExportView { progress: half, ..export(1, PhaseView::Downloading) };
        assert_eq!(line(&downloading), "S4802: downloading 62%");
        let practice = ExportView { environment: Environment::Practice, ..downloading };
        assert_eq!(line(&practice), "S4802 (practice): downloading 62%");
        assert_eq!(line(&export(1, PhaseView::Preparing { percent: 0 })), "S4802: preparing");
        assert_eq!(line(&export(1, PhaseView::Preparing { percent: 7 })), "S4802: preparing 7%");
    }

    #[test]
    fn quitting_is_told_for_one_and_for_several() {
        assert_eq!(
            quit(1),
            "1 export is running. It stops now; verified files are kept. It goes on the next time AB2D Desktop is \
             opened. AB2D deletes the files 72 hours after it prepared them."
        );
        assert!(quit(3).starts_with("3 exports are running. They stop now"));
    }
}
