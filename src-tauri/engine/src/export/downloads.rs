//! Which file is fetched next, and when: a pure queue with a brake.

use std::collections::VecDeque;
use std::time::Duration;

use backon::{BackoffBuilder, ExponentialBuilder};
use chrono::{DateTime, Utc};

use crate::problem::Problem;

/// Fetches that may mismatch before a person is asked: three downloads stay for “fetch again”.
pub(super) const MISMATCHES: u32 = 3;

/// How often a passing fault is tried again before it is shown as waiting.
pub(super) const QUIET_TRIES: u32 = 3;

/// The pauses between tries: from a quarter to half a second, doubling, up to one to two minutes.
const BACKOFF: ExponentialBuilder = ExponentialBuilder::new()
    .with_jitter()
    .with_min_delay(Duration::from_millis(250))
    .with_max_delay(Duration::from_mins(1))
    .without_max_times();

/// Failures after which pauses grow no further.
const GROWING: u32 = 16;

/// Files to fetch, and the pause that passing faults put before the next one.
#[derive(Debug, Default)]
pub(super) struct Queue {
    files: VecDeque<usize>,
    failures: u32,
    hold_until: Option<DateTime<Utc>>,
    problem: Option<Problem>,
}

/// What to do next.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Next {
    /// Fetch this file.
    Fetch(usize),
    /// Wait for a transfer under way, or for this time.
    Hold(Option<DateTime<Utc>>),
    /// No file is left to begin.
    Empty,
}

impl Queue {
    /// Files in the order in which they are fetched.
    pub(super) fn of(files: impl IntoIterator<Item = usize>) -> Self {
        Self { files: files.into_iter().collect(), ..Self::default() }
    }

    /// What to do now.
    pub(super) fn next(&mut self, now: DateTime<Utc>) -> Next {
        if self.hold_until.is_some_and(|until| now < until) && !self.files.is_empty() {
            return Next::Hold(self.hold_until);
        }
        self.files.pop_front().map_or(Next::Empty, Next::Fetch)
    }

    /// A file arrived: the line works. Where the service asked to be left alone meanwhile, it still is.
    pub(super) fn arrived(&mut self, now: DateTime<Utc>) {
        self.failures = 0;
        let asked = self.problem.as_ref().and_then(|problem| problem.not_before);
        self.hold_until = asked.filter(|until| now < *until);
        if self.hold_until.is_none() {
            self.problem = None;
        }
    }

    /// A file comes again at once, ahead of the others.
    pub(super) fn again(&mut self, file: usize) {
        self.files.push_front(file);
    }

    /// A passing fault: the file comes again, and nothing new begins before the pause is over. `seed` spreads the pauses
    /// of many clients.
    pub(super) fn brake(&mut self, file: usize, problem: Problem, now: DateTime<Utc>, seed: u64) {
        self.files.push_front(file);
        // Transfers that were under way together fail together, which counts once.
        self.failures += u32::from(self.hold_until.is_none_or(|until| until <= now));
        let until = now + pause(self.failures, seed);
        let until = problem.not_before.map_or(until, |asked| asked.max(until));
        self.hold_until = self.hold_until.max(Some(until));
        self.problem = Some(problem);
    }

    /// Time has jumped: no pause that was begun before it counts.
    pub(super) fn wake(&mut self) {
        self.hold_until = None;
    }

    /// When to try again quietly; `None` once a fault has lasted, or asks for more patience than a moment.
    pub(super) fn soon(&self) -> Option<DateTime<Utc>> {
        let passes = self.standstill().is_some_and(|problem| problem.not_before.is_none());
        self.hold_until.filter(|_| passes && self.failures <= QUIET_TRIES)
    }

    /// The fault that holds what is left, once nothing is under way.
    pub(super) fn standstill(&self) -> Option<&Problem> {
        self.problem.as_ref().filter(|_| !self.files.is_empty())
    }
}

/// The pause after so many failures in a row.
pub(super) fn pause(failures: u32, seed: u64) -> Duration {
    let before = failures.saturating_sub(1).min(GROWING) as usize;
    BACKOFF.with_jitter_seed(seed).build().nth(before).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::problem::{Kind, Stage};

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).unwrap()
    }

    fn fault() -> Problem {
        Problem::new(Kind::ServiceFault, Stage::File)
    }

    #[test]
    fn a_fault_holds_everything_back_and_an_arrival_frees_it() {
        let mut queue = Queue::of([0, 1]);
        assert_eq!(queue.next(at(0)), Next::Fetch(0));
        queue.brake(0, fault(), at(0), 1);
        assert!(matches!(queue.next(at(0)), Next::Hold(Some(_))));
        assert!(queue.standstill().is_some() && queue.soon().is_some());
        assert_eq!(queue.next(at(1)), Next::Fetch(0));
        queue.arrived(at(1));
        assert_eq!((queue.next(at(1)), queue.next(at(1))), (Next::Fetch(1), Next::Empty));
    }

    #[test]
    fn retry_after_is_kept() {
        let mut queue = Queue::of([0]);
        queue.next(at(0));
        queue.brake(0, Problem { not_before: Some(at(300)), ..fault() }, at(0), 0);
        assert_eq!(queue.next(at(299)), Next::Hold(Some(at(300))));
        assert_eq!(queue.next(at(300)), Next::Fetch(0));
    }

    #[test]
    fn a_file_that_arrives_does_not_end_the_time_that_the_service_asked_for() {
        let mut queue = Queue::of([0, 1]);
        queue.next(at(0));
        queue.brake(0, Problem { not_before: Some(at(300)), ..fault() }, at(0), 0);
        queue.arrived(at(10));
        assert_eq!(queue.next(at(10)), Next::Hold(Some(at(300))));
        assert!(queue.soon().is_none() && queue.standstill().is_some());
        assert_eq!(queue.next(at(300)), Next::Fetch(0));
        queue.again(0);
        queue.arrived(at(301));
        assert_eq!(queue.standstill(), None);
    }

    #[test]
    fn where_no_file_is_left_nothing_is_held() {
        let mut queue = Queue::of([0]);
        queue.next(at(0));
        queue.brake(0, fault(), at(0), 0);
        assert_eq!(queue.next(at(10)), Next::Fetch(0));
        assert_eq!((queue.next(at(10)), queue.soon(), queue.standstill()), (Next::Empty, None, None));
    }

    #[test]
    fn a_time_that_has_passed_is_no_reason_to_hurry() {
        let mut queue = Queue::of([0]);
        queue.next(at(10));
        queue.brake(0, Problem { not_before: Some(at(1)), ..fault() }, at(10), 1);
        assert!(matches!(queue.next(at(10)), Next::Hold(Some(_))));
    }

    #[test]
    fn a_fault_that_lasts_is_shown() {
        let mut queue = Queue::of([0]);
        for second in 0..=i64::from(QUIET_TRIES) {
            assert!(second == 0 || queue.soon().is_some());
            assert_eq!(queue.next(at(second * 100)), Next::Fetch(0));
            queue.brake(0, fault(), at(second * 100), 1);
        }
        assert_eq!((queue.soon(), queue.standstill()), (None, Some(&fault())));
    }

    #[test]
    fn faults_that_come_together_count_once() {
        let mut queue = Queue::of([]);
        for file in 0..8 {
            queue.brake(file, fault(), at(0), 1);
        }
        assert!(queue.soon().is_some());
    }

    #[test]
    fn pauses_double_up_to_two_minutes() {
        for (failures, least) in [(0, 250), (1, 250), (2, 500), (3, 1_000), (9, 60_000), (u32::MAX, 60_000)] {
            let pauses: Vec<_> = (0..50).map(|seed| pause(failures, seed).as_millis()).collect();
            assert!(pauses.iter().all(|pause| (least..=2 * least).contains(pause)), "{failures}: {pauses:?}");
            assert!(pauses.iter().any(|pause| *pause != pauses[0]), "{failures}: they are all the same");
        }
    }

    #[test]
    fn after_a_jump_of_time_no_pause_is_left() {
        let mut queue = Queue::of([0]);
        queue.next(at(1_000_000));
        queue.brake(0, fault(), at(1_000_000), 1);
        assert!(matches!(queue.next(at(0)), Next::Hold(Some(_))), "the clock was set back");
        queue.wake();
        assert_eq!(queue.next(at(0)), Next::Fetch(0));
    }
}
