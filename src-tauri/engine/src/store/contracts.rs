//! Contracts, and what was chosen for each the last time.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::Json;
use crate::contract::{Contract, ContractId, ContractNumber, Endpoints};
use crate::view::ExportForm;

const COLUMNS: &str = "id, number, environment, nickname, endpoints, folder";

/// Every contract, by number.
pub fn all(connection: &Connection) -> rusqlite::Result<Vec<Contract>> {
    let mut statement =
        connection.prepare_cached(&format!("select {COLUMNS} from contract order by number, environment"))?;
    statement.query_map([], read)?.collect()
}

/// One contract.
pub fn get(connection: &Connection, id: ContractId) -> rusqlite::Result<Option<Contract>> {
    let mut statement =
        connection.prepare_cached(&format!("select {COLUMNS} from contract where id = ?1"))?;
    statement.query_row([id.0], read).optional()
}

/// Adds a contract (its `id` does not matter) and returns its number in the store.
pub fn add(connection: &Connection, contract: &Contract) -> rusqlite::Result<ContractId> {
    let key = contract.key();
    connection.execute(
        "insert into contract (number, environment, origin, nickname, endpoints, folder) values (?1, ?2, ?3, ?4, ?5, ?6)",
        params![
            key.number.as_str(),
            key.environment.as_str(),
            key.origin,
            contract.nickname,
            Json(&contract.endpoints),
            Json(&contract.folder)
        ],
    )?;
    Ok(ContractId(connection.last_insert_rowid()))
}

/// Replaces a contract's particulars.
pub fn replace(connection: &Connection, contract: &Contract) -> rusqlite::Result<bool> {
    let key = contract.key();
    let replaced = connection.execute(
        "update contract set number = ?2, environment = ?3, origin = ?4, nickname = ?5, endpoints = ?6, folder = ?7 where id = ?1",
        params![
            contract.id.0,
            key.number.as_str(),
            key.environment.as_str(),
            key.origin,
            contract.nickname,
            Json(&contract.endpoints),
            Json(&contract.folder)
        ],
    )?;
    Ok(replaced > 0)
}

/// Forgets a contract; its exports, files and coverage stay.
pub fn remove(connection: &Connection, id: ContractId) -> rusqlite::Result<()> {
    connection.execute("delete from contract where id = ?1", [id.0])?;
    Ok(())
}

/// What was chosen for the contract the last time.
pub fn last_form(connection: &Connection, id: ContractId) -> rusqlite::Result<Option<ExportForm>> {
    let query = "select last_form from contract where id = ?1";
    let form: Option<Option<Json<ExportForm>>> =
        connection.query_row(query, [id.0], |row| row.get(0)).optional()?;
    Ok(form.flatten().map(|form| form.0))
}

/// Remembers what was chosen.
pub fn remember_form(connection: &Connection, id: ContractId, form: &ExportForm) -> rusqlite::Result<()> {
    connection.execute("update contract set last_form = ?2 where id = ?1", params![id.0, Json(form)])?;
    Ok(())
}

/// Whether the contract's credentials were put into the keychain.
pub fn has_credentials(connection: &Connection, id: ContractId) -> rusqlite::Result<bool> {
    let query = "select has_credentials from contract where id = ?1";
    Ok(connection.query_row(query, [id.0], |row| row.get(0)).optional()?.unwrap_or(false))
}

/// The contracts whose credentials were put into the keychain, in order.
pub fn with_credentials(connection: &Connection) -> rusqlite::Result<Vec<ContractId>> {
    let mut statement =
        connection.prepare_cached("select id from contract where has_credentials order by id")?;
    statement.query_map([], |row| Ok(ContractId(row.get(0)?)))?.collect()
}

/// Notes whether the contract's credentials are in the keychain, so that a list of contracts does not open it.
pub fn note_credentials(connection: &Connection, id: ContractId, stored: bool) -> rusqlite::Result<bool> {
    let query = "update contract set has_credentials = ?2 where id = ?1";
    Ok(connection.execute(query, params![id.0, stored])? > 0)
}

fn read(row: &Row<'_>) -> rusqlite::Result<Contract> {
    let number: String = row.get(1)?;
    let environment: String = row.get(2)?;
    Ok(Contract {
        id: ContractId(row.get(0)?),
        number: number.parse::<ContractNumber>().map_err(invalid)?,
        environment: environment.parse().map_err(invalid)?,
        nickname: row.get(3)?,
        endpoints: row.get::<_, Json<Option<Endpoints>>>(4)?.0,
        folder: row.get::<_, Json<_>>(5)?.0,
    })
}

pub(super) fn invalid(error: impl std::error::Error + Send + Sync + 'static) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(1, rusqlite::types::Type::Text, Box::new(error))
}
