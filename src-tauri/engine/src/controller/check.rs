//! The connection check: step by step what works, and where it stops, why and what to do.

use super::contracts::contract_from;
use super::{Controller, SaveError};
use crate::contract::{Contract, ContractId};
use crate::credentials::Credentials;
use crate::problem::Problem;
use crate::view::{CheckResult, ContractForm, Event};

impl Controller {
    /// Checks what a form says, before it is saved. `id` is the contract that is edited, whose stored credentials are
    /// used where the form brings none.
    pub async fn check_connection(
        &self,
        check: u32,
        form: ContractForm,
        id: Option<ContractId>,
    ) -> Result<Vec<CheckResult>, SaveError> {
        let contract = contract_from(id, &form).or_else(|errors| {
            // The folder is no part of the connection.
            let rest: Vec<_> = errors.into_iter().filter(|error| error.field != "folder").collect();
            if rest.is_empty() {
                let anywhere =
                    ContractForm { folder: std::env::temp_dir().display().to_string(), ..form.clone() };
                contract_from(id, &anywhere)
            } else {
                Err(rest)
            }
        });
        let contract = contract.map_err(SaveError::Fields)?;
        let brought = self.credentials_from(form.credentials, &contract.number)?;
        let api = match contract.endpoints.clone() {
            // Nothing else shares it: the form may never be saved.
            Some(endpoints) => {
                let credentials = match brought {
                    Some(credentials) => credentials,
                    None => self.stored_credentials(id, &contract).await?,
                };
                self.new_api(contract.environment, endpoints, credentials)
            }
            None => self.practice_api(&contract.key()).await?,
        };
        Ok(self.run_check(check, &api).await)
    }

    /// The credentials of the contract that is edited, whatever the form changes of it.
    async fn stored_credentials(
        &self,
        id: Option<ContractId>,
        form: &Contract,
    ) -> Result<Credentials, Problem> {
        let edited = match id {
            Some(id) => self.contract(id).await?,
            None => None,
        };
        self.credentials_of(&edited.as_ref().unwrap_or(form).key()).await
    }

    /// Checks a stored contract.
    pub async fn check_contract(&self, check: u32, id: ContractId) -> Result<Vec<CheckResult>, Problem> {
        let contract = self.contract(id).await?.ok_or_else(super::exports::gone)?;
        self.check_stored(check, &contract).await
    }

    async fn check_stored(&self, check: u32, contract: &Contract) -> Result<Vec<CheckResult>, Problem> {
        let api = self.api_of(&contract.key(), contract.endpoints.as_ref()).await?;
        Ok(self.run_check(check, &api).await)
    }

    async fn run_check(&self, check: u32, api: &crate::api::Api) -> Vec<CheckResult> {
        let mut results = Vec::new();
        api.check(|result| {
            self.emit(Event::Check { check, result: result.clone() });
            results.push(result);
        })
        .await;
        results
    }
}
