//! The settings.

use rusqlite::{Connection, OptionalExtension, params};

use super::Json;
use crate::settings::Settings;

/// The settings; the defaults where none were stored.
pub fn get(connection: &Connection) -> rusqlite::Result<Settings> {
    let stored: Option<Json<Settings>> = connection
        .query_row("select value from setting where name = 'settings'", [], |row| row.get(0))
        .optional()?;
    Ok(stored.map(|settings| settings.0).unwrap_or_default())
}

/// Stores the settings.
pub fn put(connection: &Connection, settings: &Settings) -> rusqlite::Result<()> {
    connection.execute(
        "insert or replace into setting (name, value) values ('settings', ?1)",
        params![Json(settings)],
    )?;
    Ok(())
}
