//! A desk to export at: the practice service, and an engine with records, keychain and save folder of its own.

use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::time::{Duration, Instant};

use ab2d_engine::api::Timing;
use ab2d_engine::contract::{ContractId, ContractNumber, Environment};
use ab2d_engine::controller::{Controller, Options, PracticeAccess, PracticeEnvironment, StartError};
use ab2d_engine::credentials::Secret;
use ab2d_engine::keychain::{Keychain, MemoryKeychain};
use ab2d_engine::parameters::{FhirVersion, Selection};
use ab2d_engine::problem::{Kind, Problem, Stage};
use ab2d_engine::view::{ContractForm, CredentialsForm, ExportForm, ExportId, ExportView, PhaseView};
use ab2d_practice::{Answer, Armed, Fault, HeldFile, Practice, RequestKind, RetryAfter, Rule};
use anyhow::{Context, Result, bail, ensure};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// The longest that a test waits for anything, a further file of an export included.
const PATIENCE: Duration = Duration::from_mins(1);

/// A practice service, an engine, and folders that go when it is dropped.
pub struct Desk {
    /// The service.
    pub service: Practice,
    /// The engine.
    pub controller: Controller,
    /// Where the engine's records are.
    pub data: TempDir,
    /// The save folder; its name has a space and an umlaut.
    pub claims: TempDir,
    keychain: Arc<dyn Keychain>,
    timing: Timing,
}

impl Desk {
    /// A desk with a service of these options.
    pub async fn new(options: ab2d_practice::Options) -> Result<Self> {
        Self::timed(options, Timing::default()).await
    }

    /// The same, with other limits in time.
    pub async fn timed(options: ab2d_practice::Options, timing: Timing) -> Result<Self> {
        Self::at(options, timing, tempfile::tempdir()?).await
    }

    /// The same, with the records in this folder.
    pub async fn at(options: ab2d_practice::Options, timing: Timing, data: TempDir) -> Result<Self> {
        Self::of(options, timing, data, Arc::new(MemoryKeychain::default())).await
    }

    /// A desk with another keychain.
    pub async fn with_keychain(options: ab2d_practice::Options, keychain: Arc<dyn Keychain>) -> Result<Self> {
        Self::of(options, Timing::default(), tempfile::tempdir()?, keychain).await
    }

    async fn of(
        options: ab2d_practice::Options,
        timing: Timing,
        data: TempDir,
        keychain: Arc<dyn Keychain>,
    ) -> Result<Self> {
        let service = ab2d_practice::serve(options).await?;
        let claims = tempfile::Builder::new().prefix("Ansprüche 2026 ").tempdir()?;
        let controller = open(data.path(), &keychain, timing).await?;
        Ok(Self { service, controller, data, claims, keychain, timing })
    }

    /// The same records in a new engine, as after a restart of the program.
    pub async fn restart(&mut self) -> Result<()> {
        self.controller.shutdown().await;
        self.controller = self.another().await?;
        Ok(())
    }

    /// A further engine on the same records, as in a second process.
    pub async fn another(&self) -> Result<Controller> {
        open(self.data.path(), &self.keychain, self.timing).await
    }

    /// Adds a contract of the service.
    pub async fn add(&self, number: &str) -> Result<ContractId> {
        self.add_as(number, number).await
    }

    /// Adds a contract with the credentials of another one.
    pub async fn add_as(&self, number: &str, credentials_of: &str) -> Result<ContractId> {
        let form = self.contract_form(number, credentials_of)?;
        let view = self.controller.add_contract(form).await.map_err(|error| anyhow::anyhow!("{error:?}"))?;
        Ok(view.id)
    }

    /// A contract of the service as a person enters it.
    pub fn contract_form(&self, number: &str, credentials_of: &str) -> Result<ContractForm> {
        contract_form(&self.service, number, credentials_of, &self.save_folder())
    }

    /// The save folder, which is not there before the first export.
    pub fn save_folder(&self) -> PathBuf {
        self.claims.path().join("Müller & Co")
    }

    /// Starts an export.
    pub async fn start(&self, contract: ContractId, form: ExportForm) -> Result<ExportId> {
        start(&self.controller, contract, form).await
    }

    /// Waits until an export ends, or waits for a person.
    pub async fn rests(&self, id: ExportId) -> Result<ExportView> {
        rests(&self.controller, id).await
    }

    /// Waits until an export is as the test wants it.
    pub async fn until(&self, id: ExportId, wanted: impl Fn(&ExportView) -> bool) -> Result<ExportView> {
        until(&self.controller, id, wanted).await
    }

    /// Exports everything, and waits until it rests.
    pub async fn export(&self, contract: ContractId) -> Result<ExportView> {
        let id = self.start(contract, everything()).await?;
        self.rests(id).await
    }

    /// Has the service refuse every start, and ask for an hour until the next, for which no test waits.
    pub fn refuse_starts(&self) -> Armed {
        let refused = Answer::status(503).retry_after(RetryAfter::Seconds(3600));
        self.service.faults().arm(Rule::on(RequestKind::Start, Fault::Answer(refused)).always())
    }

    /// What the service holds for an export.
    pub fn held(&self, export: &ExportView) -> Result<Vec<HeldFile>> {
        let job = export.job.as_ref().context("the export has no job")?;
        Ok(self.service.held_files(job.parse()?))
    }

    /// Compares an export's folder with what the service holds, byte for byte by SHA-256, and returns the bytes
    /// compared.
    pub fn compare(&self, export: &ExportView) -> Result<u64> {
        let folder = PathBuf::from(export.folder.as_ref().context("the export has no folder")?);
        let mut compared = 0;
        for file in self.held(export)? {
            let bytes = std::fs::read(folder.join(&file.name))
                .with_context(|| format!("{} is missing", file.name))?;
            ensure!(
                bytes.len() as u64 == file.bytes,
                "{} has {} bytes of {}",
                file.name,
                bytes.len(),
                file.bytes
            );
            ensure!(sha256(&bytes) == file.sha256, "{} differs from what the service holds", file.name);
            compared += file.bytes;
        }
        Ok(compared)
    }

    /// Makes sure that no file under a final name is anything but what the service holds.
    pub fn nothing_wrong(&self, export: &ExportView) -> Result<()> {
        let Some(folder) = export.folder.as_ref().map(PathBuf::from).filter(|folder| folder.exists()) else {
            return Ok(());
        };
        let held = self.held(export)?;
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            if !name.ends_with(".ndjson") {
                continue;
            }
            let file =
                held.iter().find(|file| file.name == name).with_context(|| format!("{name} is foreign"))?;
            ensure!(sha256(&std::fs::read(&path)?) == file.sha256, "{name} looks complete and is not");
        }
        Ok(())
    }
}

/// A contract of a service as a person enters it.
pub fn contract_form(
    service: &Practice,
    number: &str,
    credentials_of: &str,
    folder: &Path,
) -> Result<ContractForm> {
    let owner = service.contract(credentials_of).context("the service has no such contract")?;
    Ok(ContractForm {
        number: number.to_owned(),
        nickname: String::new(),
        environment: Environment::Other,
        api_url: Some(service.api_url().to_string()),
        token_url: Some(service.token_url().to_string()),
        folder: folder.display().to_string(),
        credentials: CredentialsForm::Typed {
            client_id: owner.client_id.clone(),
            client_secret: Secret::new(owner.client_secret.clone()),
        },
    })
}

/// Everything, in R4, plain.
pub fn everything() -> ExportForm {
    form(Selection::Everything { until: None })
}

/// A choice, in R4, plain.
pub fn form(selection: Selection) -> ExportForm {
    ExportForm { selection, version: FhirVersion::R4, service_dates: vec![], folder: None, compressed: false }
}

/// SHA-256 in hexadecimal digits.
pub fn sha256(bytes: &[u8]) -> String {
    use std::fmt::Write;
    Sha256::digest(bytes).iter().fold(String::new(), |mut text, byte| {
        _ = write!(text, "{byte:02x}");
        text
    })
}

/// Starts an export.
pub async fn start(controller: &Controller, contract: ContractId, form: ExportForm) -> Result<ExportId> {
    controller.start_export(contract, form).await.map_err(|error| match error {
        StartError::Refused(refusals) => anyhow::anyhow!("{refusals:?}"),
        StartError::Problem(problem) => problem.into(),
    })
}

/// Waits until an export ends, or waits for a person.
pub async fn rests(controller: &Controller, id: ExportId) -> Result<ExportView> {
    until(controller, id, |view| match &view.phase {
        PhaseView::Waiting { until, .. } => until.is_none(),
        PhaseView::Requesting | PhaseView::Preparing { .. } | PhaseView::Downloading => false,
        PhaseView::Paused
        | PhaseView::Complete
        | PhaseView::Cancelled
        | PhaseView::Expired { .. }
        | PhaseView::Failed { .. } => true,
    })
    .await
}

async fn until(
    controller: &Controller,
    id: ExportId,
    wanted: impl Fn(&ExportView) -> bool,
) -> Result<ExportView> {
    let mut events = controller.subscribe();
    let (mut verified, mut since) = (0, Instant::now());
    loop {
        let view = controller.export(id).await?;
        if wanted(&view) {
            return Ok(view);
        }
        if view.progress.files_verified != verified {
            (verified, since) = (view.progress.files_verified, Instant::now());
        }
        if since.elapsed() > PATIENCE {
            bail!("the export never came to it: {view:#?}");
        }
        _ = tokio::time::timeout(Duration::from_millis(200), events.recv()).await;
    }
}

/// An engine on these records. The service of its contracts has an address; there is no other.
pub(crate) async fn open(data: &Path, keychain: &Arc<dyn Keychain>, timing: Timing) -> Result<Controller> {
    let options = Options {
        data_folder: data.to_path_buf(),
        keychain: Arc::clone(keychain),
        practice: Arc::new(NoPractice),
        take_up: true,
        timing,
    };
    Ok(Controller::open(options).await?)
}

/// The desk's contracts reach its service by its address, as any other service.
struct NoPractice;

impl PracticeEnvironment for NoPractice {
    fn start<'a>(
        &'a self,
        _number: &'a ContractNumber,
    ) -> Pin<Box<dyn Future<Output = Result<PracticeAccess, Problem>> + Send + 'a>> {
        Box::pin(async { Err(Problem::new(Kind::AccessRefused, Stage::Preparation)) })
    }
}
