//! The audit record's rows.

use rusqlite::{Connection, OptionalExtension, Row, params};

use super::Json;
use crate::audit::{Chain, Entry, Link};

/// Appends an entry, chained to the one before it.
pub fn append(connection: &Connection, chain: &Chain, entry: &Entry) -> rusqlite::Result<Link> {
    let text = serde_json::to_string(entry)
        .map_err(|error| rusqlite::Error::ToSqlConversionFailure(error.into()))?;
    let link = chain.link(last(connection)?.as_ref(), &text);
    connection.execute(
        "insert into audit (number, entry, keyed, link) values (?1, ?2, ?3, ?4)",
        params![link.number.cast_signed(), text, link.keyed, Json(&link.hash)],
    )?;
    Ok(link)
}

/// Entries that are read at once.
const BATCH: u32 = 100;

/// Shows some entries as they were written, with their links, in order, from the one after `number`. Returns the number
/// of the last one shown, `None` behind the last of all.
pub fn visit_after(
    connection: &Connection,
    number: u64,
    mut visit: impl FnMut(String, Link) -> rusqlite::Result<()>,
) -> rusqlite::Result<Option<u64>> {
    let mut statement = connection.prepare_cached(
        "select number, keyed, link, entry from audit where number > ?1 order by number limit ?2",
    )?;
    let mut rows = statement.query(params![number.cast_signed(), BATCH])?;
    let mut shown = None;
    while let Some(row) = rows.next()? {
        let link = read(row)?;
        shown = Some(link.number);
        visit(row.get(3)?, link)?;
    }
    Ok(shown)
}

/// How many entries there are.
pub fn count(connection: &Connection) -> rusqlite::Result<u64> {
    connection.query_row("select count(*) from audit", [], |row| row.get(0)).map(i64::cast_unsigned)
}

fn last(connection: &Connection) -> rusqlite::Result<Option<Link>> {
    connection
        .query_row("select number, keyed, link from audit order by number desc limit 1", [], read)
        .optional()
}

fn read(row: &Row<'_>) -> rusqlite::Result<Link> {
    Ok(Link {
        number: row.get::<_, i64>(0)?.cast_unsigned(),
        keyed: row.get(1)?,
        hash: row.get::<_, Json<_>>(2)?.0,
    })
}
