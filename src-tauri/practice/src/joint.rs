//! One service for all programs that share a state file: the first that needs it runs it, the others use it, and when that
//! one ends, another takes it over with the same jobs, at the same address.

use std::fs::{File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{Mutex, MutexGuard};
use tokio::task::JoinHandle;
use url::Url;

use crate::contract::PracticeContract;
use crate::options::Options;
use crate::practice::{Practice, ServeError, serve};
use crate::state_file;

/// How soon it is noticed that the program that ran the service is gone.
const LOOK: Duration = Duration::from_millis(250);

/// Looks at a state file until the program that has just begun to run the service has written it.
const LOOKS: u32 = 40;

/// The service of a state file, wherever it runs.
#[derive(Debug)]
pub struct JointPractice {
    shared: Arc<Shared>,
    taking_over: Mutex<Option<JoinHandle<()>>>,
}

#[derive(Debug)]
struct Shared {
    options: Options,
    path: PathBuf,
    own: Mutex<Option<Own>>,
}

/// The service, run here, and the lock that says so.
#[derive(Debug)]
struct Own {
    service: Practice,
    _lock: File,
}

/// How a contract is reached.
#[derive(Clone, Debug)]
pub struct Reached {
    /// Base address of the API.
    pub api_url: Url,
    /// Address of the token endpoint.
    pub token_url: Url,
    /// The contract, with its credentials.
    pub contract: PracticeContract,
}

impl JointPractice {
    /// The service whose jobs are kept in this file; nothing runs yet.
    pub fn new(options: Options, state_file: impl Into<PathBuf>) -> Self {
        let path = state_file.into();
        let options = options.state_file(&path);
        let shared = Arc::new(Shared { options, path, own: Mutex::default() });
        Self { shared, taking_over: Mutex::default() }
    }

    /// How a contract is reached; `None` where there is no such contract. Runs the service where no program does.
    pub async fn reach(&self, number: &str) -> Result<Option<Reached>, ServeError> {
        let contract = self.shared.options.contracts.iter().find(|contract| contract.number == number);
        let Some(contract) = contract.cloned() else { return Ok(None) };
        let origin = self.origin().await?;
        let url = |path: &str| {
            let mut url = origin.clone();
            url.set_path(path);
            url
        };
        Ok(Some(Reached { api_url: url(API), token_url: url(TOKEN), contract }))
    }

    /// Ends the service where it runs here; another program may take it over.
    pub async fn stop(&self) {
        if let Some(waiting) = self.taking_over.lock().await.take() {
            waiting.abort();
        }
        if let Some(own) = self.shared.own.lock().await.take() {
            own.service.stop().await;
        }
    }

    async fn origin(&self) -> Result<Url, ServeError> {
        for _ in 0..LOOKS {
            let mut own = self.shared.own.lock().await;
            if let Some(origin) = self.shared.run(&mut own).await? {
                return Ok(origin);
            }
            drop(own);
            if let Some(port) = self.shared.port_of_another()? {
                self.wait_to_take_over().await;
                return origin_at(port).map_err(|source| ServeError::Port { port, source });
            }
            tokio::time::sleep(LOOK).await;
        }
        Err(self.shared.unreadable(io::ErrorKind::NotFound.into()))
    }

    async fn wait_to_take_over(&self) {
        let mut waiting = self.taking_over.lock().await;
        if waiting.as_ref().is_none_or(JoinHandle::is_finished) {
            let shared = Arc::clone(&self.shared);
            *waiting = Some(tokio::spawn(async move { shared.take_over().await }));
        }
    }
}

/// Path of the API.
pub(crate) const API: &str = "/api";

/// Path of the token endpoint.
pub(crate) const TOKEN: &str = "/oauth2/practice/v1/token";

impl Shared {
    /// Runs the service, unless it runs here already or in another program; where it runs here, its origin.
    async fn run(&self, own: &mut MutexGuard<'_, Option<Own>>) -> Result<Option<Url>, ServeError> {
        if own.is_none() {
            let Some(lock) = try_lock(&self.path).map_err(|source| self.unreadable(source))? else {
                return Ok(None);
            };
            **own = Some(Own { service: serve(self.options.clone()).await?, _lock: lock });
        }
        Ok(own.as_ref().map(|own| own.service.origin().clone()))
    }

    async fn take_over(&self) {
        loop {
            tokio::time::sleep(LOOK).await;
            match self.run(&mut self.own.lock().await).await {
                Ok(None) => {}
                Ok(Some(_)) => return,
                Err(error) => tracing::warn!(%error, "the practice service cannot be taken over"),
            }
        }
    }

    fn port_of_another(&self) -> Result<Option<u16>, ServeError> {
        let kept = state_file::load(&self.path).map_err(|source| self.unreadable(source))?;
        Ok(kept.map(|kept| kept.port))
    }

    fn unreadable(&self, source: io::Error) -> ServeError {
        ServeError::State { path: self.path.clone(), source }
    }
}

/// The right to run the service; `None` when another program has it.
fn try_lock(state_file: &Path) -> io::Result<Option<File>> {
    let path = state_file.with_extension("lock");
    let file = File::options().create(true).truncate(false).write(true).open(path)?;
    match file.try_lock() {
        Ok(()) => Ok(Some(file)),
        Err(TryLockError::WouldBlock) => Ok(None),
        Err(TryLockError::Error(error)) => Err(error),
    }
}

/// The origin of a service on this computer.
pub(crate) fn origin_at(port: u16) -> io::Result<Url> {
    Url::parse(&format!("http://127.0.0.1:{port}/")).map_err(io::Error::other)
}
