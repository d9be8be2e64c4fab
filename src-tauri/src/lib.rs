//! The shell: the window, its commands, and the system's dialogs. It knows the engine and decides nothing.

mod attention;
mod awake;
#[cfg(target_os = "linux")]
mod bus;
mod clipboard;
mod commands;
mod dialogs;
mod ending;
mod folders;
mod follow;
mod geometry;
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
use tauri::{App, Manager};

/// Where the program's records are, instead of the system's folder for them.
const DATA_FOLDER: &str = "AB2D_DATA_DIR";

/// Opens the window and stays until it is closed and nothing runs.
pub fn run() -> ExitCode {
    let folder = std::env::var_os(DATA_FOLDER).map_or_else(controller::default_data_folder, PathBuf::from);
    let Some(only) = single::Only::of(&folder) else {
        // The first one was asked to come forward.
        return ExitCode::SUCCESS;
    };
    if let Err(error) = report::log::start(&folder) {
        dialogs::say_and_wait(words::dialog::NO_LOG, &error.to_string());
    }
    match open(folder, only) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the window could not be opened");
            dialogs::say_and_wait(words::dialog::NO_START, &error.to_string());
            ExitCode::FAILURE
        }
    }
}

fn open(folder: PathBuf, only: single::Only) -> Result<(), Box<dyn std::error::Error>> {
    tauri::Builder::default()
        .setup(move |app| set_up(app, folder, only))
        .on_window_event(window::on_event)
        .invoke_handler(commands::handler())
        .build(tauri::generate_context!())?
        .run(|app, event| {
            if let tauri::RunEvent::Exit = event {
                ending::stop_exports(app);
            }
        });
    Ok(())
}

fn set_up(app: &mut App, folder: PathBuf, only: single::Only) -> Result<(), Box<dyn std::error::Error>> {
    let geometry = geometry::Geometry::of(&folder);
    let options = Options {
        practice: Arc::new(practice::Practice::new(&folder)),
        data_folder: folder,
        keychain: keychain::of_this_system(),
        take_up: true,
        timing: Timing::default(),
    };
    let controller = tauri::async_runtime::block_on(Controller::open(options))?;
    window::forward_events(app.handle().clone(), &controller);
    follow::exports(app.handle(), &controller);
    app.manage(controller);
    app.manage(geometry);
    app.manage(clipboard::Clipboard::default());
    window::open(app)?;
    ending::when_told(app.handle());
    only.watch(app.handle().clone());
    Ok(())
}
