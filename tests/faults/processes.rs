//! Two programs on one store: one drives an export, the other watches, and takes over what is left behind. And a program
//! that breaks off where it should not.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ab2d_engine::api::Timing;
use ab2d_engine::contract::{ContractNumber, Endpoints, Environment};
use ab2d_engine::controller::{self, Controller, PracticeAccess, PracticeEnvironment};
use ab2d_engine::credentials::Credentials;
use ab2d_engine::keychain::MemoryKeychain;
use ab2d_engine::problem::Problem;
use ab2d_engine::view::{ContractForm, CredentialsForm, PhaseView};
use ab2d_practice::{Fault, Options, Pause, RequestKind, Rule};
use ab2d_tests::desk::{Desk, everything};
use anyhow::{Context, Result};

use crate::oracle;

/// A desk whose files take a while.
async fn slow() -> Result<Desk> {
    let desk = Desk::new(Options::instant().files(8, 60_000)).await?;
    let drip = Fault::drip(500, Duration::from_millis(20));
    desk.service.faults().arm(Rule::on(RequestKind::File, drip).always());
    Ok(desk)
}

#[tokio::test]
async fn one_drives_and_the_other_watches() -> Result<()> {
    let desk = Desk::new(Options::instant().files(8, 60_000)).await?;
    let hang = Fault::stall_at(500, Pause::UntilDisarmed);
    desk.service.faults().arm(Rule::on(RequestKind::File, hang));
    let other = desk.another().await?;
    let contract = desk.add("Z1001").await?;
    let id = desk.start(contract, everything()).await?;
    desk.until(id, |export| export.phase == PhaseView::Downloading).await?;
    assert!(other.export(id).await?.driven_elsewhere);
    assert_eq!(other.resume(id).await.unwrap_err().code(), "drivenElsewhere");
    desk.service.faults().clear();
    let export = desk.rests(id).await?;
    oracle::complete(&desk, &export).await?;
    assert_eq!(other.export(id).await?.phase, PhaseView::Complete);
    assert!(desk.held(&export)?.iter().all(|file| file.downloads == 1));
    Ok(())
}

#[tokio::test]
async fn what_one_leaves_behind_the_other_takes_up() -> Result<()> {
    let mut desk = slow().await?;
    let contract = desk.add("Z1001").await?;
    let id = desk.start(contract, everything()).await?;
    let export = desk.until(id, |export| export.progress.files_verified >= 2).await?;
    let other = desk.another().await?;
    desk.controller.shutdown().await;
    let verified = oracle::verified(&desk, &export).await?;
    desk.controller = other;
    let export = desk.rests(id).await?;
    oracle::complete(&desk, &export).await?;
    assert!(verified.len() >= 2 && desk.service.jobs().len() == 1);
    let twice = |name: &str| verified.contains_key(name);
    let held = desk.held(&export)?;
    assert!(held.iter().filter(|file| twice(&file.name)).all(|file| file.downloads == 1), "{held:#?}");
    Ok(())
}

/// The desk's service as a practice service, reached by code that has a fault at first.
struct Faulty {
    access: PracticeAccess,
    mended: AtomicBool,
}

impl PracticeEnvironment for Faulty {
    fn start<'a>(
        &'a self,
        _number: &'a ContractNumber,
    ) -> Pin<Box<dyn Future<Output = Result<PracticeAccess, Problem>> + Send + 'a>> {
        Box::pin(async {
            assert!(self.mended.load(Ordering::SeqCst), "a fault of the program");
            Ok(self.access.clone())
        })
    }
}

#[tokio::test]
async fn an_export_that_breaks_off_by_the_programs_own_fault_says_so_and_can_go_on() -> Result<()> {
    let desk = Desk::new(Options::instant()).await?;
    let owner = desk.service.contract("Z1001").context("the service has no such contract")?;
    let endpoints = Endpoints::new(desk.service.api_url().as_str(), desk.service.token_url().as_str())?;
    let credentials = Credentials::new(&owner.client_id, &owner.client_secret);
    let access = PracticeAccess { endpoints, credentials };
    let practice = Arc::new(Faulty { access, mended: AtomicBool::new(false) });
    let data = tempfile::tempdir()?;
    let controller = Controller::open(controller::Options {
        data_folder: data.path().to_path_buf(),
        keychain: Arc::new(MemoryKeychain::default()),
        practice: Arc::clone(&practice) as Arc<dyn PracticeEnvironment>,
        take_up: true,
        timing: Timing::default(),
    })
    .await?;
    let form = ContractForm {
        environment: Environment::Practice,
        credentials: CredentialsForm::None,
        ..desk.contract_form("Z1001", "Z1001")?
    };
    let contract = controller.add_contract(form).await.map_err(|error| anyhow::anyhow!("{error:?}"))?;
    let mut events = controller.subscribe();
    let started = controller.start_export(contract.id, everything()).await;
    let id = started.map_err(|error| anyhow::anyhow!("{error:?}"))?;
    let rested = ab2d_tests::desk::rests(&controller, id).await?;
    let PhaseView::Waiting { problem, until: None } = &rested.phase else {
        anyhow::bail!("{:#?}", rested.phase)
    };
    assert_eq!(problem.code, "programFault");
    let told = async {
        while !format!("{:?}", events.recv().await?).contains("programFault") {}
        anyhow::Ok(())
    };
    tokio::time::timeout(Duration::from_secs(30), told).await.context("no event says so")??;
    practice.mended.store(true, Ordering::SeqCst);
    controller.resume(id).await?;
    assert_eq!(ab2d_tests::desk::rests(&controller, id).await?.phase, PhaseView::Complete);
    Ok(())
}
