//! The way to the service for one contract: its addresses, and its credentials wherever they are kept.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use super::{Controller, lock};
use crate::api::Api;
use crate::audit::Subject;
use crate::contract::{ContractKey, Endpoints, Environment};
use crate::credentials::Credentials;
use crate::export::{Access, Record};
use crate::keychain::KeychainError;
use crate::problem::{Kind, Problem, Stage};
use crate::store;

/// For how long new credentials are waited for that another program may be putting into the keychain.
const MOMENT: Duration = Duration::from_secs(5);

impl Access for Controller {
    fn api<'a>(
        &'a self,
        record: &'a Record,
    ) -> Pin<Box<dyn Future<Output = Result<Api, Problem>> + Send + 'a>> {
        Box::pin(async move { self.api_of(&record.key(), record.endpoints.as_ref()).await })
    }

    fn forget(&self, record: &Record) {
        lock(&self.0.apis).remove(&record.key());
    }

    fn parallel_files(&self) -> usize {
        usize::from(self.settings().parallel_files)
    }

    fn private_files(&self) -> bool {
        self.settings().private_files
    }
}

impl Controller {
    /// The service for a contract; one for each, so that there is one token at a time.
    pub(super) async fn api_of(
        &self,
        key: &ContractKey,
        endpoints: Option<&Endpoints>,
    ) -> Result<Api, Problem> {
        let Some(endpoints) = endpoints else { return self.practice_api(key).await };
        if let Some(api) = self.api_at(key, endpoints) {
            return Ok(api);
        }
        let credentials = self.credentials_of(key).await?;
        // Another may have asked for it meanwhile.
        Ok(self.api_at(key, endpoints).unwrap_or_else(|| self.keep_api(key, endpoints.clone(), credentials)))
    }

    /// The practice service, which may be at another address when another program runs it.
    pub(super) async fn practice_api(&self, key: &ContractKey) -> Result<Api, Problem> {
        let practice = self.0.practice.start(&key.number).await?;
        Ok(self
            .api_at(key, &practice.endpoints)
            .unwrap_or_else(|| self.keep_api(key, practice.endpoints, practice.credentials)))
    }

    /// The service that is known at these addresses: those that a contract had before were corrected.
    fn api_at(&self, key: &ContractKey, endpoints: &Endpoints) -> Option<Api> {
        lock(&self.0.apis).get(key).filter(|api| api.endpoints() == endpoints).cloned()
    }

    fn keep_api(&self, key: &ContractKey, endpoints: Endpoints, credentials: Credentials) -> Api {
        let api = self.new_api(key.environment, endpoints, credentials);
        lock(&self.0.apis).insert(key.clone(), api.clone());
        api
    }

    /// A way to the service that nothing else shares.
    pub(super) fn new_api(
        &self,
        environment: Environment,
        endpoints: Endpoints,
        credentials: Credentials,
    ) -> Api {
        let network = self.0.network.read().unwrap_or_else(PoisonError::into_inner);
        Api::new(&network, environment, endpoints, credentials)
    }

    /// Credentials kept for this run, else those in the keychain, unless others took their place there in vain.
    pub(super) async fn credentials_of(&self, key: &ContractKey) -> Result<Credentials, Problem> {
        if let Some(credentials) = lock(&self.0.for_this_run).get(key) {
            return Ok(credentials.clone());
        }
        let missing = || Problem::new(Kind::CredentialsMissing, Stage::Preparation);
        let subject = Subject::from(key);
        if self.is_to_be_forgotten(&subject).await? {
            // Another program may be putting new ones in their place.
            _ = tokio::time::timeout(MOMENT, self.0.keeping.turn()).await;
            if self.is_to_be_forgotten(&subject).await? {
                return Err(missing());
            }
        }
        let (keychain, owned) = (Arc::clone(&self.0.keychain), key.clone());
        let found = tokio::task::spawn_blocking(move || keychain.get(&owned)).await;
        let found = found.unwrap_or(Err(KeychainError::Missing(None)));
        found.map_err(|error| error.problem())?.ok_or_else(missing)
    }

    /// Keeps credentials for this run, from now on in place of those before, and the token that those gave.
    pub(super) fn keep_for_this_run(&self, key: &ContractKey, credentials: Credentials) {
        lock(&self.0.for_this_run).insert(key.clone(), credentials);
        lock(&self.0.apis).remove(key);
    }

    /// Puts credentials into the keychain. Says whether it took them.
    pub(super) async fn keep_for_good(&self, key: &ContractKey, credentials: Credentials) -> bool {
        let (keychain, owned) = (Arc::clone(&self.0.keychain), key.clone());
        let stored = tokio::task::spawn_blocking(move || keychain.set(&owned, &credentials)).await;
        let stored = matches!(stored, Ok(Ok(())));
        if !stored {
            tracing::warn!("the keychain did not take the credentials: they are kept for this run");
        }
        stored
    }

    /// Forgets credentials that were kept for this run, and the token that they gave.
    pub(super) fn forget_for_this_run(&self, key: &ContractKey) {
        lock(&self.0.apis).remove(key);
        lock(&self.0.for_this_run).remove(key);
    }

    /// Forgets credentials in the keychain. Where it cannot be opened now, that is done when it can: until then they do
    /// not count.
    pub(super) async fn forget_credentials(&self, key: &ContractKey) -> Result<(), Problem> {
        self.count_no_longer(key).await?;
        self.forget_noted(key, Subject::from(key)).await
    }

    /// Notes that what the keychain has of a contract counts no longer.
    pub(super) async fn count_no_longer(&self, key: &ContractKey) -> Result<(), Problem> {
        let subject = Subject::from(key);
        self.0.store.write(move |transaction| store::forgotten::add(transaction, &subject)).await
    }

    /// Forgets what could not be forgotten while the keychain could not be opened.
    pub(super) async fn forget_the_rest(&self) -> Result<(), Problem> {
        for subject in self.0.store.read(store::forgotten::all).await? {
            if let Ok(key) = ContractKey::try_from(&subject) {
                self.forget_noted(&key, subject).await?;
            }
        }
        Ok(())
    }

    /// Forgets credentials of which it is noted that they count no longer, where the keychain can be opened now.
    pub(super) async fn forget_noted(&self, key: &ContractKey, subject: Subject) -> Result<(), Problem> {
        let Some(_turn) = self.0.keeping.turn().await else { return Ok(()) };
        // Others may have been stored while the keychain was waited for.
        if !self.is_to_be_forgotten(&subject).await? {
            return Ok(());
        }
        if self.delete_entry(key).await.is_err() {
            tracing::warn!("the keychain cannot be opened: credentials are forgotten when it can");
            return Ok(());
        }
        self.0.store.write(move |transaction| store::forgotten::remove(transaction, &subject)).await
    }

    /// Whether what the keychain has of a contract counts no longer.
    async fn is_to_be_forgotten(&self, contract: &Subject) -> Result<bool, Problem> {
        let contract = contract.clone();
        self.0.store.read(move |connection| store::forgotten::has(connection, &contract)).await
    }

    async fn delete_entry(&self, key: &ContractKey) -> Result<(), KeychainError> {
        let (keychain, owned) = (Arc::clone(&self.0.keychain), key.clone());
        let deleted = tokio::task::spawn_blocking(move || keychain.delete(&owned)).await;
        deleted.unwrap_or(Err(KeychainError::Missing(None)))
    }
}
