//! Contracts whose credentials in the keychain count no longer, and are to be forgotten as soon as it can be opened.

use rusqlite::{Connection, params};

use super::Json;
use crate::audit::Subject;

/// All of them.
pub fn all(connection: &Connection) -> rusqlite::Result<Vec<Subject>> {
    let mut statement = connection.prepare("select contract from forgotten")?;
    statement.query_map([], |row| Ok(row.get::<_, Json<Subject>>(0)?.0))?.collect()
}

/// Whether a contract is one of them.
pub fn has(connection: &Connection, contract: &Subject) -> rusqlite::Result<bool> {
    let query = "select exists (select 1 from forgotten where contract = ?1)";
    connection.query_row(query, params![Json(contract)], |row| row.get(0))
}

/// Adds one.
pub fn add(connection: &Connection, contract: &Subject) -> rusqlite::Result<()> {
    connection
        .execute("insert or replace into forgotten (contract) values (?1)", params![Json(contract)])
        .map(drop)
}

/// Takes one out: its credentials are forgotten, or others were stored meanwhile.
pub fn remove(connection: &Connection, contract: &Subject) -> rusqlite::Result<()> {
    connection.execute("delete from forgotten where contract = ?1", params![Json(contract)]).map(drop)
}
