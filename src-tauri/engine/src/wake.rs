//! Notices that the computer slept, or that its clock was set, and tells everything that waits by a clock.
//!
//! A heartbeat looks at two clocks: the wall clock, which goes on while the computer sleeps and can be set, and a steady
//! one, which cannot be set and on most systems stands still meanwhile. Where either moved much further than a beat, or one
//! without the other, what was waited for may be over, and connections that were open are most likely dead.

use std::future::Future;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use tokio::sync::watch;
use tokio::time::{Instant, sleep};

/// Time between two looks.
const BEAT: Duration = Duration::from_secs(1);

/// More than a busy computer makes a look late.
const JUMP: TimeDelta = TimeDelta::seconds(10);

/// How long something under way may stay silent after the computer woke.
const GRACE: Duration = Duration::from_secs(5);

/// What both clocks say.
#[derive(Debug, Clone, Copy)]
pub struct Reading {
    /// The wall clock.
    pub wall: DateTime<Utc>,
    /// The steady one.
    pub steady: Instant,
}

impl Reading {
    /// This computer's clocks.
    pub fn now() -> Self {
        Self { wall: Utc::now(), steady: Instant::now() }
    }
}

/// Compares each look at the clocks with the one before.
#[derive(Debug, Default)]
pub struct Heartbeat(Option<Reading>);

impl Heartbeat {
    /// Takes a look, and says whether time has jumped since the last one.
    pub fn has_jumped(&mut self, now: Reading) -> bool {
        let Some(last) = self.0.replace(now) else { return false };
        let steady = TimeDelta::from_std(now.steady - last.steady).unwrap_or(TimeDelta::MAX);
        let wall = now.wall - last.wall;
        steady > JUMP || (wall - steady).abs() > JUMP
    }
}

/// Tells everything that waits by a clock that time has jumped.
#[derive(Debug, Clone)]
pub struct Alarm {
    rung: watch::Sender<u64>,
    grace: Duration,
}

impl Default for Alarm {
    fn default() -> Self {
        Self { rung: watch::Sender::new(0), grace: GRACE }
    }
}

impl Alarm {
    /// Rings: whatever waits tries at once, and what is under way has a moment to show that it lives.
    pub fn ring(&self) {
        self.rung.send_modify(|rung| *rung += 1);
    }

    /// Rings whenever time jumps, for as long as somebody needs it.
    pub async fn keep(&self, clocks: impl Fn() -> Reading, is_needed: impl Fn() -> bool) {
        let mut heartbeat = Heartbeat::default();
        while is_needed() {
            if heartbeat.has_jumped(clocks()) {
                tracing::info!("the computer slept, or its clock was set");
                self.ring();
            }
            sleep(BEAT).await;
        }
    }

    /// Hears every ring from now on.
    pub fn listen(&self) -> Listener {
        Listener(self.rung.subscribe())
    }

    /// Waits until it rings.
    pub async fn rings(&self) {
        self.listen().rings().await;
    }

    /// Waits until it has rung and a moment has passed in which nothing was counted.
    pub async fn finds_silent(&self, counted: impl Fn() -> u64) {
        let mut rung = self.listen();
        loop {
            rung.rings().await;
            let before = counted();
            sleep(self.grace).await;
            if counted() == before {
                return;
            }
        }
    }

    /// Does something; `None` when it was not done within a moment after it rang.
    pub async fn promptly<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        tokio::select! {
            biased;
            done = work => Some(done),
            () = self.finds_silent(|| 0) => None,
        }
    }
}

/// Hears an alarm, also while it does something else.
#[derive(Debug)]
pub struct Listener(watch::Receiver<u64>);

impl Listener {
    /// Waits until it has rung since this was last asked; for ever once the alarm is gone.
    pub async fn rings(&mut self) {
        if self.0.changed().await.is_err() {
            std::future::pending::<()>().await;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use proptest::prelude::*;

    use super::*;

    /// Readings at these spans after each other, in seconds by the steady and by the wall clock.
    fn readings(spans: &[(u64, i64)]) -> Vec<Reading> {
        let mut now = Reading { wall: DateTime::UNIX_EPOCH, steady: Instant::now() };
        let next = |(steady, wall): &(u64, i64)| {
            now.steady += Duration::from_secs(*steady);
            now.wall += TimeDelta::seconds(*wall);
            now
        };
        [(0, 0)].iter().chain(spans).map(next).collect()
    }

    /// How often time jumps.
    fn jumps(spans: &[(u64, i64)]) -> usize {
        let mut heartbeat = Heartbeat::default();
        readings(spans).into_iter().filter(|reading| heartbeat.has_jumped(*reading)).count()
    }

    #[test]
    fn sleep_and_a_clock_that_is_set_are_jumps() {
        assert_eq!(jumps(&[(1, 1), (1, 8 * 3600), (1, 1)]), 1, "sleep, where the steady clock stands still");
        assert_eq!(jumps(&[(1, 1), (8 * 3600, 8 * 3600), (1, 1)]), 1, "sleep, where it goes on");
        assert_eq!(jumps(&[(1, 1), (1, 3601), (1, 1), (1, -3600)]), 2, "set ahead and back");
    }

    proptest! {
        #[test]
        fn a_busy_computer_and_a_clock_that_drifts_are_none(
            spans in prop::collection::vec((1_u64..6, -3_i64..4), 0..50),
        ) {
            let drifting: Vec<_> = spans
                .into_iter()
                .map(|(steady, drift)| (steady, steady.cast_signed() + drift))
                .collect();
            prop_assert_eq!(jumps(&drifting), 0);
        }
    }

    #[tokio::test]
    async fn it_rings_when_time_jumps_and_is_kept_as_long_as_it_is_needed() {
        let alarm = Alarm::default();
        let slept = readings(&[(1, 3600)]);
        let looked = AtomicU64::new(0);
        let clocks = || slept[usize::from(looked.fetch_add(1, Ordering::Relaxed) > 0)];
        let needed = || looked.load(Ordering::Relaxed) < 2;
        tokio::join!(alarm.keep(clocks, needed), alarm.rings());
    }

    #[tokio::test]
    async fn what_is_under_way_has_a_moment_to_show_that_it_lives() {
        let alarm = Alarm { grace: Duration::from_millis(5), ..Alarm::default() };
        let silent = alarm.promptly(std::future::pending::<()>());
        let (silent, ()) = tokio::join!(silent, async { alarm.ring() });
        assert_eq!(silent, None);
        assert_eq!(alarm.promptly(async { 7 }).await, Some(7));

        let (counted, looked) = (AtomicU64::new(0), AtomicU64::new(0));
        let count = || {
            // It counts on until the third look.
            counted.fetch_add(u64::from(looked.fetch_add(1, Ordering::Relaxed) < 2), Ordering::Relaxed)
        };
        let ringing = async {
            for looks in [0, 2] {
                while looked.load(Ordering::Relaxed) < looks {
                    sleep(Duration::from_millis(1)).await;
                }
                alarm.ring();
            }
        };
        tokio::join!(alarm.finds_silent(count), ringing);
        assert_eq!(looked.load(Ordering::Relaxed), 4, "after the first time it lived");
    }
}
