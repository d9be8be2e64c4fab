//! The practice service, started inside this program when it is first needed.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::Pin;

use ab2d_engine::contract::{ContractNumber, Endpoints};
use ab2d_engine::controller::{PracticeAccess, PracticeEnvironment};
use ab2d_engine::credentials::Credentials;
use ab2d_engine::problem::{Kind, Problem, Stage};
use tokio::sync::OnceCell;

/// The practice service of this program.
pub(crate) struct Practice {
    state_file: PathBuf,
    service: OnceCell<ab2d_practice::Practice>,
}

impl Practice {
    /// Not started yet; its jobs are kept in the data folder.
    pub(crate) fn new(data_folder: &Path) -> Self {
        Self { state_file: data_folder.join("practice.json"), service: OnceCell::new() }
    }

    async fn access(&self, number: &ContractNumber) -> Result<PracticeAccess, Problem> {
        let options =
            ab2d_practice::Options { state_file: Some(self.state_file.clone()), ..Default::default() };
        let start = || ab2d_practice::serve(options);
        let service = self.service.get_or_try_init(start).await.map_err(|error| fault(&error))?;
        let contract = service.contracts().iter().find(|contract| contract.number == number.as_str());
        let contract = contract.ok_or_else(|| Problem::new(Kind::AccessRefused, Stage::Token))?;
        let endpoints = Endpoints::new(service.api_url().as_str(), service.token_url().as_str())
            .map_err(|error| fault(&error))?;
        Ok(PracticeAccess {
            endpoints,
            credentials: Credentials::new(&contract.client_id, &contract.client_secret),
        })
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

fn fault(error: &dyn std::error::Error) -> Problem {
    tracing::error!(%error, "the practice service did not start");
    Problem::new(Kind::NetworkDown { host: "the practice service".to_owned() }, Stage::Preparation)
}
