//! Secrets and claims stay where they belong: nothing of them is in records, log, events, reports or what types print.

use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use ab2d_engine::controller::AuditFormat;
use ab2d_engine::credentials::{Credentials, Secret};
use ab2d_engine::report;
use ab2d_engine::view::{Event, ExportView, PhaseView};
use ab2d_practice::{Answer, Fault, Options, Pause, PracticeContract, RequestKind, Rule};
use ab2d_tests::desk::{Desk, everything};
use anyhow::{Context, Result};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::TryRecvError;

use crate::deed::{Deed, FIRST_FILE};
use crate::{oracle, trial};

/// A password that nothing else can be.
const SECRET: &str = "canary-51c07f9e:with+colons/and=signs";

/// What a claim says of nobody else.
fn claim() -> String {
    serde_json::json!({"resourceType": "ExplanationOfBenefit", "patient": "canary-patient-77"}).to_string()
}

fn options() -> Options {
    let contract = PracticeContract { client_secret: SECRET.to_owned(), ..PracticeContract::new("Z1001") };
    Options { contracts: vec![contract], ..Options::instant() }
}

/// Answers that hold what must not be kept, as a gateway's may that repeats the request.
fn talkative(desk: &Desk) {
    let page = |status| Answer::status(status).body("text/html", format!("<html>{SECRET}{}</html>", claim()));
    let json = |status| Answer::status(status).body("application/json", claim());
    let faults = desk.service.faults();
    faults.once(RequestKind::Token, Fault::Answer(page(500)));
    faults.once(RequestKind::Start, Fault::Answer(json(500)));
    faults.once(RequestKind::Status, Fault::Answer(page(200)));
    faults.once(RequestKind::Status, Fault::Answer(page(403)));
    faults.arm(Rule::on(RequestKind::File, Fault::Answer(json(500))).times(2));
    faults.arm(Rule::on(RequestKind::File, Fault::cut_at(3_000)).times(2));
    faults.arm(Rule::on(RequestKind::File, Fault::corrupt_at(2_000)).times(1));
}

#[tokio::test]
async fn no_secret_and_no_claim_is_kept_shown_or_printed() -> Result<()> {
    let desk = Desk::new(options()).await?;
    // Where another test of this process writes a log already, there is none here to look at.
    let logged = report::log::start(desk.data.path()).is_ok();
    let events = desk.controller.subscribe();
    talkative(&desk);
    let contract = desk.add("Z1001").await?;
    let export = exported(&desk, contract).await?;
    oracle::complete(&desk, &export).await?;

    let mut said =
        vec![("events".to_owned(), heard(events)?), ("types".to_owned(), printed(&desk, &export).await?)];
    said.push(("support report".to_owned(), desk.controller.support_report(Some(export.id)).await?));
    said.push(("audit record".to_owned(), audit(&desk).await?));
    for file in every_file(desk.data.path())? {
        said.push((file.display().to_string(), String::from_utf8_lossy(&fs::read(&file)?).into_owned()));
    }
    assert_eq!(logged, said.iter().any(|(what, text)| what.contains("logs") && text.contains("problem")));
    let canaries = canaries(&desk, &export)?;
    println!("{} canaries looked for in {} places", canaries.len(), said.len());
    for (what, text) in said {
        for canary in &canaries {
            assert!(!text.contains(canary.as_str()), "{what} holds {canary}");
        }
    }
    Ok(())
}

#[tokio::test]
async fn no_folder_is_named_in_the_log() -> Result<()> {
    let desk = Desk::new(Options::instant()).await?;
    let logged = report::log::start(desk.data.path()).is_ok();
    let contract = desk.add("Z1001").await?;
    let held = Rule::on(RequestKind::File, Fault::stall_at(u64::MAX, Pause::UntilDisarmed)).file(FIRST_FILE);
    let held = desk.service.faults().arm(held);
    let id = desk.start(contract, everything()).await?;
    trial::reached(&held).await?;
    Deed::FolderInTheWay.happen(&desk, Some(id)).await?;
    desk.service.faults().clear();
    let asks = desk.rests(id).await?;
    Deed::FolderInTheWay.mend(&desk, id).await?;
    let PhaseView::Waiting { problem, .. } = &asks.phase else { anyhow::bail!("{:#?}", asks.phase) };
    let folder = desk.claims.path().display().to_string();
    assert!(problem.explanation.contains(&folder), "the person is told where: {}", problem.explanation);
    let log = report::log::recent(&desk.controller.log_folder(), 10_000);
    let log = log.join("\n");
    assert_eq!(logged, log.contains("diskFault"));
    assert!(!log.contains(&folder) && !log.contains("Ansprüche"), "{log}");
    Ok(())
}

/// Exports to the end, however often a person has to say that it is to go on.
async fn exported(desk: &Desk, contract: ab2d_engine::contract::ContractId) -> Result<ExportView> {
    let id = desk.start(contract, everything()).await?;
    loop {
        let export = desk.rests(id).await?;
        if export.phase == PhaseView::Complete {
            return Ok(export);
        }
        desk.controller.resume(id).await?;
    }
}

/// The password, what is made of it, the beginning of every token, and what is in claims.
fn canaries(desk: &Desk, export: &ExportView) -> Result<Vec<String>> {
    let owner = desk.service.contract("Z1001").context("the service has no such contract")?;
    let basic = BASE64_STANDARD.encode(format!("{}:{SECRET}", owner.client_id));
    let mut canaries =
        vec!["canary-51c07f9e".to_owned(), basic, "eyJ".to_owned(), "canary-patient".to_owned()];
    let folder = oracle::folder(export).context("no folder")?;
    for held in desk.held(export)? {
        let claims = fs::read_to_string(folder.join(&held.name))?;
        for line in claims.lines() {
            let claim: serde_json::Value = serde_json::from_str(line)?;
            canaries.extend(claim["id"].as_str().map(str::to_owned));
            canaries.extend(claim["patient"]["reference"].as_str().map(str::to_owned));
        }
    }
    anyhow::ensure!(canaries.len() > 20, "the claims have no marks");
    Ok(canaries)
}

fn heard(mut events: Receiver<Event>) -> Result<String> {
    let mut heard = String::new();
    loop {
        match events.try_recv() {
            Ok(event) => writeln!(heard, "{} {event:?}", serde_json::to_string(&event)?)?,
            Err(TryRecvError::Lagged(_)) => {}
            Err(TryRecvError::Empty | TryRecvError::Closed) => break,
        }
    }
    anyhow::ensure!(heard.contains("downloading") && heard.contains("\"complete\""), "nothing was heard");
    Ok(heard)
}

/// What the engine's types print of themselves.
async fn printed(desk: &Desk, export: &ExportView) -> Result<String> {
    let form = desk.contract_form("Z1001", "Z1001")?;
    let credentials = Credentials::new("canary", SECRET);
    let record = desk.controller.export_record(export.id).await?;
    let files = desk.controller.file_records(export.id).await?;
    let snapshot = serde_json::to_string(&desk.controller.snapshot().await?)?;
    Ok(format!(
        "{form:?}{credentials:?}{:?}{record:?}{files:?}{export:?}{snapshot}",
        Secret::new(SECRET.to_owned())
    ))
}

async fn audit(desk: &Desk) -> Result<String> {
    let path = desk.claims.path().join("audit.jsonl");
    desk.controller.audit_export(AuditFormat::JsonLines, fs::File::create(&path)?).await?;
    let text = fs::read_to_string(path)?;
    anyhow::ensure!(text.contains("xportEnded"), "no audit record");
    Ok(text)
}

fn every_file(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() { files.extend(every_file(&path)?) } else { files.push(path) }
    }
    Ok(files)
}
