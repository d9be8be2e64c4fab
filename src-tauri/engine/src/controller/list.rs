//! The list of contracts as the window shows it: what was exported of each, and when the next export is due.

use chrono::{DateTime, TimeDelta, Utc};

use super::{Controller, lock};
use crate::contract::{Contract, ContractKey, Endpoints, Environment};
use crate::export::{Phase, Record};
use crate::parameters::FhirVersion;
use crate::problem::Problem;
use crate::store;
use crate::view::{ContractView, CoverageView, Event, ExportForm, FailedExport, LastExport};

/// Days after which the next export is due.
const DUE_DAYS: i64 = 14;

impl Controller {
    /// Every contract, by number.
    pub async fn contracts(&self) -> Result<Vec<ContractView>, Problem> {
        let rows = self
            .0
            .store
            .read(|connection| {
                store::contracts::all(connection)?
                    .into_iter()
                    .map(|one| row(connection, one))
                    .collect::<Result<Vec<_>, _>>()
            })
            .await?;
        Ok(rows.into_iter().map(|row| self.contract_view(row)).collect())
    }

    /// Shows the list of contracts as it is now.
    pub(super) async fn show_contracts(&self) -> Result<(), Problem> {
        let _alone = self.0.showing.lock().await;
        let contracts = self.contracts().await?;
        self.emit(Event::Contracts { contracts });
        Ok(())
    }

    pub(super) fn contract_view(&self, row: Row) -> ContractView {
        let Row { contract, has_credentials, last_form, last_export, last_failed, usual, coverage } = row;
        let kept = lock(&self.0.for_this_run).contains_key(&contract.key());
        let address = |pick: fn(&Endpoints) -> &url::Url| {
            contract.endpoints.as_ref().map(|e| pick(e).to_string()).unwrap_or_default()
        };
        let covered_to = usual.and_then(|usual| covered_to(&coverage, usual));
        let due = last_export
            .as_ref()
            .filter(|_| contract.environment == Environment::Production)
            .map(|last| covered_to.unwrap_or(last.finished_at) + TimeDelta::days(DUE_DAYS));
        ContractView {
            id: contract.id,
            number: contract.number.to_string(),
            nickname: contract.nickname.clone(),
            environment: contract.environment,
            api_url: address(Endpoints::api),
            token_url: address(Endpoints::token),
            folder: contract.folder.display().to_string(),
            in_keychain: has_credentials,
            has_credentials: has_credentials || kept || contract.environment == Environment::Practice,
            last_export,
            last_failed,
            due,
            covered_to,
            coverage,
            last_form,
        }
    }
}

/// What the list shows of a contract, read in one go.
pub(super) struct Row {
    contract: Contract,
    has_credentials: bool,
    last_form: Option<ExportForm>,
    last_export: Option<LastExport>,
    last_failed: Option<FailedExport>,
    /// The version that it is usually exported in.
    usual: Option<FhirVersion>,
    coverage: Vec<CoverageView>,
}

pub(super) fn row(connection: &rusqlite::Connection, contract: Contract) -> rusqlite::Result<Row> {
    let key = contract.key();
    let last = store::exports::last_complete(connection, &key)?;
    Ok(Row {
        has_credentials: store::contracts::has_credentials(connection, contract.id)?,
        last_form: store::contracts::last_form(connection, contract.id)?,
        last_export: last.map(|record| {
            let finished_at = record.times.finished.unwrap_or_default();
            let took = finished_at - record.times.asked.unwrap_or(finished_at);
            LastExport {
                id: record.id,
                version: record.parameters.version,
                finished_at,
                claims: record.totals.claims,
                bytes: record.totals.bytes,
                seconds: took.num_seconds().unsigned_abs(),
            }
        }),
        last_failed: store::exports::newest(connection, &key)?.as_ref().and_then(failed),
        usual: usual(&store::exports::last_versions(connection, &key, 3)?),
        coverage: FhirVersion::ALL
            .into_iter()
            .map(|version| coverage_view(connection, &key, version))
            .collect::<Result<_, _>>()?,
        contract,
    })
}

/// The version of a routine, given those of the last three complete exports, the newest first: to try another one once
/// does not change it.
fn usual(versions: &[FhirVersion]) -> Option<FhirVersion> {
    match versions {
        [_, second, third] if second == third => Some(*second),
        _ => versions.first().copied(),
    }
}

fn covered_to(coverage: &[CoverageView], version: FhirVersion) -> Option<DateTime<Utc>> {
    coverage.iter().find(|each| each.version == version)?.covered_to
}

/// An export that ended by a problem, if it did.
fn failed(record: &Record) -> Option<FailedExport> {
    let ended_at = record.times.finished?;
    matches!(record.phase, Phase::Failed { .. } | Phase::Expired { .. })
        .then_some(FailedExport { id: record.id, ended_at })
}

fn coverage_view(
    connection: &rusqlite::Connection,
    key: &ContractKey,
    version: FhirVersion,
) -> rusqlite::Result<CoverageView> {
    let coverage = store::coverage::get(connection, key, version)?;
    Ok(CoverageView { version, covered_to: coverage.mark(), gaps: coverage.gaps() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_that_was_tried_once_is_not_the_usual_one() {
        use FhirVersion::{R4, R4v3};
        assert_eq!(usual(&[R4v3, R4, R4]), Some(R4), "it was tried");
        assert_eq!(usual(&[R4, R4v3, R4]), Some(R4), "and the usual one went on");
        assert_eq!(usual(&[R4v3, R4v3, R4]), Some(R4v3), "it is the usual one now");
        assert_eq!(usual(&[R4v3, R4]), Some(R4v3));
        assert_eq!(usual(&[]), None);
    }
}
