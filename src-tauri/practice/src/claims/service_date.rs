//! The service-date terms of `_typeFilter`.

use chrono::{DateTime, Days, FixedOffset, Months, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use serde::{Deserialize, Serialize};

/// One term, such as `ge2024-01-01`: a comparison with a period, which is as long as the date is inexact.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct ServiceDate {
    comparison: Comparison,
    start: NaiveDateTime,
    end: NaiveDateTime,
}

/// The prefixes of FHIR that the service knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
enum Comparison {
    Equal,
    Greater,
    GreaterOrEqual,
    Less,
    LessOrEqual,
    StartsAfter,
    EndsBefore,
}

impl ServiceDate {
    /// Reads a term: an optional prefix, then a year, month, day or time.
    pub(crate) fn parse(term: &str) -> Option<Self> {
        let (comparison, date) = prefix(term);
        let (start, end) = period(date)?;
        Some(Self { comparison, start, end })
    }

    /// Whether a service from one day to another (both included) is meant.
    pub(crate) fn admits(&self, first: NaiveDate, last: NaiveDate) -> bool {
        let from = first.and_time(NaiveTime::MIN);
        let to = (last + Days::new(1)).and_time(NaiveTime::MIN);
        match self.comparison {
            Comparison::Equal => from >= self.start && to <= self.end,
            Comparison::Greater => to > self.end,
            Comparison::GreaterOrEqual => to > self.end || from >= self.start,
            Comparison::Less => from < self.start,
            Comparison::LessOrEqual => from < self.start || to <= self.end,
            Comparison::StartsAfter => from >= self.end,
            Comparison::EndsBefore => to <= self.start,
        }
    }
}

fn prefix(term: &str) -> (Comparison, &str) {
    const PREFIXES: [(&str, Comparison); 7] = [
        ("eq", Comparison::Equal),
        ("gt", Comparison::Greater),
        ("ge", Comparison::GreaterOrEqual),
        ("lt", Comparison::Less),
        ("le", Comparison::LessOrEqual),
        ("sa", Comparison::StartsAfter),
        ("eb", Comparison::EndsBefore),
    ];
    let found = PREFIXES.iter().find_map(|(name, meaning)| Some((*meaning, term.strip_prefix(name)?)));
    found.unwrap_or((Comparison::Equal, term))
}

fn period(date: &str) -> Option<(NaiveDateTime, NaiveDateTime)> {
    match date.len() {
        4 => month(&format!("{date}-01"), 12),
        7 => month(date, 1),
        10 => {
            let day = NaiveDate::parse_from_str(date, "%Y-%m-%d").ok()?;
            Some((day.and_time(NaiveTime::MIN), (day + Days::new(1)).and_time(NaiveTime::MIN)))
        }
        _ => time(date).map(|time| (time, time + TimeDelta::seconds(1))),
    }
}

fn month(first: &str, months: u32) -> Option<(NaiveDateTime, NaiveDateTime)> {
    let day = NaiveDate::parse_from_str(&format!("{first}-01"), "%Y-%m-%d").ok()?;
    let next = day.checked_add_months(Months::new(months))?;
    Some((day.and_time(NaiveTime::MIN), next.and_time(NaiveTime::MIN)))
}

fn time(text: &str) -> Option<NaiveDateTime> {
    let zoned: Result<DateTime<FixedOffset>, _> = DateTime::parse_from_rfc3339(text);
    zoned.map(|time| time.naive_utc()).ok().or_else(|| text.parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn admits(term: &str, first: &str, last: &str) -> bool {
        ServiceDate::parse(term).unwrap().admits(first.parse().unwrap(), last.parse().unwrap())
    }

    #[test]
    fn each_prefix_compares_as_fhir_says() {
        assert!(admits("2024-03", "2024-03-01", "2024-03-31"));
        assert!(!admits("eq2024-03", "2024-03-31", "2024-04-01"));
        assert!(admits("ge2024-01-01", "2024-01-01", "2024-01-01"));
        assert!(!admits("gt2024-01-01", "2024-01-01", "2024-01-01"));
        assert!(admits("gt2024-01-01", "2024-01-01", "2024-01-02"));
        assert!(admits("le2024-12-31", "2024-12-31", "2024-12-31"));
        assert!(!admits("lt2024", "2024-01-01", "2024-01-01"));
        assert!(admits("lt2024", "2023-12-31", "2024-01-01"));
        assert!(admits("sa2024-01-01", "2024-01-02", "2024-01-02"));
        assert!(!admits("sa2024-01-01", "2024-01-01", "2024-01-02"));
        assert!(admits("eb2024-01-01T00:00:00Z", "2023-12-31", "2023-12-31"));
    }

    #[test]
    fn what_is_no_date_is_refused() {
        for term in ["", "ge", "24-01-01", "ge2024-13-01", "yesterday", "xx2024-01-01"] {
            assert_eq!(ServiceDate::parse(term), None, "{term}");
        }
    }
}
