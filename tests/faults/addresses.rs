//! Addresses that lead nowhere, and that a person corrects.

use ab2d_engine::settings::{Proxy, Settings};
use ab2d_engine::view::{CheckResult, ContractForm, CredentialsForm, ExportView, PhaseView};
use ab2d_practice::Options;
use ab2d_tests::desk::{Desk, everything};
use anyhow::{Result, ensure};

use crate::oracle;

/// Exports with an address that is wrong at first, and returns with which problem it waited.
async fn corrected(wrong: impl Fn(&Desk, &mut ContractForm)) -> Result<String> {
    let desk = Desk::new(Options::instant()).await?;
    let settings = Settings { proxy: Proxy::None, ..desk.controller.settings() };
    desk.controller.set_settings(settings).await?;
    let right = desk.contract_form("Z1001", "Z1001")?;
    let mut form = right.clone();
    wrong(&desk, &mut form);
    let contract = desk.controller.add_contract(form).await.map_err(|error| anyhow::anyhow!("{error:?}"))?.id;
    let id = desk.start(contract, everything()).await?;
    let export = desk.until(id, |export| code(export).is_some()).await?;
    desk.controller.edit_contract(contract, right).await.map_err(|error| anyhow::anyhow!("{error:?}"))?;
    let complete = desk.until(id, |export| export.phase == PhaseView::Complete).await?;
    oracle::complete(&desk, &complete).await?;
    Ok(code(&export).unwrap_or_default())
}

fn code(export: &ExportView) -> Option<String> {
    match &export.phase {
        PhaseView::Waiting { problem, .. } => Some(problem.code.clone()),
        _ => None,
    }
}

#[tokio::test]
async fn a_token_endpoint_whose_name_is_not_known() -> Result<()> {
    let code =
        corrected(|_, form| form.token_url = Some("https://idp.ab2d.invalid/token".to_owned())).await?;
    assert_eq!(code, "nameNotFound");
    Ok(())
}

#[tokio::test]
async fn an_api_whose_name_is_not_known() -> Result<()> {
    let code = corrected(|_, form| form.api_url = Some("https://ab2d.invalid/api".to_owned())).await?;
    assert_eq!(code, "nameNotFound");
    Ok(())
}

#[tokio::test]
async fn a_token_endpoint_that_speaks_no_tls() -> Result<()> {
    let secure = |desk: &Desk| desk.service.token_url().as_str().replace("http:", "https:");
    let code = corrected(|desk, form| form.token_url = Some(secure(desk))).await?;
    assert_eq!(code, "certificateRefused");
    Ok(())
}

#[tokio::test]
async fn an_api_that_speaks_no_tls() -> Result<()> {
    let secure = |desk: &Desk| desk.service.api_url().as_str().replace("http:", "https:");
    let code = corrected(|desk, form| form.api_url = Some(secure(desk))).await?;
    assert_eq!(code, "certificateRefused");
    Ok(())
}

/// Whether every step of a check worked.
fn works(steps: &[CheckResult]) -> bool {
    steps.iter().all(|step| step.problem.is_none())
}

#[tokio::test]
async fn a_corrected_address_is_used_at_once() -> Result<()> {
    let desk = Desk::new(Options::instant()).await?;
    let right = desk.contract_form("Z1001", "Z1001")?;
    let nowhere = desk.service.token_url().as_str().replace("/token", "/nowhere");
    let wrong = ContractForm { token_url: Some(nowhere), ..right.clone() };
    let contract =
        desk.controller.add_contract(wrong).await.map_err(|error| anyhow::anyhow!("{error:?}"))?.id;
    ensure!(!works(&desk.controller.check_contract(1, contract).await?), "the wrong address worked");
    desk.controller.edit_contract(contract, right).await.map_err(|error| anyhow::anyhow!("{error:?}"))?;
    ensure!(works(&desk.controller.check_contract(2, contract).await?), "the corrected address is not used");
    Ok(())
}

#[tokio::test]
async fn an_address_that_is_not_saved_is_used_for_its_check_alone() -> Result<()> {
    let desk = Desk::new(Options::instant()).await?;
    let contract = desk.add("Z1001").await?;
    let nowhere = desk.service.token_url().as_str().replace("/token", "/nowhere");
    let form = ContractForm {
        token_url: Some(nowhere),
        credentials: CredentialsForm::Stored,
        ..desk.contract_form("Z1001", "Z1001")?
    };
    let checked = desk.controller.check_connection(1, form, Some(contract)).await;
    ensure!(!works(&checked.map_err(|error| anyhow::anyhow!("{error:?}"))?), "the wrong address worked");
    oracle::complete(&desk, &desk.export(contract).await?).await?;
    Ok(())
}

#[tokio::test]
async fn an_export_that_rested_meanwhile_goes_on_at_the_corrected_address() -> Result<()> {
    let mut desk = Desk::new(Options::instant()).await?;
    let right = desk.contract_form("Z1001", "Z1001")?;
    let wrong =
        ContractForm { token_url: Some("https://idp.ab2d.invalid/token".to_owned()), ..right.clone() };
    let contract =
        desk.controller.add_contract(wrong).await.map_err(|error| anyhow::anyhow!("{error:?}"))?.id;
    let id = desk.start(contract, everything()).await?;
    desk.controller.pause(id).await?;
    desk.restart().await?;
    desk.controller.edit_contract(contract, right).await.map_err(|error| anyhow::anyhow!("{error:?}"))?;
    desk.controller.resume(id).await?;
    oracle::complete(&desk, &desk.rests(id).await?).await?;
    Ok(())
}
