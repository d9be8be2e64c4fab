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

/// Every entry as it was written, with its link, in order.
pub fn each(
    connection: &Connection,
    mut visit: impl FnMut(String, Link) -> rusqlite::Result<()>,
) -> rusqlite::Result<()> {
    let mut statement = connection.prepare("select number, keyed, link, entry from audit order by number")?;
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        visit(row.get(3)?, read(row)?)?;
    }
    Ok(())
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
