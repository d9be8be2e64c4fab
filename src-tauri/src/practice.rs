//! The practice service of the data folder, started inside this program when it is first needed and no other runs it.

use std::future::Future;
use std::path::Path;
use std::pin::Pin;

use ab2d_engine::contract::{ContractNumber, Endpoints};
use ab2d_engine::controller::{PracticeAccess, PracticeEnvironment};
use ab2d_engine::credentials::Credentials;
use ab2d_engine::problem::{Kind, Problem, Stage};
use ab2d_practice::{JointPractice, Options};

/// The practice service of this program.
pub(crate) struct Practice(JointPractice);

impl Practice {
    /// Not started yet; its jobs are kept in the data folder.
    pub(crate) fn new(data_folder: &Path) -> Self {
        Self(JointPractice::new(Options::default(), data_folder.join("practice.json")))
    }

    async fn access(&self, number: &ContractNumber) -> Result<PracticeAccess, Problem> {
        let reached = self.0.reach(number.as_str()).await.map_err(|error| fault(&error))?;
        let reached = reached.ok_or_else(|| Problem::new(Kind::AccessRefused, Stage::Token))?;
        let endpoints = Endpoints::new(reached.api_url.as_str(), reached.token_url.as_str());
        Ok(PracticeAccess {
            endpoints: endpoints.map_err(|error| fault(&error))?,
            credentials: Credentials::new(&reached.contract.client_id, &reached.contract.client_secret),
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
