//! Contracts: adding, editing and removing them, and where their credentials come from.

use std::path::{Path, PathBuf};

use super::{Controller, list, lock};
use crate::audit::{AuditEvent, Subject};
use crate::contract::{Contract, ContractId, ContractKey, ContractNumber, Endpoints, Environment};
use crate::credentials::{self, Credentials, CredentialsFileError};
use crate::problem::{Kind, Problem, Stage};
use crate::store;
use crate::view::{ContractForm, ContractView, CredentialsFile, CredentialsForm, FieldError};

/// Why a contract was not saved.
#[derive(Debug)]
pub enum SaveError {
    /// The form's fields that are wrong.
    Fields(Vec<FieldError>),
    /// A problem of this computer.
    Problem(Problem),
}

impl From<Problem> for SaveError {
    fn from(problem: Problem) -> Self {
        Self::Problem(problem)
    }
}

impl Controller {
    /// One contract as it is stored.
    pub async fn contract(&self, id: ContractId) -> Result<Option<Contract>, Problem> {
        self.0.store.read(move |connection| store::contracts::get(connection, id)).await
    }

    /// Adds a contract, and keeps its credentials.
    pub async fn add_contract(&self, form: ContractForm) -> Result<ContractView, SaveError> {
        self.save_contract(None, form).await
    }

    /// Changes a contract's particulars and, where the form brings them, its credentials.
    pub async fn edit_contract(&self, id: ContractId, form: ContractForm) -> Result<ContractView, SaveError> {
        self.save_contract(Some(id), form).await
    }

    /// The contract for practising with made-up claims, added with the default folder where it is not there yet.
    pub async fn practice_contract(&self) -> Result<ContractView, SaveError> {
        let known = self
            .contracts()
            .await?
            .into_iter()
            .find(|contract| contract.environment == Environment::Practice);
        match known {
            Some(contract) => Ok(contract),
            None => self.add_contract(practice_form()).await,
        }
    }

    /// Forgets a contract's credentials and settings. Its files, history and coverage stay. While one of its exports has
    /// not ended it is refused: that export could never sign in again.
    pub async fn remove_contract(&self, id: ContractId) -> Result<(), Problem> {
        let Some(contract) = self.contract(id).await? else { return Ok(()) };
        let key = contract.key();
        let (owned, subject) = (contract.clone(), Subject::from(&key));
        let event = AuditEvent::ContractRemoved { contract: subject.clone() };
        let removed = self.record_in(event, move |transaction| {
            if store::exports::unfinished(transaction)?.iter().any(|export| export.is_of(&owned)) {
                return Ok(None);
            }
            store::forgotten::add(transaction, &subject)?;
            store::contracts::remove(transaction, id).map(Some)
        });
        if removed.await?.is_none() {
            let number = contract.number.to_string();
            return Err(Problem::new(Kind::ContractInUse { number }, Stage::Preparation));
        }
        self.forget_for_this_run(&key);
        self.show_contracts().await?;
        // Whatever is noted of them: the keychain may have refused those that took their place.
        self.forget_noted(&key, Subject::from(&key)).await
    }

    /// Replaces a contract's credentials, and lets its exports that wait for them go on.
    pub async fn replace_credentials(&self, id: ContractId, form: CredentialsForm) -> Result<(), SaveError> {
        let contract = self.contract(id).await?.ok_or_else(no_contract)?;
        let credentials = self.credentials_from(form, &contract.number)?.ok_or_else(no_credentials)?;
        self.store_credentials(id, &contract.key(), credentials).await?;
        self.nudge(&contract.key());
        self.show_contracts().await?;
        Ok(())
    }

    /// Reads a credentials file. What is in it stays here, under the handle that is returned.
    pub async fn read_credentials_file(&self, path: &Path) -> Result<CredentialsFile, CredentialsFileError> {
        let owned = path.to_path_buf();
        let read = tokio::task::spawn_blocking(move || Credentials::read_file(&owned)).await;
        let credentials = read.unwrap_or_else(|error| Err(CredentialsFileError::Unreadable(error.into())))?;
        let client_id = credentials.client_id.clone();
        let mut files = lock(&self.0.files_read);
        files.push(credentials);
        Ok(CredentialsFile {
            handle: u32::try_from(files.len() - 1).unwrap_or(u32::MAX),
            file_name: path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default(),
            client_id,
            contract_number: ContractNumber::of_credentials_file(path).map(String::from),
            sharing: credentials::sharing(path),
        })
    }

    /// The credentials that a form brings; `None` where it brings none.
    pub(super) fn credentials_from(
        &self,
        form: CredentialsForm,
        number: &ContractNumber,
    ) -> Result<Option<Credentials>, SaveError> {
        match form {
            CredentialsForm::Stored | CredentialsForm::None => Ok(None),
            CredentialsForm::File { handle } => match lock(&self.0.files_read).get(handle as usize) {
                Some(credentials) => Ok(Some(credentials.clone())),
                None => Err(field("credentials", "Choose the credentials file again.")),
            },
            CredentialsForm::Typed { client_id, client_secret } => {
                let typed = Credentials::new(&client_id, client_secret.expose());
                if typed.client_id.is_empty() || typed.client_secret.expose().is_empty() {
                    return Err(field("credentials", "Type both the client ID and the password."));
                }
                Ok(Some(typed))
            }
            CredentialsForm::Sample => Credentials::sample(number).map(Some).ok_or_else(|| {
                field("credentials", "The sandbox publishes sample credentials for Z1001 and Z1002 only.")
            }),
        }
    }

    async fn save_contract(
        &self,
        id: Option<ContractId>,
        form: ContractForm,
    ) -> Result<ContractView, SaveError> {
        let contract = contract_from(id, &form).map_err(SaveError::Fields)?;
        let credentials = self.credentials_from(form.credentials.clone(), &contract.number)?;
        if id.is_none() && credentials.is_none() && contract.environment != Environment::Practice {
            return Err(no_credentials());
        }
        let before = match id {
            Some(id) => self.contract(id).await?,
            None => None,
        };
        if before.as_ref().is_none_or(|before| before.folder != contract.folder) {
            let refused = |problem: Problem| {
                let words = problem.words();
                field("folder", &format!("{} {}", words.explanation, words.next_step))
            };
            self.check_chosen(&contract.folder).await.map_err(refused)?;
        }
        let key = contract.key();
        let former = before.map(|before| before.key()).filter(|former| *former != key);
        // Before anything is written: where they cannot be moved, the contract stays as it is.
        let moved = match &former {
            Some(former) if credentials.is_none() => self.credentials_to_move(contract.id, former).await?,
            _ => None,
        };
        let saved = self.write_contract(contract).await?;
        if let Some(former) = &former {
            self.move_credentials(&saved, former, moved).await?;
        }
        if let Some(credentials) = credentials {
            self.store_credentials(saved.id, &key, credentials).await?;
        }
        self.correct_endpoints(&saved);
        self.nudge(&key);
        self.show_contracts().await?;
        let row = self.0.store.read(move |connection| list::row(connection, saved)).await?;
        Ok(self.contract_view(row))
    }

    async fn write_contract(&self, mut contract: Contract) -> Result<Contract, SaveError> {
        let key = contract.key();
        let others = self.0.store.read(store::contracts::all).await?;
        if others.iter().any(|other| other.id != contract.id && other.key() == key) {
            return Err(field(
                "number",
                &format!("{} is already in the list for this environment.", key.number),
            ));
        }
        let event = AuditEvent::ContractSaved { contract: Subject::from(&key) };
        let saved = self
            .record_in(event, move |transaction| {
                if contract.id == ContractId::UNSTORED {
                    contract.id = store::contracts::add(transaction, &contract)?;
                } else if !store::contracts::replace(transaction, &contract)? {
                    return Ok(None);
                }
                Ok(Some(contract))
            })
            .await?;
        saved.ok_or_else(no_contract)
    }

    /// Whether the keychain has a contract's credentials; those that are kept for this run alone it has not.
    async fn keeps_credentials(&self, id: ContractId) -> Result<bool, Problem> {
        self.0.store.read(move |connection| store::contracts::has_credentials(connection, id)).await
    }

    /// The credentials of a contract whose key changes; `None` where there are none.
    ///
    /// # Errors
    /// [`Kind::KeychainUnavailable`] where the keychain has them and cannot be opened.
    async fn credentials_to_move(
        &self,
        id: ContractId,
        former: &ContractKey,
    ) -> Result<Option<Credentials>, Problem> {
        let found = self.credentials_of(former).await;
        let has_none = match &found {
            Ok(_) => false,
            Err(problem) if problem.kind == Kind::KeychainUnavailable => !self.keeps_credentials(id).await?,
            Err(problem) => problem.kind == Kind::CredentialsMissing,
        };
        if has_none { Ok(None) } else { found.map(Some) }
    }

    /// Keeps the credentials that a contract had under its former key, if any, under the one that it has now.
    async fn move_credentials(
        &self,
        contract: &Contract,
        former: &ContractKey,
        credentials: Option<Credentials>,
    ) -> Result<(), SaveError> {
        let id = contract.id;
        match credentials {
            Some(credentials) => self.store_credentials(id, &contract.key(), credentials).await?,
            None => {
                let note = move |transaction: &rusqlite::Transaction<'_>| {
                    store::contracts::note_credentials(transaction, id, false).map(drop)
                };
                self.0.store.write(note).await?;
            }
        }
        self.forget_for_this_run(former);
        Ok(self.forget_credentials(former).await?)
    }

    /// Keeps a contract's credentials in place of those before: in the keychain or, where that does not take them, for
    /// this run. Whatever comes between, those before are not used again.
    async fn store_credentials(
        &self,
        id: ContractId,
        key: &ContractKey,
        credentials: Credentials,
    ) -> Result<(), SaveError> {
        let turn = self.0.keeping.turn().await;
        self.keep_for_this_run(key, credentials.clone());
        self.count_no_longer(key).await?;
        let stored = turn.is_some() && self.keep_for_good(key, credentials).await;
        let event = AuditEvent::CredentialsStored { contract: Subject::from(key) };
        let subject = Subject::from(key);
        let noted = self
            .record_in(event, move |transaction| {
                if !store::contracts::note_credentials(transaction, id, stored)? {
                    return Ok(None);
                }
                if stored {
                    store::forgotten::remove(transaction, &subject)?;
                }
                Ok(Some(()))
            })
            .await?;
        drop(turn);
        if stored || noted.is_none() {
            self.forget_for_this_run(key);
        }
        if noted.is_none() {
            // The contract was removed while a person unlocked the keychain: it keeps nothing of it.
            self.forget_noted(key, Subject::from(key)).await?;
            return Err(no_contract());
        }
        Ok(())
    }

    /// Writes, with an audit entry in the same transaction; neither where there turns out to be nothing to write.
    pub(super) async fn record_in<T: Send + 'static>(
        &self,
        event: AuditEvent,
        work: impl FnOnce(&rusqlite::Transaction<'_>) -> rusqlite::Result<Option<T>> + Send + 'static,
    ) -> Result<Option<T>, Problem> {
        self.0.journal.look_for_key().await;
        let journal = std::sync::Arc::clone(&self.0.journal);
        let recorded = self
            .0
            .store
            .write(move |transaction| {
                let Some(done) = work(transaction)? else { return Ok(None) };
                Ok(Some((done, journal.append(transaction, event)?)))
            })
            .await?;
        let Some((done, link)) = recorded else { return Ok(None) };
        self.0.journal.seal(link).await;
        Ok(Some(done))
    }
}

/// What a form says a contract is; every field that is wrong, if any is.
pub(super) fn contract_from(
    id: Option<ContractId>,
    form: &ContractForm,
) -> Result<Contract, Vec<FieldError>> {
    let number = form.number.parse::<ContractNumber>().map_err(|error| one("number", &format!("{error}.")));
    let endpoints = endpoints_from(form);
    let folder = folder_from(&form.folder);
    match (number, endpoints, folder) {
        (Ok(number), Ok(endpoints), Ok(folder)) => Ok(Contract {
            id: id.unwrap_or(ContractId::UNSTORED),
            number,
            nickname: form.nickname.trim().to_owned(),
            environment: form.environment,
            endpoints,
            folder,
        }),
        (number, endpoints, folder) => {
            Err([number.err(), endpoints.err(), folder.err()].into_iter().flatten().collect())
        }
    }
}

fn practice_form() -> ContractForm {
    ContractForm {
        number: "Z1001".to_owned(),
        nickname: "Practice with made-up claims".to_owned(),
        environment: Environment::Practice,
        api_url: None,
        token_url: None,
        folder: super::default_folder().join("Practice").display().to_string(),
        credentials: CredentialsForm::None,
    }
}

fn endpoints_from(form: &ContractForm) -> Result<Option<Endpoints>, FieldError> {
    let typed = |url: &Option<String>| url.clone().filter(|url| !url.trim().is_empty());
    let published = form.environment.endpoints();
    if form.environment == Environment::Practice {
        return Ok(None);
    }
    let default =
        |pick: fn(&Endpoints) -> &url::Url| published.as_ref().map(|endpoints| pick(endpoints).to_string());
    let Some(api) = typed(&form.api_url).or_else(|| default(Endpoints::api)) else {
        return Err(one("apiUrl", "Enter the address of the API, such as https://ab2d.example.org/api."));
    };
    let Some(token) = typed(&form.token_url).or_else(|| default(Endpoints::token)) else {
        return Err(one("tokenUrl", "Enter the sign-in address."));
    };
    Endpoints::new(&api, token.trim()).map(Some).map_err(|error| {
        let names_token = Endpoints::new(&api, "https://example.org/token").is_ok();
        one(if names_token { "tokenUrl" } else { "apiUrl" }, &format!("{error}."))
    })
}

fn folder_from(text: &str) -> Result<PathBuf, FieldError> {
    let folder = PathBuf::from(text);
    if text.trim().is_empty() {
        Err(one("folder", "Choose a folder to save this contract’s claims in."))
    } else if folder.is_absolute() {
        Ok(folder)
    } else {
        Err(one("folder", "Write the folder’s whole path, or choose it."))
    }
}

fn one(name: &str, reason: &str) -> FieldError {
    FieldError { field: name.to_owned(), reason: reason.to_owned() }
}

fn field(name: &str, reason: &str) -> SaveError {
    SaveError::Fields(vec![one(name, reason)])
}

fn no_contract() -> SaveError {
    field("credentials", "This contract is no longer in the list.")
}

fn no_credentials() -> SaveError {
    field("credentials", "Choose the credentials file that AB2D sent, or type the client ID and password.")
}
