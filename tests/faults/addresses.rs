//! Addresses that lead nowhere, and that a person corrects.

use ab2d_engine::settings::{Proxy, Settings};
use ab2d_engine::view::{ContractForm, ExportView, PhaseView};
use ab2d_practice::Options;
use ab2d_tests::desk::{Desk, everything};
use anyhow::Result;

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
