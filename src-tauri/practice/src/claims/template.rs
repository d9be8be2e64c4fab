//! Claims rendered once, with holes for what differs from claim to claim.
//!
//! A line is assembled by copying, at several hundred megabytes a second, and never by building JSON.

use std::sync::OnceLock;

use chrono::{DateTime, Datelike, NaiveDate, TimeDelta, Timelike, Utc};

use super::kind::ClaimType;
use super::population::{Claim, mixed};
use super::{r4, stu3, v3};
use crate::version::Version;

/// How many different claims of each type there are, IDs, dates and amounts apart.
pub(super) const VARIANTS: usize = 4;

/// Appends a claim as one line of NDJSON.
pub(crate) fn write_line(claim: &Claim, version: Version, line: &mut Vec<u8>) {
    for part in template(version, claim.kind, variant(claim)) {
        match part {
            Part::Text(text) => line.extend_from_slice(text.as_bytes()),
            Part::Hole(hole) => hole.fill(claim, line),
        }
    }
    line.push(b'\n');
}

fn variant(claim: &Claim) -> usize {
    usize::try_from(claim.dice >> 32).unwrap_or_default() % VARIANTS
}

/// The average length of a line, in bytes, as the types are distributed.
pub(crate) fn average_line(version: Version) -> u64 {
    const SAMPLE: u64 = 1000;
    static AVERAGES: [OnceLock<u64>; 3] = [const { OnceLock::new() }; 3];
    *AVERAGES[version.index()].get_or_init(|| {
        let mut lines = Vec::new();
        (0..SAMPLE).for_each(|number| write_line(&Claim::sample(number), version, &mut lines));
        lines.len() as u64 / SAMPLE
    })
}

/// A piece of a line.
#[derive(Debug)]
enum Part {
    Text(String),
    Hole(Hole),
}

/// What differs from claim to claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Hole {
    Id,
    Claim,
    Group,
    Control,
    Patient,
    Mbi,
    Npi(u64),
    Start,
    End,
    Processed,
    Updated,
    Created,
    Amount(u64),
}

impl Hole {
    fn named(name: &str) -> Option<Self> {
        let number = || name.trim_start_matches(char::is_alphabetic).parse().ok();
        Some(match name.trim_end_matches(|c: char| c.is_ascii_digit()) {
            "id" => Self::Id,
            "claim" => Self::Claim,
            "group" => Self::Group,
            "control" => Self::Control,
            "patient" => Self::Patient,
            "mbi" => Self::Mbi,
            "npi" => Self::Npi(number()?),
            "start" => Self::Start,
            "end" => Self::End,
            "processed" => Self::Processed,
            "updated" => Self::Updated,
            "created" => Self::Created,
            "amount" => Self::Amount(number()?),
            _ => return None,
        })
    }

    fn fill(self, claim: &Claim, line: &mut Vec<u8>) {
        match self {
            Self::Id => line.extend_from_slice(claim.id.as_bytes()),
            Self::Claim => digits(line, claim.number, 13),
            Self::Group => digits(line, 10_000_000_000 + claim.dice % 9_000_000_000, 11),
            Self::Control => digits(line, mixed(claim.dice) % 100_000_000_000_000, 14),
            Self::Patient => digits(line, claim.patient, 14),
            Self::Mbi => mbi(line, claim.patient),
            Self::Npi(role) => digits(line, 1_000_000_000 + npi(claim, role), 10),
            Self::Start => date(line, claim.service_start),
            Self::End => date(line, claim.service_end),
            Self::Processed => date(line, claim.service_end + TimeDelta::days(8)),
            Self::Updated => moment(line, claim.updated, true),
            Self::Created => moment(line, claim.updated, false),
            Self::Amount(which) => amount(line, mixed(claim.dice ^ which)),
        }
    }
}

/// A few hundred practitioners treat everybody.
fn npi(claim: &Claim, role: u64) -> u64 {
    mixed(claim.patient % 97 + role * 1000) % 900_000_000
}

/// A beneficiary identifier in the real form, with the S in second place that no real one has.
fn mbi(line: &mut Vec<u8>, patient: u64) {
    let letter = |value: u64| b"ACDEFGHJKMNPQRTUVWXY"[usize::try_from(value % 20).unwrap_or_default()];
    let dice = mixed(patient);
    line.extend_from_slice(b"1S");
    digits(line, dice % 100, 2);
    line.push(letter(dice >> 8));
    digits(line, (dice >> 16) % 100, 2);
    line.push(letter(dice >> 24));
    line.push(letter(dice >> 32));
    digits(line, (dice >> 40) % 100, 2);
}

fn amount(line: &mut Vec<u8>, dice: u64) {
    digits(line, 10 + dice % 490, if dice % 490 < 90 { 2 } else { 3 });
    line.push(b'.');
    // No trailing zero: JSON writers print none.
    digits(line, 1 + (dice >> 32) % 9, 1);
}

fn date(line: &mut Vec<u8>, date: NaiveDate) {
    digits(line, u64::from(date.year().unsigned_abs()), 4);
    line.push(b'-');
    digits(line, u64::from(date.month()), 2);
    line.push(b'-');
    digits(line, u64::from(date.day()), 2);
}

fn moment(line: &mut Vec<u8>, time: DateTime<Utc>, milliseconds: bool) {
    date(line, time.date_naive());
    line.push(b'T');
    digits(line, u64::from(time.hour()), 2);
    line.push(b':');
    digits(line, u64::from(time.minute()), 2);
    line.push(b':');
    digits(line, u64::from(time.second()), 2);
    if milliseconds {
        line.push(b'.');
        digits(line, u64::from(time.timestamp_subsec_millis()), 3);
    }
    line.extend_from_slice(b"+00:00");
}

/// Appends the last `width` decimal digits of a number.
fn digits(line: &mut Vec<u8>, mut number: u64, width: usize) {
    let end = line.len() + width;
    line.resize(end, b'0');
    for digit in line[end - width..].iter_mut().rev() {
        *digit = b'0' + u8::try_from(number % 10).unwrap_or_default();
        number /= 10;
    }
}

fn template(version: Version, kind: ClaimType, variant: usize) -> &'static [Part] {
    static TEMPLATES: [OnceLock<Vec<Vec<Part>>>; 3] = [const { OnceLock::new() }; 3];
    let templates = TEMPLATES[version.index()].get_or_init(|| all(version));
    &templates[kind as usize * VARIANTS + variant]
}

fn all(version: Version) -> Vec<Vec<Part>> {
    let resource = match version {
        Version::V1 => stu3::resource,
        Version::V2 => r4::resource,
        Version::V3 => v3::resource,
    };
    ClaimType::ALL
        .into_iter()
        .flat_map(|kind| (0..VARIANTS).map(move |variant| parts(&resource(kind, variant))))
        .collect()
}

/// Cuts a resource at its holes, which are written `{{name}}`.
fn parts(resource: &str) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut text = String::new();
    for (index, piece) in resource.split("{{").enumerate() {
        let hole = piece.split_once("}}").filter(|_| index > 0);
        match hole.and_then(|(name, rest)| Some((Hole::named(name)?, rest))) {
            Some((hole, rest)) => {
                parts.push(Part::Text(std::mem::take(&mut text)));
                parts.push(Part::Hole(hole));
                text.push_str(rest);
            }
            None => text.push_str(piece),
        }
    }
    parts.push(Part::Text(text));
    parts
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use serde_json::Value;

    use super::*;

    const VERSIONS: [Version; 3] = [Version::V1, Version::V2, Version::V3];

    /// A claim of every type in every variant.
    fn samples() -> Vec<Claim> {
        let mut seen = HashSet::new();
        let claims = (0..5000).map(Claim::sample);
        claims.filter(|claim| seen.insert((claim.kind, variant(claim)))).collect()
    }

    #[test]
    fn every_line_is_one_whole_resource() {
        assert_eq!(samples().len(), ClaimType::ALL.len() * VARIANTS);
        for version in VERSIONS {
            for claim in samples() {
                let mut line = Vec::new();
                write_line(&claim, version, &mut line);
                assert_eq!(line.pop(), Some(b'\n'));
                assert!(!line.contains(&b'\n'));
                let resource: Value = serde_json::from_slice(&line).unwrap();
                assert_eq!(resource["resourceType"], "ExplanationOfBenefit");
                assert_eq!(resource["id"], claim.id.as_str());
                assert_eq!(resource["billablePeriod"]["start"], claim.service_start.to_string());
                assert!(!String::from_utf8_lossy(&line).contains("{{"), "a hole was left open");
            }
        }
    }

    #[test]
    fn lines_are_about_as_long_as_real_ones() {
        // Averages over published samples: STU3 3 to 7 kB, R4 12 to 23 kB, v3 11 to 70 kB.
        assert!((2_500..7_000).contains(&average_line(Version::V1)), "{}", average_line(Version::V1));
        assert!((8_000..23_000).contains(&average_line(Version::V2)), "{}", average_line(Version::V2));
        assert!((9_000..40_000).contains(&average_line(Version::V3)), "{}", average_line(Version::V3));
    }

    #[test]
    fn a_moment_has_its_milliseconds() {
        let mut line = Vec::new();
        moment(&mut line, DateTime::from_timestamp_millis(1_700_000_000_007).unwrap(), true);
        assert_eq!(line, b"2023-11-14T22:13:20.007+00:00");
    }
}
