//! The shell: the window, its commands, and the system's dialogs. It knows the engine and decides nothing.

mod attention;
mod awake;
mod clipboard;
mod commands;
mod dialogs;
mod practice;
mod refusal;
mod single;
mod window;

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
        dialogs::say_and_wait("AB2D Desktop keeps no log", &error.to_string());
    }
    match open(folder, only) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!(%error, "the window could not be opened");
            dialogs::say_and_wait("AB2D Desktop could not start", &error.to_string());
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
                tauri::async_runtime::block_on(app.state::<Controller>().shutdown());
            }
        });
    Ok(())
}

fn set_up(app: &mut App, folder: PathBuf, only: single::Only) -> Result<(), Box<dyn std::error::Error>> {
    let options = Options {
        practice: Arc::new(practice::Practice::new(&folder)),
        data_folder: folder,
        keychain: keychain::of_this_system(),
        take_up: true,
        timing: Timing::default(),
    };
    let controller = tauri::async_runtime::block_on(Controller::open(options))?;
    window::forward_events(app.handle().clone(), &controller);
    awake::while_data_flows(&controller);
    attention::ask_for_it(app.handle().clone(), &controller);
    app.manage(controller);
    app.manage(clipboard::Clipboard::default());
    window::open(app)?;
    only.watch(app.handle().clone());
    Ok(())
}
