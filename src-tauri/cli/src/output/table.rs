//! Rows under their headings, in columns.

/// The rows as lines, each column as wide as its widest cell. The last column is not padded.
pub(super) fn lines<const COLUMNS: usize>(
    headings: [&str; COLUMNS],
    rows: &[[String; COLUMNS]],
) -> Vec<String> {
    let width = |column: usize| {
        let cells = rows.iter().map(|row| row[column].chars().count());
        cells.chain([headings[column].len()]).max().unwrap_or(0)
    };
    let widths: [usize; COLUMNS] = std::array::from_fn(width);
    let headings = headings.map(str::to_owned);
    std::iter::once(&headings).chain(rows).map(|row| padded(row, &widths)).collect()
}

fn padded(row: &[String], widths: &[usize]) -> String {
    let cells: Vec<_> = row.iter().zip(widths).map(|(cell, width)| format!("{cell:width$}")).collect();
    cells.join("  ").trim_end().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_under_each_other() {
        let rows = [["Z1001".to_owned(), "ä".to_owned()], ["S5".to_owned(), String::new()]];
        assert_eq!(lines(["NO", "NAME"], &rows), ["NO     NAME", "Z1001  ä", "S5"]);
    }
}
