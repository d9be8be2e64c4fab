//! How fast a file is fetched, verified and looked at, as a ratio to what curl, the disk and SHA-256 take for the same
//! bytes: `cargo bench -p ab2d-tests --bench transfer`. `AB2D_BENCH_BYTES` and `AB2D_BENCH_RUNS` change how much and
//! how often.

mod server;
mod table;

use std::env;
use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;

use ab2d_engine::api::{Api, JobStatus, ManifestFile, Network};
use ab2d_engine::contract::{Endpoints, Environment};
use ab2d_engine::credentials::Credentials;
use ab2d_engine::parameters::{FhirVersion, Parameters, Selection};
use ab2d_engine::settings::Proxy;
use ab2d_engine::transfer::{self, Target};
use ab2d_practice::{Options, Practice};
use anyhow::{Context, Result, ensure};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

use server::Server;
use table::Table;

/// AB2D begins a new file at about so many bytes.
const FILE: u64 = 200_000_000;

/// Each row is timed so often, in turn with the others.
const RUNS: u64 = 7;

/// A file as the service sends it, and what is known of it.
struct Sample {
    file: ManifestFile,
    /// Holds the file as it came, `NAME.ndjson.gz`, and what the runs make.
    folder: TempDir,
    server: Server,
    api: Api,
}

#[tokio::main]
async fn main() -> Result<()> {
    for version in FhirVersion::ALL {
        let sample = Sample::of(version).await?;
        transfers(&sample, version).await?;
        pictures(&sample, version).await?;
    }
    Ok(())
}

/// The whole way of a file, beside the same way by other means.
async fn transfers(sample: &Sample, version: FhirVersion) -> Result<()> {
    let mut table = Table::new(&format!("{version}: {} over loopback", sample.size()), sample.bytes());
    for _ in 0..runs() {
        table.time("curl, inflating", async || sample.curl(&[])).await?;
        table.time("curl, inflating; sync; sha256sum", async || sample.curl(&["sync", "sha256sum"])).await?;
        table.time("fetched and verified", async || sample.fetch(false, true).await).await?;
        table.time("the same, without the pictures", async || sample.fetch(false, false).await).await?;
        table.time("fetched and verified, kept as gzip", async || sample.fetch(true, true).await).await?;
    }
    table.print();
    Ok(())
}

/// What counting claims by type and month adds to reading a file.
async fn pictures(sample: &Sample, version: FhirVersion) -> Result<()> {
    let title = format!("{version}: {} inflated and hashed from the disk", sample.size());
    let mut table = Table::new(&title, sample.bytes());
    for _ in 0..runs() {
        table.time("without the pictures", async || sample.inspect(false).await).await?;
        table.time("with the pictures", async || sample.inspect(true).await).await?;
    }
    table.print();
    Ok(())
}

impl Sample {
    async fn of(version: FhirVersion) -> Result<Self> {
        let size = number("AB2D_BENCH_BYTES").unwrap_or(FILE);
        let practice = ab2d_practice::serve(Options::instant().files(1, size)).await?;
        let file = announced(&practice, version).await?;
        let folder = tempfile::tempdir()?;
        let kept = Target { folder: folder.path(), compressed: true, private: true };
        let made = transfer::fetch(
            &api(&practice, practice.api_url().as_str())?,
            &file,
            &kept,
            Arc::default(),
            stop(),
        )
        .await?;
        let server = Server::of(std::fs::read(folder.path().join(&made.name))?).await?;
        let api = api(&practice, &format!("{}/api", server.origin))?;
        let file = ManifestFile { url: format!("{}/api/file", server.origin).parse()?, ..file };
        api.sign_in().await?;
        Ok(Self { file, folder, server, api })
    }

    fn bytes(&self) -> u64 {
        self.file.bytes.unwrap_or_default()
    }

    fn size(&self) -> String {
        format!("{:.0} MB, {:.0} MB as gzip", megabytes(self.bytes()), megabytes(self.server.bytes))
    }

    /// Lets curl fetch and inflate the file, and runs programs on what it wrote.
    fn curl(&self, then: &[&str]) -> Result<()> {
        let path = self.folder.path().join("curl.ndjson");
        let mut curl = Command::new("curl");
        run(curl.args(["-sS", "--fail", "--compressed", "-o"]).arg(&path).arg(self.file.url.as_str()))?;
        then.iter().try_for_each(|program| run(Command::new(program).arg(&path)))?;
        Ok(std::fs::remove_file(path)?)
    }

    async fn fetch(&self, compressed: bool, pictures: bool) -> Result<()> {
        let folder = self.folder_of_its_own()?;
        let target = Target { folder: &folder, compressed, private: true };
        let made = transfer::fetch(&self.api, &self.with(pictures), &target, Arc::default(), stop()).await?;
        ensure!(pictures != made.tally.by_type.is_empty(), "the pictures are not as they should be");
        Ok(std::fs::remove_dir_all(folder)?)
    }

    /// The file, as one whose lines are counted by type and month, or are not.
    fn with(&self, pictures: bool) -> ManifestFile {
        // An error file is read the same way, but its lines are no claims.
        ManifestFile { is_error: !pictures, ..self.file.clone() }
    }

    async fn inspect(&self, pictures: bool) -> Result<()> {
        let target = Target { folder: self.folder.path(), compressed: true, private: true };
        let whole =
            transfer::inspect(&self.with(pictures), &target).await?.context("the file is not whole")?;
        ensure!(pictures != whole.tally.by_type.is_empty(), "the pictures are not as they should be");
        Ok(())
    }

    fn folder_of_its_own(&self) -> Result<PathBuf> {
        let folder = self.folder.path().join("fetched");
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }
}

/// The only file of a new job.
async fn announced(practice: &Practice, version: FhirVersion) -> Result<ManifestFile> {
    let api = api(practice, practice.api_url().as_str())?;
    let everything = Parameters::resolve(Selection::Everything { until: None }, version, None);
    let job = api.start(&everything).await.map_err(|error| anyhow::anyhow!("{error:?}"))?.job;
    loop {
        match api.status(&job).await? {
            JobStatus::Complete(finished) => {
                return finished.manifest.files.into_iter().next().context("the job has no file");
            }
            JobStatus::InProgress { .. } => tokio::time::sleep(std::time::Duration::from_millis(50)).await,
        }
    }
}

/// Access to an address with a token of the practice service.
fn api(practice: &Practice, base: &str) -> Result<Api> {
    let owner = practice.contracts().first().context("the service has no contract")?;
    let credentials = Credentials::new(&owner.client_id, &owner.client_secret);
    let endpoints = Endpoints::new(base, practice.token_url().as_str())?;
    Ok(Api::new(&Network::new(&Proxy::None)?, Environment::Other, endpoints, credentials))
}

fn run(command: &mut Command) -> Result<()> {
    let done = command.stdout(std::process::Stdio::null()).status()?;
    ensure!(done.success(), "{command:?} ended with {done}");
    Ok(())
}

fn stop() -> CancellationToken {
    CancellationToken::new()
}

fn runs() -> u64 {
    number("AB2D_BENCH_RUNS").unwrap_or(RUNS)
}

fn number(variable: &str) -> Option<u64> {
    env::var(variable).ok()?.parse().ok()
}

#[expect(clippy::cast_precision_loss, reason = "a size is shown without digits")]
fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
