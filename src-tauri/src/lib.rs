//! The shell: the window, its commands, and the system's dialogs. It knows the engine and decides nothing.

mod attention;
mod awake;
#[cfg(target_os = "linux")]
mod bus;
mod checks;
mod clipboard;
mod commands;
mod dialogs;
mod ending;
mod folders;
mod follow;
mod geometry;
mod menu_bar;
mod practice;
mod refusal;
mod running;
mod single;
mod switches;
mod taskbar;
mod tray;
mod window;
mod words;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use ab2d_engine::api::Timing;
use ab2d_engine::controller::{self, Controller, Options};
use ab2d_engine::{keychain, report};
use tauri::{App, AppHandle, Manager, RunEvent};

/// Where the program's records are, instead of the system's folder for them.
const DATA_FOLDER: &str = "AB2D_DATA_DIR";

/// Who this program is to the system: its installer, its notifications, its wish to stay awake.
pub(crate) const IDENTIFIER: &str = "org.ab2d-desktop.app";

/// Opens the window and stays until it is closed and nothing runs.
pub fn run() -> ExitCode {
    let folder = std::env::var_os(DATA_FOLDER).map_or_else(controller::default_data_folder, PathBuf::from);
    let Some(only) = single::Only::of(&folder) else {
        // The first one was asked to come forward.
        return ExitCode::SUCCESS;
    };
    let no_log = report::log::start(&folder).err().map(|error| error.to_string());
    match open(folder, only, no_log) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the window could not be opened");
            dialogs::say_and_wait(words::dialog::NO_START, &error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn open(
    folder: PathBuf,
    only: single::Only,
    no_log: Option<String>,
) -> Result<(), Box<dyn std::error::Error>> {
    let geometry = geometry::Geometry::of(&folder);
    // Before there is an application: what stops the program here is said, and not only logged.
    let controller = tauri::async_runtime::block_on(Controller::open(options(folder)))?;
    let builder = tauri::Builder::default();
    let builder = if cfg!(target_os = "macos") { builder.menu(menu_bar::of) } else { builder };
    builder
        .setup(move |app| {
            set_up(app, controller, geometry, only)?;
            // Not before the window, since on Linux a dialog of its own would keep the window from opening.
            if let Some(reason) = no_log.filter(|_| !report::log::is_kept()) {
                dialogs::say(app.handle(), words::dialog::NO_LOG, reason);
            }
            Ok(())
        })
        .on_window_event(window::on_event)
        .on_menu_event(|app, event| menu_bar::chosen(app, &event))
        .invoke_handler(commands::handler())
        .build(tauri::generate_context!())?
        .run(|app, event| on_event(app, &event));
    Ok(())
}

fn options(data_folder: PathBuf) -> Options {
    Options {
        practice: Arc::new(practice::Practice::new(&data_folder)),
        keychain: keychain::of_this_system(&data_folder),
        data_folder,
        take_up: true,
        timing: Timing::default(),
    }
}

fn set_up(
    app: &mut App,
    controller: Controller,
    geometry: geometry::Geometry,
    only: single::Only,
) -> Result<(), Box<dyn std::error::Error>> {
    window::forward_events(app.handle().clone(), &controller);
    follow::exports(app.handle(), &controller);
    app.manage(controller);
    app.manage(geometry);
    app.manage(clipboard::Clipboard::default());
    app.manage(checks::Checks::default());
    app.manage(ending::Question::default());
    attention::introduce();
    window::open(app)?;
    ending::when_told(app.handle());
    only.watch(app.handle().clone());
    Ok(())
}

fn on_event(app: &AppHandle, event: &RunEvent) {
    match event {
        // Its icon in the Dock was clicked while the window was hidden.
        #[cfg(target_os = "macos")]
        RunEvent::Reopen { .. } => window::bring_forward(app),
        RunEvent::Exit => {
            app.state::<geometry::Geometry>().store();
            ending::stop_exports(app);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_installer_names_the_program_as_it_names_itself() {
        let bundle: serde_json::Value = serde_json::from_str(include_str!("../../tauri.conf.json")).unwrap();
        assert_eq!(bundle["identifier"], super::IDENTIFIER);
    }
}
