//! Starting, observing and stopping the service.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use axum::serve::Listener;
use tokio::task::JoinHandle;
use url::Url;
use uuid::Uuid;

use crate::claims::model::Claims;
use crate::claims::population::Epoch;
use crate::clock::Clock;
use crate::connection::{Connections, Gate, Line};
use crate::contract::PracticeContract;
use crate::faults::Faults;
use crate::jobs::{HeldFile, Job, JobFault};
use crate::joint::{API, TOKEN, origin_at};
use crate::journal::Request;
use crate::options::Options;
use crate::prepare;
use crate::routes::router;
use crate::service::Service;
use crate::state_file::{self, Kept};

/// Why the service could not start.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The port cannot be had.
    #[error("port {port} on this computer cannot be used")]
    Port {
        /// The port that was asked for.
        port: u16,
        /// What the system says.
        source: io::Error,
    },
    /// The jobs of an earlier run cannot be read.
    #[error("the state file {} cannot be read", path.display())]
    State {
        /// Where they were looked for.
        path: PathBuf,
        /// What is wrong with it.
        source: io::Error,
    },
}

/// Starts the service on 127.0.0.1. It runs until it is stopped or dropped.
pub async fn serve(options: Options) -> Result<Practice, ServeError> {
    let kept = kept(&options)?;
    let gate = Gate::new();
    let earlier = kept.as_ref().map(|kept| kept.port);
    let (connections, origin) = bound(options.port, earlier, &gate).await?;
    let epoch = kept.as_ref().map_or_else(|| Epoch::beginning(options.clock.now()), |kept| kept.epoch);
    let service = Arc::new(Service::new(options, origin, epoch, gate));
    if let Some(kept) = kept {
        restore(&service, kept);
    }
    // At once, so that other programs find its address.
    state_file::save(&service);
    tokio::spawn(state_file::keep(Arc::clone(&service)));
    let routes = router(Arc::clone(&service)).into_make_service_with_connect_info::<Line>();
    let server = tokio::spawn(async move {
        if let Err(error) = axum::serve(connections, routes).await {
            tracing::error!(%error, "the practice service ended");
        }
    });
    Ok(Practice { service, server })
}

/// A running service.
#[derive(Debug)]
pub struct Practice {
    service: Arc<Service>,
    server: JoinHandle<()>,
}

impl Practice {
    /// Base address of the API: `http://127.0.0.1:P/api`.
    pub fn api_url(&self) -> Url {
        self.url(API)
    }

    /// Address of the token endpoint: `http://127.0.0.1:P/oauth2/practice/v1/token`.
    pub fn token_url(&self) -> Url {
        self.url(TOKEN)
    }

    /// The contracts that exist, with their credentials.
    pub fn contracts(&self) -> &[PracticeContract] {
        &self.service.options.contracts
    }

    /// The contract with a number.
    pub fn contract(&self, number: &str) -> Option<&PracticeContract> {
        self.contracts().iter().find(|contract| contract.number == number)
    }

    /// The faults to have.
    pub fn faults(&self) -> &Faults {
        &self.service.faults
    }

    /// The time that it goes by.
    pub fn clock(&self) -> &Clock {
        self.service.clock()
    }

    /// The claims that a test adds and updates.
    pub fn claims(&self) -> &Claims {
        &self.service.claims
    }

    /// Every request that came in so far, in order.
    pub fn journal(&self) -> Vec<Request> {
        self.service.journal.requests()
    }

    /// Forgets the requests that came in so far.
    pub fn clear_journal(&self) {
        self.service.journal.clear();
    }

    /// Switches maintenance mode: starts are refused with 503.
    pub fn set_maintenance(&self, on: bool) {
        self.service.set_maintenance(on);
    }

    /// Makes every bearer token worthless.
    pub fn revoke_tokens(&self) {
        self.service.tokens.revoke_all();
    }

    /// Listens no longer, so that connecting is refused by the system, and ends the open connections. The port is kept.
    pub async fn refuse_connections(&self) {
        self.service.gate.set_open(false).await;
    }

    /// Listens again.
    pub async fn accept_connections(&self) {
        self.service.gate.set_open(true).await;
    }

    /// Ends the open connections; new ones are accepted.
    pub fn close_connections(&self) {
        self.service.gate.close_connections();
    }

    /// Every job, in the order in which they were started.
    pub fn jobs(&self) -> Vec<Uuid> {
        self.service.jobs.all().into_iter().map(|job| job.id).collect()
    }

    /// Whether a job is submitted or in progress.
    pub fn is_running(&self, job: Uuid) -> bool {
        self.service.jobs.is_running(job, self.clock().now())
    }

    /// What the service holds of a job: with this a test compares what a client stored. Empty until it is done.
    pub fn held_files(&self, job: Uuid) -> Vec<HeldFile> {
        let held = |job: &Job| job.files().iter().map(|file| file.held.clone()).collect();
        self.service.jobs.look(job, held).unwrap_or_default()
    }

    /// How often a file of a job was downloaded to its end.
    pub fn downloads(&self, job: Uuid, name: &str) -> u32 {
        self.held_files(job).iter().find(|file| file.name == name).map_or(0, |file| file.downloads)
    }

    /// Lets something happen to a job behind its owner's back.
    pub fn spoil_job(&self, job: Uuid, fault: JobFault) {
        self.service.jobs.spoil(job, fault);
    }

    /// Ends the service and every connection; what is kept over a restart is written.
    pub async fn stop(mut self) {
        self.end();
        // It was just told to end; how it took that does not matter.
        let _ = (&mut self.server).await;
        state_file::save(&self.service);
    }

    fn end(&self) {
        self.service.stop.cancel();
        self.server.abort();
        self.service.gate.close_connections();
        self.service.faults.clear();
    }

    pub(crate) fn origin(&self) -> &Url {
        &self.service.origin
    }

    fn url(&self, path: &str) -> Url {
        let mut url = self.origin().clone();
        url.set_path(path);
        url
    }
}

impl Drop for Practice {
    fn drop(&mut self) {
        self.end();
    }
}

fn kept(options: &Options) -> Result<Option<Kept>, ServeError> {
    let Some(path) = &options.state_file else { return Ok(None) };
    state_file::load(path).map_err(|source| ServeError::State { path: path.clone(), source })
}

/// Takes up the jobs of an earlier run; those that were being prepared are prepared again.
fn restore(service: &Arc<Service>, kept: Kept) {
    let unprepared = kept.jobs.iter().filter(|job| job.prepared.is_none() && job.ended.is_none());
    let unprepared: Vec<Uuid> = unprepared.map(|job| job.id).collect();
    service.jobs.restore(kept.jobs);
    service.claims.restore(kept.claims);
    for id in unprepared {
        prepare::begin(service, id);
    }
}

/// Listens on a port. Where any will do, it is the one that the service had earlier, if that can be had.
async fn bound(port: u16, earlier: Option<u16>, gate: &Gate) -> Result<(Connections, Url), ServeError> {
    if let (0, Some(earlier @ 1..)) = (port, earlier)
        && let Ok(bound) = bind(earlier, gate).await
    {
        return Ok(bound);
    }
    bind(port, gate).await.map_err(|source| ServeError::Port { port, source })
}

async fn bind(port: u16, gate: &Gate) -> io::Result<(Connections, Url)> {
    let connections = Connections::bind(port, gate.clone()).await?;
    let port = connections.local_addr()?.port();
    Ok((connections, origin_at(port)?))
}
