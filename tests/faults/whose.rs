//! Credentials decide whose claims come. What shows it are the names of files; an export without any shows nothing.

use std::time::Duration;

use ab2d_engine::contract::ContractId;
use ab2d_engine::parameters::Selection;
use ab2d_engine::view::{CoverageOutcome, NotCovered, PhaseView};
use ab2d_practice::{Fault, Options, RequestKind, Rule};
use ab2d_tests::desk::{Desk, form};
use anyhow::{Context, Result};

const DAY: Duration = Duration::from_hours(24);

async fn exported(desk: &Desk, contract: ContractId) -> Result<CoverageOutcome> {
    let id = desk.start(contract, form(Selection::SinceLast)).await?;
    let export = desk.rests(id).await?;
    assert_eq!(export.phase, PhaseView::Complete);
    export.coverage.context("a complete export says what it covers")
}

#[tokio::test]
async fn an_empty_export_with_other_credentials_than_any_that_brought_a_file_covers_nothing() -> Result<()> {
    let desk = Desk::new(Options::instant()).await?;
    let contract = desk.add("Z1001").await?;
    let first = exported(&desk, contract).await?;
    assert!(first.moved);
    desk.service.clock().advance(DAY);
    // The file of another contract was chosen, which has no claims.
    use_credentials_of(&desk, contract, "Z1005").await?;
    let second = exported(&desk, contract).await?;
    assert_eq!((second.moved, second.reason), (false, Some(NotCovered::WhoseUnknown)));
    assert_eq!(second.next_since, first.next_since);
    use_credentials_of(&desk, contract, "Z1001").await?;
    let third = exported(&desk, contract).await?;
    assert!(third.moved, "no new claims, by credentials that brought a file before: {third:?}");
    Ok(())
}

#[tokio::test]
async fn a_contract_that_never_brought_a_file_has_no_mark() -> Result<()> {
    let desk = Desk::new(Options::instant()).await?;
    let contract = desk.add("Z1005").await?;
    let outcome = exported(&desk, contract).await?;
    assert_eq!((outcome.next_since, outcome.reason), (None, Some(NotCovered::WhoseUnknown)));
    Ok(())
}

#[tokio::test]
async fn files_whose_names_say_nothing_show_nothing() -> Result<()> {
    let desk = Desk::new(Options::instant()).await?;
    let nameless = Fault::FileNames(vec!["claims one".to_owned(), "claims two".to_owned()]);
    desk.service.faults().arm(Rule::on(RequestKind::Manifest, nameless).always());
    let contract = desk.add_as("Z1001", "Z1002").await?;
    let outcome = exported(&desk, contract).await?;
    assert_eq!((outcome.next_since, outcome.reason), (None, Some(NotCovered::WhoseUnknown)));
    Ok(())
}

async fn use_credentials_of(desk: &Desk, contract: ContractId, number: &str) -> Result<()> {
    let form = desk.contract_form("Z1001", number)?;
    let replaced = desk.controller.replace_credentials(contract, form.credentials).await;
    replaced.map_err(|error| anyhow::anyhow!("{error:?}"))
}
