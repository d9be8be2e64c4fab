//! Up to when a contract's claims are in verified files on this disk.
//!
//! The service's own default for `_since` counts a job as successful when every file was *sent* once; a full disk here
//! would silently skip that data in the next export. So the program keeps its own intervals, per environment, API
//! origin, contract and FHIR version, and sends their end as `_since`.

use chrono::{DateTime, Utc};

use crate::parameters::Parameters;
use crate::view::{CoverageOutcome, Interval, NotCovered};

/// The covered stretches of one contract and version: sorted, none touching the next.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Coverage(Vec<Interval>);

/// What decides whether an export covers anything.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// The parameters as they were sent.
    pub parameters: &'a Parameters,
    /// When the service was asked, by its own clock, less a minute; `None` where it did not say.
    pub asked_at: Option<DateTime<Utc>>,
    /// Whether the names of files, or those of an earlier export with the same credentials, show that these are the
    /// contract's claims.
    pub whose_is_known: bool,
    /// Whether every file of claims is on the disk and matched an announced length and checksum.
    pub all_verified: bool,
    /// Files of claims that the service could not deliver.
    pub error_files: u32,
    /// Whether the job answers these parameters.
    pub answers_request: bool,
}

impl Evidence<'_> {
    /// The stretch that the export covers, or why it covers none.
    pub fn interval(&self) -> Result<Interval, NotCovered> {
        if !self.answers_request {
            return Err(NotCovered::OtherRequest);
        }
        if !self.parameters.service_dates.is_empty() {
            return Err(NotCovered::ServiceDates);
        }
        if self.error_files > 0 {
            return Err(NotCovered::ErrorFiles);
        }
        if !self.all_verified {
            return Err(NotCovered::NotAllVerified);
        }
        if !self.whose_is_known {
            return Err(NotCovered::WhoseUnknown);
        }
        let asked_at = self.asked_at.ok_or(NotCovered::TimeUnknown)?;
        let from = if self.parameters.is_from_the_start() { None } else { self.parameters.since };
        let to = self.parameters.until.map_or(asked_at, |until| until.min(asked_at));
        if from.is_some_and(|from| from >= to) {
            Err(NotCovered::AlreadyCovered)
        } else {
            Ok(Interval { from, to })
        }
    }
}

impl Coverage {
    /// From stored stretches, in any order.
    pub fn of(intervals: impl IntoIterator<Item = Interval>) -> Self {
        let mut coverage = Self::default();
        intervals.into_iter().for_each(|interval| coverage.add(interval));
        coverage
    }

    /// The stretches, the earliest first.
    pub fn intervals(&self) -> &[Interval] {
        &self.0
    }

    /// The end of what is covered from the beginning on without a gap: the next default `_since`.
    pub fn mark(&self) -> Option<DateTime<Utc>> {
        self.0.first().filter(|first| first.from.is_none()).map(|first| first.to)
    }

    /// What lies before or between covered stretches.
    pub fn gaps(&self) -> Vec<Interval> {
        let ends = std::iter::once(None).chain(self.0.iter().map(|covered| Some(covered.to)));
        ends.zip(&self.0).filter_map(|(from, next)| next.from.map(|to| Interval { from, to })).collect()
    }

    /// Whether an export with these parameters would begin after the mark.
    pub fn would_leave_gap(&self, parameters: &Parameters) -> bool {
        let starts_at_mark = |since| self.mark().is_some_and(|mark| since <= mark);
        !parameters.is_from_the_start() && !parameters.since.is_some_and(starts_at_mark)
    }

    /// Adds what an export proved, and says what that did to the mark.
    pub fn record(&mut self, evidence: &Evidence<'_>) -> CoverageOutcome {
        let before = self.mark();
        let outcome = evidence.interval();
        if let Ok(interval) = outcome {
            self.add(interval);
        }
        let moved = self.mark() != before;
        let reason = match outcome {
            _ if moved => None,
            Err(reason) => Some(reason),
            Ok(interval) if before.is_some_and(|mark| interval.to <= mark) => {
                Some(NotCovered::AlreadyCovered)
            }
            Ok(_) => Some(NotCovered::Gap),
        };
        CoverageOutcome { moved, next_since: self.mark(), reason }
    }

    fn add(&mut self, mut new: Interval) {
        self.0.retain(|old| {
            let apart =
                new.from.is_some_and(|from| old.to < from) || old.from.is_some_and(|from| new.to < from);
            if !apart {
                new.from = new.from.min(old.from);
                new.to = new.to.max(old.to);
            }
            apart
        });
        let place = self.0.partition_point(|old| old.from < new.from);
        self.0.insert(place, new);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameters::{FhirVersion, Selection};
    use proptest::prelude::*;

    fn at(hours: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(1_700_000_000 + hours * 3600, 0).unwrap()
    }

    fn period(since: Option<i64>, until: Option<i64>) -> Parameters {
        Parameters {
            version: FhirVersion::R4,
            since: since.map(at),
            until: until.map(at),
            service_dates: vec![],
        }
    }

    fn evidence(parameters: &Parameters, asked: i64) -> Evidence<'_> {
        Evidence {
            parameters,
            asked_at: Some(at(asked)),
            whose_is_known: true,
            all_verified: true,
            error_files: 0,
            answers_request: true,
        }
    }

    #[test]
    fn an_export_of_everything_sets_the_mark_and_the_next_moves_it() {
        let mut coverage = Coverage::default();
        let first = coverage.record(&evidence(&period(None, None), 10));
        assert_eq!((first.moved, first.next_since, first.reason), (true, Some(at(10)), None));
        let second = coverage.record(&evidence(&period(Some(10), None), 20));
        assert_eq!((second.moved, coverage.mark()), (true, Some(at(20))));
        assert_eq!(coverage.intervals().len(), 1);
    }

    #[test]
    fn a_future_until_covers_up_to_the_moment_of_asking() {
        let mut coverage = Coverage::default();
        coverage.record(&evidence(&period(None, Some(99)), 10));
        assert_eq!(coverage.mark(), Some(at(10)));
    }

    #[test]
    fn a_later_period_leaves_a_gap_until_it_is_closed() {
        let mut coverage = Coverage::default();
        coverage.record(&evidence(&period(None, None), 10));
        let late = period(Some(15), None);
        assert!(coverage.would_leave_gap(&late));
        let outcome = coverage.record(&evidence(&late, 20));
        assert_eq!((outcome.moved, outcome.reason), (false, Some(NotCovered::Gap)));
        assert_eq!(coverage.gaps(), [Interval { from: Some(at(10)), to: at(15) }]);
        let closed = coverage.record(&evidence(&period(Some(10), Some(15)), 30));
        assert_eq!((closed.moved, coverage.mark(), coverage.gaps()), (true, Some(at(20)), vec![]));
    }

    #[test]
    fn an_old_period_again_moves_nothing() {
        let mut coverage = Coverage::default();
        coverage.record(&evidence(&period(None, None), 10));
        let again = coverage.record(&evidence(&period(Some(2), Some(5)), 20));
        assert_eq!((again.moved, again.reason), (false, Some(NotCovered::AlreadyCovered)));
    }

    #[test]
    fn what_is_not_proven_covers_nothing() {
        let everything = period(None, None);
        let mut filtered = everything.clone();
        filtered.service_dates = vec!["ge2024-01-01".parse().unwrap()];
        let cases = [
            (evidence(&filtered, 10), NotCovered::ServiceDates),
            (Evidence { error_files: 1, ..evidence(&everything, 10) }, NotCovered::ErrorFiles),
            (Evidence { all_verified: false, ..evidence(&everything, 10) }, NotCovered::NotAllVerified),
            (Evidence { answers_request: false, ..evidence(&everything, 10) }, NotCovered::OtherRequest),
            (Evidence { whose_is_known: false, ..evidence(&everything, 10) }, NotCovered::WhoseUnknown),
            (Evidence { asked_at: None, ..evidence(&everything, 10) }, NotCovered::TimeUnknown),
        ];
        for (case, reason) in cases {
            let mut coverage = Coverage::default();
            assert_eq!(coverage.record(&case).reason, Some(reason));
            assert_eq!(coverage, Coverage::default());
        }
    }

    /// One export of a random history: its choice, how long after the last one, and whether it is proven.
    #[derive(Debug, Clone)]
    struct Turn {
        selection: u8,
        from: i64,
        length: i64,
        pause: i64,
        proven: bool,
    }

    fn turn() -> impl Strategy<Value = Turn> {
        (0_u8..4, 0_i64..200, 0_i64..80, 1_i64..30, prop::bool::weighted(0.7)).prop_map(
            |(selection, from, length, pause, proven)| Turn { selection, from, length, pause, proven },
        )
    }

    proptest! {
        #[test]
        fn every_hour_is_in_a_verified_export_or_ahead_of_the_next(turns in prop::collection::vec(turn(), 1..30)) {
            let mut coverage = Coverage::default();
            let mut held = std::collections::BTreeSet::new();
            let mut now = 0;
            for turn in turns {
                now += turn.pause;
                let since = turn.from.min(now);
                let selection = match turn.selection {
                    0 | 1 => Selection::SinceLast,
                    2 => Selection::Period { since: at(since), until: Some(at(since + turn.length)) },
                    _ => Selection::Everything { until: None },
                };
                let parameters = Parameters::resolve(selection, FhirVersion::R4, coverage.mark());
                let proof = Evidence { all_verified: turn.proven, ..evidence(&parameters, now) };
                coverage.record(&proof);
                if turn.proven {
                    let end = parameters.until.map_or(at(now), |until| until.min(at(now)));
                    held.extend((0..now).filter(|hour| parameters.since.unwrap() <= at(*hour) && at(*hour) < end));
                }
                let mark = coverage.mark();
                for hour in 0..now {
                    prop_assert!(held.contains(&hour) || mark.is_none_or(|mark| at(hour) >= mark));
                }
                for pair in coverage.intervals().windows(2) {
                    prop_assert!(pair[1].from.is_some_and(|from| pair[0].to < from));
                }
            }
        }
    }
}
