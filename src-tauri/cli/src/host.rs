//! The engine, opened for one command.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use ab2d_engine::api::Timing;
use ab2d_engine::controller::{Controller, Options, default_data_folder};
use ab2d_engine::keychain::{self, Keychain, PatientKeychain};
use ab2d_engine::problem::Problem;
use ab2d_engine::report;

use crate::output;
use crate::practice::Practice;

/// The engine and what it was opened with.
pub(crate) struct Host {
    /// The engine.
    pub(crate) controller: Controller,
    /// The practice service, running once it is needed.
    pub(crate) practice: Arc<Practice>,
    /// The keychain, which has so long to answer as a person takes to unlock it: nobody may be there.
    pub(crate) keychain: Arc<dyn Keychain>,
}

impl Host {
    /// Opens the records in a data folder, the system's unless one is named. Nothing is taken up by itself.
    pub(crate) async fn open(data_folder: Option<PathBuf>) -> Result<Self, Problem> {
        let data_folder = data_folder.unwrap_or_else(default_data_folder);
        let practice = Arc::new(Practice::new(&data_folder));
        let keychain = keychain::of_this_system(&data_folder);
        let keychain: Arc<dyn Keychain> = Arc::new(PatientKeychain::new(keychain, keychain::PATIENCE));
        let controller = Controller::open(Options {
            data_folder: data_folder.clone(),
            keychain: Arc::clone(&keychain),
            practice: practice.clone(),
            take_up: false,
            timing: Timing::default(),
        })
        .await?;
        start_log(&data_folder);
        Ok(Self { controller, practice, keychain })
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
