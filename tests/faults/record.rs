//! The audit record: what is changed in it shows; and what the checks of the computer and of a contract find.

use std::fs;
use std::sync::Arc;

use ab2d_engine::controller::AuditFormat;
use ab2d_engine::settings::Settings;
use ab2d_engine::view::{CheckResult, CheckStep, ContractForm, CredentialsForm, PhaseView};
use ab2d_practice::Options;
use ab2d_tests::desk::Desk;
use anyhow::{Result, ensure};

use crate::deed;
use crate::keychain::Coming;

/// Statements with which somebody changes a record of four entries behind the program's back, and how that shows.
const TAMPERINGS: [(&str, &str); 9] = [
    (
        r#"update audit set entry = replace(entry, '"claims":', '"claims":1') where number = 4"#,
        "Entry 4 was changed.",
    ),
    ("update audit set entry = replace(entry, 'Z1001', 'Z1002') where number = 1", "Entry 1 was changed."),
    ("update audit set keyed = 0 where number = 2", "Entry 2 was changed."),
    (
        "update audit set link = (select link from audit where number = 2) where number = 3",
        "Entry 3 was changed.",
    ),
    ("delete from audit where number = 2", "Entry 2 is missing."),
    ("delete from audit where number = 1", "Entry 1 is missing."),
    (
        "delete from audit where number = 2; update audit set number = number - 1 where number > 2",
        "Entry 2 was changed.",
    ),
    ("delete from audit where number = 4", "Entries up to 4 were cut off or replaced."),
    ("delete from audit", "Entries up to 4 were cut off or replaced."),
];

/// The end of the record that is kept apart.
const ENDS: &str = "audit-head.json";

/// A record of four entries, changed by statements.
async fn tampered(statements: &str) -> Result<Desk> {
    let desk = Desk::new(Options::instant().files(1, 20_000)).await?;
    let contract = desk.add("Z1001").await?;
    desk.export(contract).await?;
    let whole = desk.controller.audit_verify(0).await?;
    ensure!((whole.entries, whole.unkeyed, &whole.broken) == (4, 0, &None), "{whole:?}");
    rusqlite::Connection::open(desk.data.path().join("ab2d.sqlite3"))?.execute_batch(statements)?;
    Ok(desk)
}

#[tokio::test]
async fn every_change_of_the_record_shows() -> Result<()> {
    for (statements, how) in TAMPERINGS {
        let verdict = tampered(statements).await?.controller.audit_verify(0).await?;
        assert_eq!(verdict.broken.as_deref(), Some(how), "{statements}");
    }
    Ok(())
}

#[tokio::test]
async fn a_changed_entry_is_named_as_it_reads_now() -> Result<()> {
    let (statements, _) = TAMPERINGS[1];
    let entry = tampered(statements).await?.controller.audit_verify(0).await?.broken_entry;
    assert_eq!(entry.and_then(|entry| entry.contract_number).as_deref(), Some("Z1002"));
    let (statements, _) = TAMPERINGS[4];
    assert_eq!(
        tampered(statements).await?.controller.audit_verify(0).await?.broken_entry,
        None,
        "it is gone"
    );
    Ok(())
}

#[tokio::test]
async fn a_long_record_is_read_to_its_end() -> Result<()> {
    let desk = Desk::new(Options::instant()).await?;
    let contract = desk.add("Z1001").await?;
    let form = desk.contract_form("Z1001", "Z1001")?;
    for number in 0..120 {
        let form = ContractForm {
            nickname: number.to_string(),
            credentials: CredentialsForm::Stored,
            ..form.clone()
        };
        desk.controller.edit_contract(contract, form).await.map_err(|error| anyhow::anyhow!("{error:?}"))?;
    }
    let whole = desk.controller.audit_verify(0).await?;
    ensure!((whole.entries, &whole.broken) == (122, &None), "{whole:?}");
    let out = tempfile::NamedTempFile::new()?;
    desk.controller.audit_export(AuditFormat::JsonLines, out.reopen()?).await?;
    ensure!(fs::read_to_string(out.path())?.lines().count() == 122, "not every entry was exported once");
    let records = rusqlite::Connection::open(desk.data.path().join("ab2d.sqlite3"))?;
    records.execute("update audit set entry = replace(entry, 'Z1001', 'Z1002') where number = 115", [])?;
    let broken = desk.controller.audit_verify(0).await?.broken;
    assert_eq!(broken.as_deref(), Some("Entry 115 was changed."));
    Ok(())
}

#[tokio::test]
async fn an_end_that_was_deleted_edited_or_put_back_shows() -> Result<()> {
    let desk = tampered("").await?;
    let ends = desk.data.path().join(ENDS);
    let now = fs::read_to_string(&ends)?;
    let edited = now.replace("\"number\":4", "\"number\":3");
    assert_ne!(edited, now);
    for text in ["", "{}", &edited] {
        fs::write(&ends, text)?;
        let broken = desk.controller.audit_verify(0).await?.broken;
        assert_eq!(
            broken.as_deref(),
            Some("The kept end of the record is missing or was changed."),
            "{text}"
        );
    }
    fs::remove_file(&ends)?;
    assert!(desk.controller.audit_verify(0).await?.broken.is_some());
    fs::write(&ends, now)?;
    assert_eq!(desk.controller.audit_verify(0).await?.broken, None);
    Ok(())
}

#[tokio::test]
async fn what_is_written_after_a_cut_does_not_hide_it() -> Result<()> {
    let desk = tampered("delete from audit where number > 2").await?;
    let contracts = desk.controller.contracts().await?;
    desk.controller.remove_contract(contracts[0].id).await?;
    assert!(desk.controller.audit_verify(0).await?.broken.is_some());
    Ok(())
}

/// How each step of a check went: by its problem's code.
pub(crate) fn codes(results: &[CheckResult]) -> Vec<(CheckStep, Option<&str>)> {
    results.iter().map(|each| (each.step, each.problem.as_ref().map(|found| found.code.as_str()))).collect()
}

#[tokio::test]
async fn the_check_of_the_computer_finds_what_is_not_as_it_should_be() -> Result<()> {
    let fine = tampered("").await?.controller.check_computer(0).await;
    let steps = [CheckStep::Keychain, CheckStep::Records, CheckStep::AuditRecord];
    assert_eq!(codes(&fine), steps.map(|step| (step, None)));
    let changed = tampered(TAMPERINGS[0].0).await?.controller.check_computer(0).await;
    assert_eq!(codes(&changed)[2], (CheckStep::AuditRecord, Some("auditRecordChanged")));
    let desk = Desk::with_keychain(Options::instant(), Arc::new(Coming::default())).await?;
    let without = desk.controller.check_computer(0).await;
    assert_eq!(codes(&without)[0], (CheckStep::Keychain, Some("keychainUnavailable")));
    fs::remove_dir_all(desk.data.path())?;
    let without = desk.controller.check_computer(0).await;
    assert_eq!(codes(&without)[1], (CheckStep::Records, Some("storeFault")));
    Ok(())
}

#[tokio::test]
async fn the_check_of_a_contract_looks_at_its_folder_and_at_its_connection_all_the_same() -> Result<()> {
    let desk = Desk::new(Options::instant()).await?;
    let contract = desk.add("Z1001").await?;
    let connection = [
        CheckStep::AddressFound,
        CheckStep::SecureConnection,
        CheckStep::SignedIn,
        CheckStep::ServiceOpen,
        CheckStep::ClockRight,
    ];
    let fine = desk.controller.check_contract(0, contract).await?;
    assert_eq!(codes(&fine)[0], (CheckStep::SaveFolder, None));
    assert_eq!(codes(&fine)[1..], connection.map(|step| (step, None)));
    fs::remove_dir_all(desk.save_folder())?;
    let gone = desk.controller.check_contract(0, contract).await?;
    assert_eq!(codes(&gone)[0], (CheckStep::SaveFolder, Some("folderMissing")));
    assert_eq!(codes(&gone)[1..], connection.map(|step| (step, None)));
    Ok(())
}

#[tokio::test]
async fn a_setting_that_does_not_concern_the_way_to_the_service_keeps_exports_signed_in() -> Result<()> {
    let desk = Desk::new(Options::instant()).await?;
    let contract = desk.add("Z1001").await?;
    for parallel_files in [3, 5] {
        let settings = Settings { parallel_files, ..desk.controller.settings() };
        desk.controller.set_settings(settings).await?;
        assert_eq!(desk.export(contract).await?.phase, PhaseView::Complete);
    }
    let by_password = |authorization: &str| authorization == "Basic";
    let sign_ins =
        desk.service.journal().into_iter().filter(|r| r.authorization.as_deref().is_some_and(by_password));
    assert_eq!(sign_ins.count(), 1);
    Ok(())
}

#[tokio::test]
async fn the_log_stays_where_it_was_when_its_folder_cannot_be_noted() -> Result<()> {
    let desk = Desk::new(Options::instant()).await?;
    let usual = desk.controller.log_folder();
    let chosen = desk.claims.path().join("log");
    let settings = || Settings { log_folder: Some(chosen.clone()), ..desk.controller.settings() };
    let refuse = "create trigger refused before insert on setting begin select raise(abort, 'refused'); end";
    deed::records(&desk, refuse)?;
    assert_eq!(desk.controller.set_settings(settings()).await.unwrap_err().code(), "storeFault");
    assert_eq!((desk.controller.log_folder(), desk.controller.settings().log_folder), (usual, None));
    deed::records(&desk, "drop trigger refused")?;
    desk.controller.set_settings(settings()).await?;
    assert_eq!(desk.controller.log_folder(), chosen);
    Ok(())
}
