//! A person's computer with nothing on it yet: home and data folder of the test's own.

use std::path::{Path, PathBuf};

use ab2d_tests::driver::{Launch, Window};
use anyhow::Result;
use tempfile::TempDir;

/// Folders that go when the test ends.
pub(crate) struct Home(TempDir);

impl Home {
    /// Nothing was done here before.
    pub(crate) fn new() -> Result<Self> {
        let home = tempfile::tempdir()?;
        std::fs::create_dir(home.path().join("data"))?;
        Ok(Self(home))
    }

    /// Opens the program.
    pub(crate) async fn open(&self) -> Result<Window> {
        Window::open(&self.launch()?).await
    }

    /// How the program is started here.
    pub(crate) fn launch(&self) -> Result<Launch> {
        let text = |path: &Path| path.to_string_lossy().into_owned();
        Ok(Launch::desktop()?
            .with_variable("HOME", text(self.0.path()))
            .with_variable("AB2D_DATA_DIR", text(&self.0.path().join("data"))))
    }

    /// Where save folders are proposed.
    pub(crate) fn claims(&self) -> PathBuf {
        self.0.path().join("AB2D Claims")
    }

    /// The home folder.
    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }
}
