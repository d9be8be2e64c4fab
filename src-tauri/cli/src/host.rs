//! The engine, opened for one command.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ab2d_engine::api::Timing;
use ab2d_engine::controller::{Controller, Options, default_data_folder};
use ab2d_engine::problem::Problem;
use ab2d_engine::{keychain, report};

use crate::output;
use crate::practice::Practice;

/// The engine and what it was opened with.
pub(crate) struct Host {
    /// The engine.
    pub(crate) controller: Controller,
    /// The practice service, running once it is needed.
    pub(crate) practice: Arc<Practice>,
}

impl Host {
    /// Opens the records in a data folder, the system's unless one is named. Nothing is taken up by itself.
    pub(crate) async fn open(data_folder: Option<PathBuf>) -> Result<Self, Problem> {
        let data_folder = data_folder.unwrap_or_else(default_data_folder);
        let practice = Arc::new(Practice::new(&data_folder));
        let controller = Controller::open(Options {
            data_folder: data_folder.clone(),
            keychain: keychain::of_this_system(),
            practice: practice.clone(),
            take_up: false,
            timing: Timing::default(),
        })
        .await?;
        start_log(&data_folder);
        Ok(Self { controller, practice })
    }

    /// Stops what runs; the next start goes on where it was.
    pub(crate) async fn close(self) {
        self.controller.shutdown().await;
        self.practice.stop().await;
    }
}

/// An export is worth more than its log: without one it goes on.
fn start_log(data_folder: &Path) {
    if let Err(error) = report::log::start(data_folder) {
        output::note(&format!("The log cannot be written: {error}."));
    }
}
