//! A client of the practice service, as the tests need it.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use ab2d_engine::api::{Api, Finished, JobStatus, JobUrl, ManifestFile, Network, Timing};
use ab2d_engine::contract::{Endpoints, Environment};
use ab2d_engine::credentials::{Credentials, Secret};
use ab2d_engine::parameters::{FhirVersion, Parameters, Selection};
use ab2d_engine::settings::Proxy;
use ab2d_engine::transfer::{self, Target, TransferError, Verified};
use ab2d_practice::{HeldFile, Options, Practice, serve};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// After this long a stall is noticed by those who have no patience.
pub(crate) const SHORT: Duration = Duration::from_millis(1500);

pub(crate) struct Client {
    pub(crate) practice: Practice,
    pub(crate) api: Api,
    network: Network,
    pub(crate) folder: TempDir,
    pub(crate) stop: CancellationToken,
}

impl Client {
    pub(crate) async fn new() -> Self {
        Self::with(Options::instant()).await
    }

    pub(crate) async fn with(options: Options) -> Self {
        let practice = serve(options).await.unwrap();
        let network = network(&Proxy::System);
        let api = Api::new(&network, Environment::Other, endpoints(&practice), credentials(&practice));
        Self { practice, api, network, folder: tempfile::tempdir().unwrap(), stop: CancellationToken::new() }
    }

    /// The same client, which from now on notices a stall soon. What the service takes its time for, as for a job's
    /// files, is done before.
    pub(crate) fn impatient(self) -> Self {
        self.with_stall(SHORT)
    }

    /// The same client; what is silent for this long is stalled.
    pub(crate) fn with_stall(mut self, stall: Duration) -> Self {
        let timing = Timing { stall, ..Timing::default() };
        self.network = Network::with_timing(&Proxy::System, timing).unwrap();
        self.api = self.fresh_api(credentials(&self.practice));
        self
    }

    /// Access that has no token yet.
    pub(crate) fn fresh_api(&self, credentials: Credentials) -> Api {
        Api::new(&self.network, Environment::Other, endpoints(&self.practice), credentials)
    }

    /// Starts a job and waits for its end.
    pub(crate) async fn finished(&self) -> Finished {
        let job = self.api.start(&everything()).await.unwrap().job;
        finished(&self.api, &job).await
    }

    /// The files of a new job.
    pub(crate) async fn files(&self) -> Vec<ManifestFile> {
        self.finished().await.manifest.files
    }

    pub(crate) async fn fetch(&self, file: &ManifestFile) -> Result<Verified, TransferError> {
        self.fetch_as(file, false).await
    }

    pub(crate) async fn fetch_as(
        &self,
        file: &ManifestFile,
        compressed: bool,
    ) -> Result<Verified, TransferError> {
        let arrived = Arc::new(AtomicU64::new(0));
        let result =
            transfer::fetch(&self.api, file, &self.target(compressed), arrived, self.stop.clone()).await;
        if let Ok(verified) = &result {
            self.compare(file, verified);
        }
        result
    }

    pub(crate) fn target(&self, compressed: bool) -> Target<'_> {
        Target { folder: self.folder.path(), compressed, private: true }
    }

    /// What the service holds under a file's name.
    pub(crate) fn held(&self, name: &str) -> HeldFile {
        let held = |job: Uuid| self.practice.held_files(job).into_iter().find(|file| file.name == name);
        self.practice.jobs().into_iter().rev().find_map(held).unwrap()
    }

    /// Names in the folder, sorted.
    pub(crate) fn names(&self) -> Vec<String> {
        names(self.folder.path())
    }

    pub(crate) fn requests(&self, path: &str) -> Vec<ab2d_practice::Request> {
        self.practice.journal().into_iter().filter(|request| request.path.contains(path)).collect()
    }

    /// What is called verified must be, byte for byte, what the service holds.
    fn compare(&self, file: &ManifestFile, verified: &Verified) {
        let held = self.held(&file.name);
        assert_eq!((verified.bytes, verified.sha256.to_string()), (held.bytes, held.sha256));
        assert_eq!(verified.claims, held.claims);
        let stored = std::fs::read(self.folder.path().join(&verified.name)).unwrap();
        assert_eq!(verified.stored_bytes, stored.len() as u64);
        assert_eq!(verified.stored_sha256, ab2d_engine::api::Checksum::of(&stored));
    }
}

pub(crate) async fn finished(api: &Api, job: &JobUrl) -> Finished {
    loop {
        match api.status(job).await.unwrap() {
            JobStatus::Complete(finished) => return *finished,
            JobStatus::InProgress { poll_after, .. } => tokio::time::sleep(poll_after).await,
        }
    }
}

pub(crate) fn endpoints(practice: &Practice) -> Endpoints {
    Endpoints::new(practice.api_url().as_str(), practice.token_url().as_str()).unwrap()
}

pub(crate) fn network(proxy: &Proxy) -> Network {
    Network::new(proxy).unwrap()
}

pub(crate) fn credentials(practice: &Practice) -> Credentials {
    let contract = &practice.contracts()[0];
    Credentials {
        client_id: contract.client_id.clone(),
        client_secret: Secret::new(contract.client_secret.clone()),
    }
}

pub(crate) fn everything() -> Parameters {
    Parameters::resolve(Selection::Everything { until: None }, FhirVersion::R4, None)
}

pub(crate) fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}
