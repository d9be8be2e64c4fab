//! The keychain: it comes and goes, waits for a person, and keeps or forgets passwords.

use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::Duration;

use ab2d_engine::contract::{ContractId, ContractKey};
use ab2d_engine::controller::SaveError;
use ab2d_engine::credentials::Credentials;
use ab2d_engine::keychain::{AuditKey, Keychain, KeychainError, MemoryKeychain};
use ab2d_engine::view::{CheckStep, ContractForm, CredentialsForm, PhaseView};
use ab2d_practice::Options;
use ab2d_tests::desk::{Desk, everything};
use anyhow::{Context, Result, ensure};

use crate::record::codes;

/// A keychain that comes and goes.
#[derive(Default)]
pub(crate) struct Coming {
    is_there: AtomicBool,
    /// How often it was to forget credentials.
    deletions: AtomicUsize,
    inner: MemoryKeychain,
}

impl Coming {
    fn set(&self, is_there: bool) {
        self.is_there.store(is_there, Ordering::SeqCst);
    }

    fn found(&self) -> Result<&MemoryKeychain, KeychainError> {
        if self.available() { Ok(&self.inner) } else { Err(KeychainError::Missing(None)) }
    }
}

impl Keychain for Coming {
    fn available(&self) -> bool {
        self.is_there.load(Ordering::SeqCst)
    }

    fn get(&self, contract: &ContractKey) -> Result<Option<Credentials>, KeychainError> {
        self.found()?.get(contract)
    }

    fn set(&self, contract: &ContractKey, credentials: &Credentials) -> Result<(), KeychainError> {
        self.found()?.set(contract, credentials)
    }

    fn delete(&self, contract: &ContractKey) -> Result<(), KeychainError> {
        let found = self.found();
        // Whoever sees it counted may let the keychain come: what was found before stays so.
        self.deletions.fetch_add(1, Ordering::SeqCst);
        found?.delete(contract)
    }

    fn audit_key(&self) -> Result<Option<AuditKey>, KeychainError> {
        self.found()?.audit_key()
    }
}

/// A keychain that waits for a person who does not come: it answers nothing until it is unlocked.
#[derive(Default)]
struct Locked {
    unlocked: (Mutex<bool>, Condvar),
    /// Whether it takes no password either.
    takes_none: AtomicBool,
    /// Passwords that wait to be taken.
    waiting: AtomicUsize,
    inner: MemoryKeychain,
}

impl Locked {
    fn unlock(&self) {
        *self.unlocked.0.lock().unwrap_or_else(PoisonError::into_inner) = true;
        self.unlocked.1.notify_all();
    }

    fn wait(&self) -> &MemoryKeychain {
        let (unlocked, changed) = &self.unlocked;
        let unlocked = unlocked.lock().unwrap_or_else(PoisonError::into_inner);
        drop(changed.wait_while(unlocked, |unlocked| !*unlocked).unwrap_or_else(PoisonError::into_inner));
        &self.inner
    }
}

impl Keychain for Locked {
    fn available(&self) -> bool {
        true
    }

    fn get(&self, contract: &ContractKey) -> Result<Option<Credentials>, KeychainError> {
        self.wait().get(contract)
    }

    fn set(&self, contract: &ContractKey, credentials: &Credentials) -> Result<(), KeychainError> {
        if self.takes_none.load(Ordering::SeqCst) {
            self.waiting.fetch_add(1, Ordering::SeqCst);
            self.wait();
        }
        self.inner.set(contract, credentials)
    }

    fn delete(&self, contract: &ContractKey) -> Result<(), KeychainError> {
        self.inner.delete(contract)
    }

    fn audit_key(&self) -> Result<Option<AuditKey>, KeychainError> {
        self.inner.audit_key()
    }
}

#[tokio::test]
async fn a_keychain_that_waits_for_a_person_holds_up_no_order() -> Result<()> {
    let keychain = Arc::new(Locked::default());
    let desk = Desk::with_keychain(Options::instant(), Arc::clone(&keychain) as Arc<dyn Keychain>).await?;
    let contract = desk.add("Z1001").await?;
    let id = desk.start(contract, everything()).await?;
    let pausing = tokio::time::timeout(Duration::from_mins(1), desk.controller.pause(id)).await;
    pausing.context("the keychain held up the order")??;
    assert_eq!(desk.rests(id).await?.phase, PhaseView::Paused);
    keychain.unlock();
    desk.controller.resume(id).await?;
    assert_eq!(desk.rests(id).await?.phase, PhaseView::Complete);
    Ok(())
}

#[tokio::test]
async fn a_contract_that_is_removed_while_its_password_waits_for_the_keychain_leaves_none() -> Result<()> {
    let keychain = Arc::new(Locked::default());
    let desk = Desk::with_keychain(Options::instant(), Arc::clone(&keychain) as Arc<dyn Keychain>).await?;
    let contract = desk.add("Z1001").await?;
    let (key, other) = (key_of(&desk, contract).await?, desk.another().await?);
    keychain.takes_none.store(true, Ordering::SeqCst);
    let replace =
        desk.controller.replace_credentials(contract, desk.contract_form("Z1001", "Z1001")?.credentials);
    let remove = async {
        while keychain.waiting.load(Ordering::SeqCst) == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        other.remove_contract(contract).await
    };
    let unlock = async {
        while !other.contracts().await?.is_empty() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        keychain.unlock();
        anyhow::Ok(())
    };
    let (replaced, removed, unlocked) = tokio::join!(replace, remove, unlock);
    removed?;
    unlocked?;
    assert!(format!("{:?}", replaced.unwrap_err()).contains("no longer in the list"));
    assert!(keychain.inner.get(&key)?.is_none(), "a password nobody forgets");
    Ok(())
}

async fn waits_for_credentials(desk: &Desk, contract: ContractId) -> Result<bool> {
    let export = desk.export(contract).await?;
    let waits = matches!(&export.phase, PhaseView::Waiting { problem, until: None } if problem.code == "credentialsMissing");
    desk.controller.cancel(export.id).await?;
    Ok(waits)
}

#[tokio::test]
async fn without_a_keychain_everything_works_and_entries_are_marked() -> Result<()> {
    let desk = Desk::with_keychain(Options::instant(), Arc::new(Coming::default())).await?;
    let contract = desk.add("Z1001").await?;
    assert_eq!(desk.export(contract).await?.phase, PhaseView::Complete, "credentials last for this run");
    desk.controller.remove_contract(contract).await?;
    let verdict = desk.controller.audit_verify(0).await?;
    assert_eq!((verdict.entries, verdict.unkeyed, verdict.broken), (5, 5, None));
    Ok(())
}

/// A desk whose keychain is open, and can be locked.
async fn unlocked() -> Result<(Desk, Arc<Coming>)> {
    let keychain = Arc::new(Coming::default());
    keychain.set(true);
    let desk = Desk::with_keychain(Options::instant(), Arc::clone(&keychain) as Arc<dyn Keychain>).await?;
    Ok((desk, keychain))
}

#[tokio::test]
async fn a_record_is_not_called_changed_because_the_keychain_is_locked() -> Result<()> {
    let (mut desk, keychain) = unlocked().await?;
    desk.add("Z1001").await?;
    keychain.set(false);
    desk.restart().await?;
    let locked = desk.controller.audit_verify(0).await.unwrap_err();
    assert_eq!(locked.code(), "auditKeyMissing");
    let checked = desk.controller.check_computer(0).await;
    assert_eq!(codes(&checked)[2], (CheckStep::AuditRecord, Some("auditKeyMissing")));
    keychain.set(true);
    let verdict = desk.controller.audit_verify(0).await?;
    assert_eq!((verdict.unkeyed, verdict.broken), (0, None), "it was unlocked");
    Ok(())
}

#[tokio::test]
async fn a_contract_is_removed_without_the_keychain_and_its_credentials_when_that_is_back() -> Result<()> {
    let (mut desk, keychain) = unlocked().await?;
    let contract = desk.add("Z1001").await?;
    let key = desk.controller.contract(contract).await?.map(|contract| contract.key());
    let key = anyhow::Context::context(key, "no contract")?;
    keychain.set(false);
    desk.controller.remove_contract(contract).await?;
    assert!(desk.controller.contracts().await?.is_empty());
    keychain.set(true);
    assert!(keychain.get(&key)?.is_some(), "it could not be reached");
    desk.restart().await?;
    let forgotten = async {
        while keychain.get(&key)?.is_some() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        anyhow::Ok(())
    };
    tokio::time::timeout(std::time::Duration::from_secs(30), forgotten).await??;
    Ok(())
}

#[tokio::test]
async fn credentials_of_a_contract_that_was_added_again_are_not_forgotten() -> Result<()> {
    let (mut desk, keychain) = unlocked().await?;
    let first = desk.add("Z1001").await?;
    keychain.set(false);
    desk.controller.remove_contract(first).await?;
    keychain.set(true);
    let again = desk.add("Z1001").await?;
    desk.restart().await?;
    assert!(!waits_for_credentials(&desk, again).await?);
    Ok(())
}

/// What the contract's credentials are kept under.
async fn key_of(desk: &Desk, contract: ContractId) -> Result<ContractKey> {
    let contract = desk.controller.contract(contract).await?.context("no contract")?;
    Ok(contract.key())
}

#[tokio::test]
async fn a_contract_is_not_moved_without_the_password_that_a_locked_keychain_has() -> Result<()> {
    let (mut desk, keychain) = unlocked().await?;
    let contract = desk.add("Z1001").await?;
    let former = key_of(&desk, contract).await?;
    let moved = ContractForm {
        number: "Z1002".to_owned(),
        credentials: CredentialsForm::Stored,
        ..desk.contract_form("Z1001", "Z1001")?
    };
    keychain.set(false);
    let refused = desk.controller.edit_contract(contract, moved.clone()).await;
    let is_told =
        matches!(&refused, Err(SaveError::Problem(problem)) if problem.code() == "keychainUnavailable");
    ensure!(is_told, "{refused:?}");
    assert_eq!(key_of(&desk, contract).await?, former);
    keychain.set(true);
    desk.restart().await?;
    assert!(!waits_for_credentials(&desk, contract).await?);

    let saved = desk.controller.edit_contract(contract, moved).await;
    let saved = saved.map_err(|error| anyhow::anyhow!("{error:?}"))?;
    let now = key_of(&desk, contract).await?;
    assert!(keychain.get(&former)?.is_none() && keychain.get(&now)?.is_some());
    assert!(saved.in_keychain);
    Ok(())
}

#[tokio::test]
async fn credentials_of_this_run_move_with_their_contract_without_a_keychain() -> Result<()> {
    let desk = Desk::with_keychain(Options::instant(), Arc::new(Coming::default())).await?;
    let contract = desk.add("Z1002").await?;
    let moved =
        ContractForm { credentials: CredentialsForm::Stored, ..desk.contract_form("Z1001", "Z1001")? };
    let view = desk.controller.edit_contract(contract, moved).await;
    let view = view.map_err(|error| anyhow::anyhow!("{error:?}"))?;
    assert_eq!((view.number.as_str(), view.has_credentials), ("Z1001", true));
    Ok(())
}

/// A desk with a contract whose password was replaced while the keychain was locked.
async fn replaced() -> Result<(Desk, Arc<Coming>, ContractId)> {
    let (desk, keychain) = unlocked().await?;
    let contract = desk.add("Z1001").await?;
    keychain.set(false);
    let new = desk.contract_form("Z1001", "Z1001")?.credentials;
    desk.controller.replace_credentials(contract, new).await.map_err(|error| anyhow::anyhow!("{error:?}"))?;
    Ok((desk, keychain, contract))
}

#[tokio::test]
async fn a_password_that_was_replaced_while_the_keychain_was_locked_is_used_no_more() -> Result<()> {
    let (mut desk, keychain, contract) = replaced().await?;
    let shown = desk.controller.contracts().await?.remove(0);
    assert!(shown.has_credentials && !shown.in_keychain);
    assert_eq!(desk.export(contract).await?.phase, PhaseView::Complete, "the new one lasts for this run");
    desk.restart().await?;
    let tried = async {
        while keychain.deletions.load(Ordering::SeqCst) == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), tried).await.context("it was not to be forgotten")?;
    keychain.set(true);
    assert!(keychain.get(&key_of(&desk, contract).await?)?.is_some(), "it could not be reached");
    assert!(waits_for_credentials(&desk, contract).await?);
    Ok(())
}

#[tokio::test]
async fn what_is_to_be_forgotten_waits_while_another_program_stores_a_password() -> Result<()> {
    let (mut desk, keychain, _) = replaced().await?;
    let turn = std::fs::File::create(desk.data.path().join("credentials.lock"))?;
    turn.lock()?;
    desk.restart().await?;
    tokio::time::sleep(Duration::from_millis(200)).await;
    assert_eq!(keychain.deletions.load(Ordering::SeqCst), 0, "it may have been the new one");
    drop(turn);
    let tried = async {
        while keychain.deletions.load(Ordering::SeqCst) == 0 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), tried).await.context("it was not forgotten")
}

#[tokio::test]
async fn a_contract_that_is_removed_leaves_no_password_that_was_replaced_before() -> Result<()> {
    let (desk, keychain, contract) = replaced().await?;
    let key = key_of(&desk, contract).await?;
    keychain.set(true);
    assert!(keychain.get(&key)?.is_some());
    desk.controller.remove_contract(contract).await?;
    assert!(keychain.get(&key)?.is_none());
    Ok(())
}

#[tokio::test]
async fn a_keychain_that_comes_up_later_is_used_without_a_restart() -> Result<()> {
    let keychain = Arc::new(Coming::default());
    let desk = Desk::with_keychain(Options::instant(), Arc::clone(&keychain) as Arc<dyn Keychain>).await?;
    assert!(!desk.controller.snapshot().await?.keychain);
    keychain.set(true);
    let contract = desk.add("Z1001").await?;
    assert!(desk.controller.snapshot().await?.keychain);
    let stored = desk.controller.contract(contract).await?.map(|contract| contract.key());
    assert!(stored.is_some_and(|key| matches!(keychain.get(&key), Ok(Some(_)))));
    desk.controller
        .start_export(contract, everything())
        .await
        .map_err(|error| anyhow::anyhow!("{error:?}"))?;
    let verdict = desk.controller.audit_verify(0).await?;
    assert_eq!((verdict.unkeyed, verdict.broken), (0, None), "the key is asked for when it is first needed");
    Ok(())
}
