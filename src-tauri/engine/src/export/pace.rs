//! When a try that failed is made again: pure functions of what failed, how often, and what time it is.

use std::time::Duration;

use chrono::{DateTime, Utc};

use super::downloads::{QUIET_TRIES, pause};
use crate::problem::{Problem, Recovery};

/// The tries of one request, of which the first few are made quietly.
#[derive(Debug, Default)]
pub(super) struct Tries(u32);

impl Tries {
    /// How long to wait before the next quiet try; `None` once the problem is to be shown.
    pub(super) fn again(&mut self, problem: &Problem, seed: u64) -> Option<Duration> {
        let passes_soon = problem.recovery() == Recovery::Clock && problem.not_before.is_none();
        (passes_soon && self.0 < QUIET_TRIES).then(|| {
            self.0 += 1;
            pause(self.0, seed)
        })
    }
}

/// The problems that an export has met in a row.
#[derive(Debug, Default)]
pub(super) struct Pace {
    failures: u32,
    verified: u32,
}

impl Pace {
    /// A step is done: the next problem is the first.
    pub(super) fn done(&mut self) {
        self.failures = 0;
    }

    /// When to go on after a problem, with so many files verified until now.
    pub(super) fn met(
        &mut self,
        problem: &Problem,
        verified: u32,
        now: DateTime<Utc>,
        seed: u64,
    ) -> DateTime<Utc> {
        // What still moves forward is tried again as soon as the first time.
        self.failures = if verified > self.verified { 1 } else { self.failures + 1 };
        self.verified = verified;
        let again = now + pause(self.failures + QUIET_TRIES, seed);
        problem.not_before.map_or(again, |asked| asked.max(again))
    }
}

#[cfg(test)]
mod tests {
    //! An export in a world of random faults, simulated in time that is passed in.

    use std::collections::BTreeMap;

    use chrono::TimeDelta;
    use proptest::prelude::*;

    use super::*;
    use crate::export::downloads::{Next, Queue};
    use crate::export::machine::{Input, Phase, Step};
    use crate::problem::{Kind, Stage};

    /// A stretch of time in which every request fails.
    #[derive(Debug, Clone)]
    struct Outage {
        /// Seconds from the beginning, and how many it lasts.
        from: u32,
        lasts: u32,
        kind: Kind,
        retry_after: Option<u32>,
    }

    /// Files of the export.
    const FILES: usize = 20;

    /// Files at a time.
    const PARALLEL: usize = 4;

    /// Seconds that the job takes, and a file.
    const JOB: i64 = 60;
    const FILE: i64 = 7;

    /// Seconds after which an outage is surely noticed to be over: the longest pause, or the longest `Retry-After`.
    const LONGEST_PAUSE: i64 = 120;

    /// More than it takes to work through the rest once nothing fails any more.
    const WORK: i64 = 600;

    fn kind() -> impl Strategy<Value = Kind> {
        let host = || "api.example".to_owned();
        prop_oneof![
            Just(Kind::NetworkDown { host: host() }),
            Just(Kind::ConnectionLost { host: host() }),
            Just(Kind::Maintenance),
            Just(Kind::ServiceFault),
            Just(Kind::TooManyRequests),
            Just(Kind::CredentialsRefused),
            Just(Kind::DiskFull { needed: 1, reserve: 0, free: 0 }),
        ]
    }

    fn outage() -> impl Strategy<Value = Outage> {
        let retry_after = prop::option::weighted(0.3, 1_u32..300);
        (0_u32..2_000, 1_u32..7_200, kind(), retry_after)
            .prop_map(|(from, lasts, kind, retry_after)| Outage { from, lasts, kind, retry_after })
    }

    /// The world, the export in it, and what it has done.
    struct World {
        outages: Vec<Outage>,
        now: DateTime<Utc>,
        began: DateTime<Utc>,
        job_due: Option<DateTime<Utc>>,
        verified: Vec<bool>,
        /// When requests were made.
        requests: Vec<DateTime<Utc>>,
        /// When the service wants to be asked again, as far as it has been heard.
        not_before: Option<DateTime<Utc>>,
        seed: u64,
    }

    impl World {
        fn new(outages: Vec<Outage>) -> Self {
            let began = DateTime::from_timestamp(1_800_000_000, 0).unwrap();
            Self {
                outages,
                now: began,
                began,
                job_due: None,
                verified: vec![false; FILES],
                requests: Vec::new(),
                not_before: None,
                seed: 0,
            }
        }

        fn seed(&mut self) -> u64 {
            self.seed += 1;
            self.seed
        }

        /// Makes a request.
        fn ask(&mut self) -> Result<(), Problem> {
            assert!(self.not_before.is_none_or(|asked| self.now >= asked), "the service was not left alone");
            self.requests.push(self.now);
            let passed = (self.now - self.began).num_seconds();
            let hit = |outage: &&Outage| {
                (i64::from(outage.from)..i64::from(outage.from + outage.lasts)).contains(&passed)
            };
            let Some(outage) = self.outages.iter().find(hit) else { return Ok(()) };
            let problem = Problem::new(outage.kind.clone(), Stage::File);
            let not_before = outage.retry_after.map(|seconds| self.now + TimeDelta::seconds(seconds.into()));
            Err(Problem { not_before, ..problem })
        }

        /// As a request is made: a few times quietly.
        fn ask_patiently(&mut self) -> Result<(), Problem> {
            let mut tries = Tries::default();
            loop {
                let Err(problem) = self.ask() else { return Ok(()) };
                self.not_before = problem.not_before;
                let seed = self.seed();
                self.now += tries.again(&problem, seed).ok_or(problem)?;
            }
        }

        fn work(&mut self, step: Step) -> Result<(), Problem> {
            match step {
                Step::Requesting => {
                    self.ask_patiently()?;
                    self.job_due = Some(self.now + TimeDelta::seconds(JOB));
                    Ok(())
                }
                Step::Preparing => loop {
                    self.ask_patiently()?;
                    if self.job_due.is_some_and(|due| self.now >= due) {
                        return Ok(());
                    }
                    self.now += TimeDelta::seconds(5);
                },
                Step::Downloading => {
                    self.ask_patiently()?;
                    self.download()
                }
            }
        }

        /// Several files at a time, each of which takes a while to arrive or to fail.
        fn download(&mut self) -> Result<(), Problem> {
            let left = (0..FILES).filter(|file| !self.verified[*file]);
            let mut queue = Queue::of(left.collect::<Vec<_>>());
            let mut under_way: BTreeMap<DateTime<Utc>, (usize, Result<(), Problem>)> = BTreeMap::new();
            loop {
                let mut hold = None;
                while under_way.len() < PARALLEL {
                    match queue.next(self.now) {
                        Next::Fetch(file) => {
                            let answer = self.ask();
                            if let Err(problem) = &answer
                                && !matches!(problem.recovery(), Recovery::Clock)
                            {
                                return answer;
                            }
                            let takes =
                                if answer.is_ok() { TimeDelta::seconds(FILE) } else { TimeDelta::zero() };
                            let shift = TimeDelta::milliseconds(file.try_into().unwrap());
                            under_way.insert(self.now + takes + shift, (file, answer));
                        }
                        Next::Hold(until) => {
                            hold = until;
                            break;
                        }
                        Next::Empty => break,
                    }
                }
                if let Some((at, (file, answer))) = under_way.pop_first() {
                    self.now = self.now.max(at);
                    match answer {
                        Ok(()) => {
                            self.verified[file] = true;
                            queue.arrived(self.now);
                        }
                        Err(problem) => {
                            self.not_before = self.not_before.max(problem.not_before);
                            let (now, seed) = (self.now, self.seed());
                            queue.brake(file, problem, now, seed);
                        }
                    }
                } else if let Some(again) = queue.soon() {
                    self.now = self.now.max(again);
                } else {
                    assert!(hold.is_some() || queue.standstill().is_none(), "it stands still for no reason");
                    return queue.standstill().cloned().map_or(Ok(()), Err);
                }
            }
        }

        /// The person mends what only a person can: it is over.
        fn mend(&mut self) {
            self.now += TimeDelta::minutes(10);
            self.not_before = None;
            self.outages.retain(|outage| {
                Problem::new(outage.kind.clone(), Stage::File).recovery() == Recovery::Clock
            });
        }

        /// Lives until the export is complete.
        fn live(&mut self) {
            let (mut phase, mut pace) = (Phase::START, Pace::default());
            while phase != Phase::Complete {
                let input = match &phase {
                    Phase::Active { step } => match self.work(*step) {
                        Ok(()) => {
                            pace.done();
                            Input::Done
                        }
                        Err(problem) => {
                            let verified = self.verified.iter().filter(|verified| **verified).count();
                            let (now, seed) = (self.now, self.seed());
                            let again = pace.met(&problem, verified.try_into().unwrap(), now, seed);
                            Input::Met(problem, again)
                        }
                    },
                    Phase::Waiting { until: Some(until), .. } => {
                        self.now = self.now.max(*until);
                        Input::GoOn
                    }
                    Phase::Waiting { until: None, .. } => {
                        self.mend();
                        Input::GoOn
                    }
                    other => unreachable!("nothing in this world ends an export: {other:?}"),
                };
                phase = phase.after(input).unwrap();
            }
        }

        /// When the last outage was over.
        fn calm_at(&self) -> DateTime<Utc> {
            let ends = self.outages.iter().map(|outage| i64::from(outage.from + outage.lasts));
            self.began + TimeDelta::seconds(ends.max().unwrap_or(0))
        }

        /// The most requests in any hour.
        fn busiest_hour(&self) -> usize {
            let hour = TimeDelta::hours(1);
            let within = |from: &DateTime<Utc>| {
                self.requests.iter().filter(|at| (*from..*from + hour).contains(at)).count()
            };
            self.requests.iter().map(within).max().unwrap_or(0)
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]
        #[test]
        fn an_export_outlives_any_outages_without_haste_and_without_delay(
            outages in prop::collection::vec(outage(), 0..6),
        ) {
            let longest_asked = outages.iter().filter_map(|outage| outage.retry_after).max().unwrap_or(0);
            let persons = 600 * i64::try_from(outages.len()).unwrap();
            let mut world = World::new(outages);
            world.live();
            prop_assert!(world.verified.iter().all(|verified| *verified), "complete, and a file is missing");
            let late = (world.now - world.calm_at().max(world.began)).num_seconds();
            let allowed = LONGEST_PAUSE + i64::from(longest_asked) + WORK + persons;
            prop_assert!(late <= allowed, "it went on {late} s after everything was well again");
            prop_assert!(world.busiest_hour() <= 600, "{} requests in an hour", world.busiest_hour());
        }
    }
}
