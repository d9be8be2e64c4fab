//! Exports and their files.

use std::collections::HashSet;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use rusqlite::{Connection, OptionalExtension, Row, params};

use super::{Json, contracts};
use crate::api::JobUrl;
use crate::contract::{ContractKey, Environment};
use crate::export::{FileRecord, Record};
use crate::parameters::FhirVersion;
use crate::view::{ExportId, HistoryContract};

/// Adds an export and returns its number.
pub fn add(connection: &Connection, record: &Record) -> rusqlite::Result<ExportId> {
    let key = record.key();
    let asked = record.times.asked.unwrap_or_default().timestamp_millis();
    connection.execute(
        "insert into export (number, environment, origin, phase, asked_at, record) values (?1, ?2, ?3, ?4, ?5, ?6)",
        params![key.number.as_str(), key.environment.as_str(), key.origin, record.phase.name(), asked, Json(record)],
    )?;
    Ok(ExportId(connection.last_insert_rowid()))
}

/// Stores an export as it stands.
pub fn replace(connection: &Connection, record: &Record) -> rusqlite::Result<()> {
    let ended =
        record.phase.has_ended().then(|| record.times.finished.unwrap_or_default().timestamp_millis());
    connection
        .prepare_cached("update export set phase = ?2, ended_at = ?3, record = ?4 where id = ?1")?
        .execute(params![record.id.0, record.phase.name(), ended, Json(record)])?;
    Ok(())
}

/// One export.
pub fn get(connection: &Connection, id: ExportId) -> rusqlite::Result<Option<Record>> {
    connection
        .prepare_cached("select id, record from export where id = ?1")?
        .query_row([id.0], read)
        .optional()
}

/// The folder of every export that has one, the newest first.
pub fn folders(connection: &Connection) -> rusqlite::Result<Vec<(ExportId, PathBuf)>> {
    connection
        .prepare_cached(
            "select id, record ->> '$.folder' as folder from export where folder is not null order by id desc",
        )?
        .query_map([], |row| Ok((ExportId(row.get(0)?), PathBuf::from(row.get::<_, String>(1)?))))?
        .collect()
}

/// Every export that has not ended, the oldest first.
pub fn unfinished(connection: &Connection) -> rusqlite::Result<Vec<Record>> {
    connection
        .prepare_cached("select id, record from export where ended_at is null order by id")?
        .query_map([], read)?
        .collect()
}

/// The jobs that other exports have.
pub fn jobs_of_others(connection: &Connection, id: ExportId) -> rusqlite::Result<HashSet<JobUrl>> {
    connection
        .prepare_cached(
            "select json_quote(json_extract(record, '$.job')) from export
             where id <> ?1 and json_extract(record, '$.job') is not null",
        )?
        .query_map([id.0], |row| Ok(row.get::<_, Json<JobUrl>>(0)?.0))?
        .collect()
}

/// The last complete export under a key.
pub fn last_complete(connection: &Connection, key: &ContractKey) -> rusqlite::Result<Option<Record>> {
    connection
        .prepare_cached(
            "select id, record from export
             where environment = ?1 and origin = ?2 and number = ?3 and phase = 'complete' order by id desc limit 1",
        )?
        .query_row(params![key.environment.as_str(), key.origin, key.number.as_str()], read)
        .optional()
}

/// The versions of the last complete exports under a key, the newest first.
pub fn last_versions(
    connection: &Connection,
    key: &ContractKey,
    count: u32,
) -> rusqlite::Result<Vec<FhirVersion>> {
    connection
        .prepare_cached(
            "select record -> '$.parameters.version' from export
             where environment = ?1 and origin = ?2 and number = ?3 and phase = 'complete' order by id desc limit ?4",
        )?
        .query_map(params![key.environment.as_str(), key.origin, key.number.as_str(), count], |row| {
            Ok(row.get::<_, Json<FhirVersion>>(0)?.0)
        })?
        .collect()
}

/// The newest export under a key, wherever it stands.
pub fn newest(connection: &Connection, key: &ContractKey) -> rusqlite::Result<Option<Record>> {
    connection
        .prepare_cached(
            "select id, record from export
             where environment = ?1 and origin = ?2 and number = ?3 order by id desc limit 1",
        )?
        .query_row(params![key.environment.as_str(), key.origin, key.number.as_str()], read)
        .optional()
}

/// Which exports a query of the history asks for.
#[derive(Debug, Clone, Default)]
pub struct Query {
    /// Only of this contract number.
    pub number: Option<String>,
    /// Only from this environment.
    pub environment: Option<Environment>,
    /// Only asked for at or after this time.
    pub from: Option<DateTime<Utc>>,
    /// Only asked for before this time.
    pub before: Option<DateTime<Utc>>,
    /// Only with one of these results, as [`HistoryFilter`](crate::view::HistoryFilter) names them; with any where there
    /// is none.
    pub results: Vec<String>,
    /// Rows to pass over.
    pub offset: u32,
    /// Rows at most.
    pub limit: u32,
}

/// The exports that a query asks for, the newest first, and how many there are in all.
pub fn history(connection: &Connection, query: &Query) -> rusqlite::Result<(Vec<Record>, u32)> {
    const WHERE: &str = "where (?1 is null or number = ?1) and (?2 is null or environment = ?2)
        and (?3 is null or asked_at >= ?3) and (?4 is null or asked_at < ?4)
        and (?5 = '[]' or case
            when phase = 'waiting' and record ->> '$.phase.until' is null then 'needsYou'
            when phase <> 'complete' then phase
            when record ->> '$.unrepaired' is not null or record ->> '$.damaged' > 0 then 'notWhole'
            when record ->> '$.totals.errorFiles' > 0 then
                iif(record ->> '$.totals.claims' = 0, 'notDelivered', 'partlyDelivered')
            when record ->> '$.totals.claims' = 0 then 'noNewClaims'
            else phase end in (select value from json_each(?5)))";
    let environment = query.environment.map(Environment::as_str);
    let from = query.from.map(|time| time.timestamp_millis());
    let before = query.before.map(|time| time.timestamp_millis());
    let results = Json(&query.results);
    let total = connection
        .prepare_cached(&format!("select count(*) from export {WHERE}"))?
        .query_row(params![query.number, environment, from, before, results], |row| row.get(0))?;
    let rows = connection
        .prepare_cached(&format!(
            "select id, record from export {WHERE} order by id desc limit ?6 offset ?7"
        ))?
        .query_map(
            params![query.number, environment, from, before, results, query.limit, query.offset],
            read,
        )?
        .collect::<Result<_, _>>()?;
    Ok((rows, total))
}

/// How many exports there are.
pub fn count(connection: &Connection) -> rusqlite::Result<u32> {
    connection.prepare_cached("select count(*) from export")?.query_row([], |row| row.get(0))
}

/// Every contract that there are exports of, in order.
pub fn contracts(connection: &Connection) -> rusqlite::Result<Vec<HistoryContract>> {
    connection
        .prepare_cached("select distinct number, environment from export order by number, environment")?
        .query_map([], |row| {
            let environment: String = row.get(1)?;
            Ok(HistoryContract {
                number: row.get(0)?,
                environment: environment.parse().map_err(contracts::invalid)?,
            })
        })?
        .collect()
}

/// An export's files, in the manifest's order.
pub fn files(connection: &Connection, id: ExportId) -> rusqlite::Result<Vec<FileRecord>> {
    connection
        .prepare_cached("select record from file where export_id = ?1 order by place")?
        .query_map([id.0], |row| Ok(row.get::<_, Json<FileRecord>>(0)?.0))?
        .collect()
}

/// Stores these files as they stand, and no others.
pub fn put_files(connection: &Connection, id: ExportId, files: &[FileRecord]) -> rusqlite::Result<()> {
    connection.prepare_cached("delete from file where export_id = ?1")?.execute([id.0])?;
    files.iter().try_for_each(|file| put_file(connection, id, file))
}

/// Stores a file as it stands.
pub fn put_file(connection: &Connection, id: ExportId, file: &FileRecord) -> rusqlite::Result<()> {
    connection
        .prepare_cached("insert or replace into file (export_id, place, record) values (?1, ?2, ?3)")?
        .execute(params![id.0, file.index, Json(file)])?;
    Ok(())
}

fn read(row: &Row<'_>) -> rusqlite::Result<Record> {
    let mut record: Record = row.get::<_, Json<Record>>(1)?.0;
    record.id = ExportId(row.get(0)?);
    Ok(record)
}
