//! The practice service, started inside this command when it is first needed.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;

use ab2d_engine::contract::{ContractNumber, Endpoints};
use ab2d_engine::controller::{PracticeAccess, PracticeEnvironment};
use ab2d_engine::credentials::Credentials;
use ab2d_engine::problem::{Kind, Problem, Stage};
use tokio::sync::Mutex;

/// The practice service of this command.
pub(crate) struct Practice {
    state_file: PathBuf,
    service: Mutex<Option<ab2d_practice::Practice>>,
}

impl Practice {
    /// Not started yet. Its jobs are kept in the data folder, where the next command and the window find them.
    pub(crate) fn new(data_folder: &Path) -> Self {
        Self { state_file: data_folder.join("practice.json"), service: Mutex::default() }
    }

    /// How a contract is reached; starts the service if it does not run yet.
    pub(crate) async fn access(&self, number: &ContractNumber) -> Result<PracticeAccess, Problem> {
        let mut running = self.service.lock().await;
        let service = match running.take() {
            Some(service) => service,
            None => self.serve().await?,
        };
        access_of(running.insert(service), number)
    }

    /// Ends the service, if it runs.
    pub(crate) async fn stop(&self) {
        if let Some(service) = self.service.lock().await.take() {
            service.stop().await;
        }
    }

    async fn serve(&self) -> Result<ab2d_practice::Practice, Problem> {
        let options = ab2d_practice::Options::default().state_file(&self.state_file);
        ab2d_practice::serve(options).await.map_err(|error| did_not_start(&error))
    }
}

impl PracticeEnvironment for Practice {
    fn start<'a>(
        &'a self,
        number: &'a ContractNumber,
    ) -> Pin<Box<dyn Future<Output = Result<PracticeAccess, Problem>> + Send + 'a>> {
        Box::pin(self.access(number))
    }
}

fn access_of(service: &ab2d_practice::Practice, number: &ContractNumber) -> Result<PracticeAccess, Problem> {
    let contract = service.contract(number.as_str());
    let contract = contract.ok_or_else(|| Problem::new(Kind::AccessRefused, Stage::Token))?;
    let endpoints = Endpoints::new(service.api_url().as_str(), service.token_url().as_str());
    let endpoints = endpoints.map_err(|error| did_not_start(&error))?;
    Ok(PracticeAccess {
        endpoints,
        credentials: Credentials::new(&contract.client_id, &contract.client_secret),
    })
}

fn did_not_start(error: &dyn std::error::Error) -> Problem {
    tracing::error!(%error, "the practice service did not start");
    Problem::new(Kind::NetworkDown { host: "the practice service".to_owned() }, Stage::Preparation)
}
