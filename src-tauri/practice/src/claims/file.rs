//! The files of a job: which claims each holds, and their bytes.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use super::model::ModelClaim;
use super::population::{Claim, Population};
use super::service_date::ServiceDate;
use super::template::write_line;
use crate::outcome::outcome;
use crate::version::Version;

/// What a file holds, small whatever the file's size; from it the bytes can be made any number of times.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) enum Contents {
    /// Claims, one a line.
    Claims(ClaimFile),
    /// `OperationOutcome`s, one a line: so many claims could not be delivered.
    Errors(u32),
}

/// The claims of a file.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct ClaimFile {
    pub(crate) population: Population,
    pub(crate) version: Version,
    /// Places in the population.
    pub(crate) places: Range<u64>,
    /// Claims that a test added.
    pub(crate) added: Vec<ModelClaim>,
    /// Only claims that all of these admit.
    pub(crate) service_dates: Vec<ServiceDate>,
}

impl Contents {
    /// The lines of the file, in order.
    pub(crate) fn lines(&self) -> Lines<'_> {
        Lines { contents: self, next: 0 }
    }

    /// Whether it holds what could not be delivered.
    pub(crate) fn is_error(&self) -> bool {
        matches!(self, Self::Errors(_))
    }

    /// How many lines there may be; with service dates fewer will be.
    fn candidates(&self) -> u64 {
        match self {
            Self::Claims(file) => file.places.end - file.places.start + file.added.len() as u64,
            Self::Errors(count) => u64::from(*count),
        }
    }

    /// Appends the candidate with this number, unless the service dates leave it out.
    fn write(&self, number: u64, line: &mut Vec<u8>) -> bool {
        match self {
            Self::Claims(file) => file.write(number, line),
            Self::Errors(_) => {
                let text = format!("The claims of one patient could not be retrieved ({})", number + 1);
                line.extend_from_slice(outcome("exception", &text).to_string().as_bytes());
                line.push(b'\n');
                true
            }
        }
    }
}

impl ClaimFile {
    fn write(&self, number: u64, line: &mut Vec<u8>) -> bool {
        let claim = self.claim(number);
        let admits = |term: &ServiceDate| term.admits(claim.service_start, claim.service_end);
        let admitted = self.service_dates.iter().all(admits);
        if admitted {
            write_line(&claim, self.version, line);
        }
        admitted
    }

    fn claim(&self, number: u64) -> Claim {
        let bulk = self.places.end - self.places.start;
        let added = number.checked_sub(bulk).and_then(|index| self.added.get(usize::try_from(index).ok()?));
        match added {
            None => self.population.claim(self.places.start + number, self.version),
            Some(added) => {
                let enrollees = self.population.enrollees;
                let first = Claim::made(added.place(), added.dice(), added.first(), enrollees, self.version);
                Claim { updated: added.updated, ..first }
            }
        }
    }
}

/// The lines of a file, written one after the other into a buffer of the caller.
pub(crate) struct Lines<'a> {
    contents: &'a Contents,
    next: u64,
}

impl Lines<'_> {
    /// Appends the next line with its newline; false at the end.
    pub(crate) fn write_next(&mut self, line: &mut Vec<u8>) -> bool {
        while self.next < self.contents.candidates() {
            self.next += 1;
            if self.contents.write(self.next - 1, line) {
                return true;
            }
        }
        false
    }

    /// How many lines have been looked at, of how many.
    pub(crate) fn progress(&self) -> (u64, u64) {
        (self.next, self.contents.candidates())
    }
}

/// Which claims a job delivers.
#[derive(Clone, Debug)]
pub(crate) struct Selection {
    pub(crate) claims: ClaimFile,
    pub(crate) undeliverable: u32,
    /// Claims after which the next file begins.
    pub(crate) claims_per_file: u64,
}

impl Selection {
    /// Divides the claims into files; what a test added is in the last.
    pub(crate) fn files(&self) -> Vec<Contents> {
        let mut files: Vec<ClaimFile> = self.rolled_over().collect();
        if files.is_empty() && !self.claims.added.is_empty() {
            files.push(ClaimFile { added: Vec::new(), ..self.claims.clone() });
        }
        if let Some(last) = files.last_mut() {
            last.added.clone_from(&self.claims.added);
        }
        let errors = (self.undeliverable > 0).then_some(Contents::Errors(self.undeliverable));
        files.into_iter().map(Contents::Claims).chain(errors).collect()
    }

    fn rolled_over(&self) -> impl Iterator<Item = ClaimFile> {
        let Range { start, end } = self.claims.places;
        let step = usize::try_from(self.claims_per_file.max(1)).unwrap_or(usize::MAX);
        (start..end).step_by(step).map(move |first| ClaimFile {
            places: first..(first + self.claims_per_file.max(1)).min(end),
            added: Vec::new(),
            ..self.claims.clone()
        })
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::claims::population::Epoch;

    fn selection(places: Range<u64>, added: Vec<ModelClaim>) -> Selection {
        let epoch = Epoch::beginning(DateTime::from_timestamp(1_790_000_000, 0).unwrap());
        let population = Population { seed: 7, enrollees: 100, count: 100, epoch, interval: 1000 };
        let claims = ClaimFile { population, version: Version::V2, places, added, service_dates: Vec::new() };
        Selection { claims, undeliverable: 0, claims_per_file: 40 }
    }

    fn places(files: &[Contents]) -> Vec<Range<u64>> {
        let place = |contents: &Contents| match contents {
            Contents::Claims(file) => file.places.clone(),
            Contents::Errors(_) => 0..0,
        };
        files.iter().map(place).collect()
    }

    #[test]
    fn files_roll_over() {
        assert_eq!(places(&selection(0..100, vec![]).files()), [0..40, 40..80, 80..100]);
        assert_eq!(places(&selection(0..130, vec![]).files()), [0..40, 40..80, 80..120, 120..130]);
        assert_eq!(places(&selection(90..130, vec![]).files()), vec![90..130; 1]);
        assert_eq!(places(&selection(30..30, vec![]).files()), vec![0..0; 0]);
    }

    #[test]
    fn undeliverable_claims_make_an_error_file() {
        let files = Selection { undeliverable: 2, ..selection(0..0, vec![]) }.files();
        assert_eq!(files, [Contents::Errors(2)]);
        let mut lines = files[0].lines();
        let mut text = Vec::new();
        while lines.write_next(&mut text) {}
        assert_eq!(String::from_utf8(text).unwrap().lines().count(), 2);
    }

    #[test]
    fn the_same_contents_make_the_same_bytes() {
        let bytes = || {
            let files = selection(0..100, vec![]).files();
            let mut text = Vec::new();
            let mut lines = files[1].lines();
            while lines.write_next(&mut text) {}
            text
        };
        assert_eq!(bytes(), bytes());
        assert!(bytes().len() > 100_000);
    }
}
