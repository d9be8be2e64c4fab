//! Checks: step by step what works, and what does not, why and what to do. Dropping one stops it.

use std::sync::Arc;

use chrono::Utc;

use super::contracts::contract_from;
use super::{Controller, SaveError, lock};
use crate::api::Api;
use crate::contract::{Contract, ContractId};
use crate::credentials::Credentials;
use crate::place;
use crate::problem::{Kind, Problem, Stage};
use crate::report::Checked;
use crate::store;
use crate::view::{CheckResult, CheckStep, ContractForm, Event, ProblemView};

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
        let results = self.run_check(check, &api).await;
        Ok(self.remember(contract.key().to_string(), results))
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

    /// Checks a stored contract: its save folder, then its connection.
    pub async fn check_contract(&self, check: u32, id: ContractId) -> Result<Vec<CheckResult>, Problem> {
        let contract = self.contract(id).await?.ok_or_else(super::exports::gone)?;
        let mut results =
            vec![self.told(check, CheckStep::SaveFolder, self.is_folder_ready(&contract).await)];
        let api = self.api_of(&contract.key(), contract.endpoints.as_ref()).await?;
        results.extend(self.run_check(check, &api).await);
        Ok(self.remember(contract.key().to_string(), results))
    }

    async fn is_folder_ready(&self, contract: &Contract) -> Result<(), Problem> {
        let folder = self.check_folder_of(contract).await?;
        let key = contract.key();
        let last =
            self.0.store.read(move |connection| store::exports::last_complete(connection, &key)).await?;
        // What gzip would make of it is not known.
        match last.filter(|last| !last.compressed) {
            Some(last) => self.check_room(&folder, last.totals.bytes).await,
            None => Ok(()),
        }
    }

    /// Checks this computer: the keychain, the program's own records, and the audit record.
    pub async fn check_computer(&self, check: u32) -> Vec<CheckResult> {
        let results = vec![
            self.told(check, CheckStep::Keychain, self.is_keychain_open().await),
            self.told(check, CheckStep::Records, self.are_records_writable().await),
            self.told(check, CheckStep::AuditRecord, self.is_audit_record_whole(check).await),
        ];
        self.remember("this computer".to_owned(), results)
    }

    async fn is_keychain_open(&self) -> Result<(), Problem> {
        let keychain = Arc::clone(&self.0.keychain);
        let opened = tokio::task::spawn_blocking(move || keychain.audit_key()).await;
        opened.map_err(|error| store::fault(&error))?.map_err(|error| error.problem()).map(|_| ())
    }

    async fn are_records_writable(&self) -> Result<(), Problem> {
        let folder = self.0.store.folder().to_path_buf();
        let written = tokio::task::spawn_blocking(move || place::try_writing(&folder)).await;
        written.map_err(|error| store::fault(&error))?.map_err(|error| store::fault(&error))?;
        self.0.store.write(|_| Ok(())).await
    }

    async fn is_audit_record_whole(&self, check: u32) -> Result<(), Problem> {
        match self.audit_verify(check).await?.broken {
            Some(how) => Err(Problem::new(Kind::AuditRecordChanged { how }, Stage::Store)),
            None => Ok(()),
        }
    }

    async fn run_check(&self, check: u32, api: &Api) -> Vec<CheckResult> {
        let mut results = Vec::new();
        api.check(|result| {
            self.emit(Event::Check { check, result: result.clone() });
            results.push(result);
        })
        .await;
        results
    }

    /// Remembers how a check went, for a support report.
    fn remember(&self, what: String, results: Vec<CheckResult>) -> Vec<CheckResult> {
        let checked = Checked { what: what.clone(), at: Utc::now(), results: results.clone() };
        lock(&self.0.checked).insert(what, checked);
        results
    }

    /// How a step went, told at once.
    fn told(&self, check: u32, step: CheckStep, went: Result<(), Problem>) -> CheckResult {
        let result = CheckResult { step, problem: went.err().map(|problem| ProblemView::from(&problem)) };
        self.emit(Event::Check { check, result: result.clone() });
        result
    }
}
