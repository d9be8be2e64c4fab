//! Covered stretches, per environment, API origin, contract and FHIR version, and the credentials that are known to bring
//! a contract's claims.

use chrono::DateTime;
use rusqlite::{Connection, params};

use crate::contract::ContractKey;
use crate::coverage::Coverage;
use crate::parameters::FhirVersion;
use crate::view::Interval;

const KEY: &str = "environment = ?1 and origin = ?2 and number = ?3 and version = ?4";

/// What is covered.
pub fn get(connection: &Connection, key: &ContractKey, version: FhirVersion) -> rusqlite::Result<Coverage> {
    let mut statement =
        connection.prepare_cached(&format!("select from_ms, to_ms from coverage where {KEY}"))?;
    let time = |ms: i64| DateTime::from_timestamp_millis(ms).unwrap_or_default();
    let intervals = statement
        .query_map(
            params![key.environment.as_str(), key.origin, key.number.as_str(), version.as_str()],
            |row| Ok(Interval { from: row.get::<_, Option<i64>>(0)?.map(time), to: time(row.get(1)?) }),
        )?
        .collect::<Result<Vec<_>, _>>()?;
    Ok(Coverage::of(intervals))
}

/// Replaces what is covered.
pub fn put(
    connection: &Connection,
    key: &ContractKey,
    version: FhirVersion,
    coverage: &Coverage,
) -> rusqlite::Result<()> {
    let (environment, number, version) = (key.environment.as_str(), key.number.as_str(), version.as_str());
    connection.execute(
        &format!("delete from coverage where {KEY}"),
        params![environment, key.origin, number, version],
    )?;
    let mut statement = connection.prepare_cached(
        "insert into coverage (environment, origin, number, version, from_ms, to_ms) values (?1, ?2, ?3, ?4, ?5, ?6)",
    )?;
    for interval in coverage.intervals() {
        let from = interval.from.map(|from| from.timestamp_millis());
        statement.execute(params![
            environment,
            key.origin,
            number,
            version,
            from,
            interval.to.timestamp_millis()
        ])?;
    }
    Ok(())
}

/// Notes that the credentials with this client ID brought a file of the contract.
pub fn prove(connection: &Connection, key: &ContractKey, client_id: &str) -> rusqlite::Result<()> {
    let query =
        "insert or ignore into proven (environment, origin, number, client_id) values (?1, ?2, ?3, ?4)";
    connection
        .execute(query, params![key.environment.as_str(), key.origin, key.number.as_str(), client_id])
        .map(drop)
}

/// Whether they ever did.
pub fn is_proven(connection: &Connection, key: &ContractKey, client_id: &str) -> rusqlite::Result<bool> {
    connection
        .prepare_cached(
            "select 1 from proven where environment = ?1 and origin = ?2 and number = ?3 and client_id = ?4",
        )?
        .exists(params![key.environment.as_str(), key.origin, key.number.as_str(), client_id])
}
