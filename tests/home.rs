//! A person's computer with nothing on it yet: home and data folder of the test's own, and the session's keychain.

use std::path::{Path, PathBuf};

use ab2d_engine::api::Timing;
use ab2d_engine::contract::Environment;
use ab2d_engine::controller::Controller;
use ab2d_engine::keychain;
use ab2d_engine::view::{ContractForm, PhaseView};
use ab2d_practice::Practice;
use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::desk;
use crate::driver::{Launch, Window};
use crate::proxy::Proxy;

/// Folders that go when the test ends.
pub struct Home(TempDir);

impl Home {
    /// Nothing was done here before.
    pub fn new() -> Result<Self> {
        let home = tempfile::tempdir()?;
        std::fs::create_dir(home.path().join("data"))?;
        Ok(Self(home))
    }

    /// Contracts of a service were added here before.
    pub async fn with_contracts(service: &Practice, numbers: &[&str]) -> Result<Self> {
        let home = Self::new()?;
        for number in numbers {
            home.add(service, number).await?;
        }
        Ok(home)
    }

    /// Adds a contract of a service, before the window is opened.
    pub async fn add(&self, service: &Practice, number: &str) -> Result<()> {
        self.add_from(service, number, Environment::Other).await
    }

    /// Adds a contract of a service as one of another environment, before the window is opened.
    pub async fn add_from(&self, service: &Practice, number: &str, environment: Environment) -> Result<()> {
        let form = desk::contract_form(service, number, number, &self.save_folder(number))?;
        self.add_form(ContractForm { environment, ..form }).await
    }

    /// Adds a contract of a service that is reached through a proxy, before the window is opened.
    pub async fn add_outside(&self, service: &Practice, number: &str) -> Result<()> {
        let form = desk::contract_form(service, number, number, &self.save_folder(number))?;
        let outside = |url: url::Url| Some(Proxy::outside(&url));
        let (api_url, token_url) = (outside(service.api_url()), outside(service.token_url()));
        self.add_form(ContractForm { api_url, token_url, ..form }).await
    }

    async fn add_form(&self, form: ContractForm) -> Result<()> {
        let engine = self.engine().await?;
        engine.add_contract(form).await.map_err(|error| anyhow::anyhow!("{error:?}"))?;
        engine.shutdown().await;
        Ok(())
    }

    /// Exports everything of a contract that was added, before the window is opened; returns the export's folder.
    pub async fn export(&self, number: &str) -> Result<PathBuf> {
        let engine = self.engine().await?;
        let contracts = engine.snapshot().await?.contracts;
        let contract = contracts.iter().find(|contract| contract.number == number);
        let contract = contract.context("no such contract was added")?.id;
        let id = desk::start(&engine, contract, desk::everything()).await?;
        let export = desk::rests(&engine, id).await?;
        engine.shutdown().await;
        ensure!(export.phase == PhaseView::Complete, "{export:#?}");
        Ok(PathBuf::from(export.folder.context("the export has no folder")?))
    }

    /// Opens the program.
    pub async fn open(&self) -> Result<Window> {
        Window::open(&self.launch()?).await
    }

    /// How the program is started here. Times are Eastern, as where AB2D is.
    pub fn launch(&self) -> Result<Launch> {
        let text = |path: &Path| path.to_string_lossy().into_owned();
        Ok(Launch::desktop()?
            .with_variable("HOME", text(self.path()))
            .with_variable("TZ", "America/New_York")
            .with_variable("AB2D_DATA_DIR", text(&self.data())))
    }

    /// The program's engine without its window, on the same records; it has to be shut down before the window opens.
    pub async fn engine(&self) -> Result<Controller> {
        desk::open(&self.data(), &keychain::of_this_system(&self.data()), Timing::default()).await
    }

    /// Where save folders are proposed.
    pub fn claims(&self) -> PathBuf {
        self.path().join("AB2D Claims")
    }

    /// Where a contract's exports go.
    pub fn save_folder(&self, number: &str) -> PathBuf {
        self.claims().join(number)
    }

    /// The program's records.
    pub fn data(&self) -> PathBuf {
        self.path().join("data")
    }

    /// What the program logged.
    pub fn log(&self) -> Result<String> {
        let files = std::fs::read_dir(self.0.path().join("data/logs"))?;
        files.map(|file| Ok(std::fs::read_to_string(file?.path())?)).collect()
    }

    /// The home folder.
    pub fn path(&self) -> &Path {
        self.0.path()
    }
}
