//! The time that the service goes by, movable so that tests need not wait.

use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};

use crate::shared::Shared;

/// The service's clock: the computer's own, shifted or stopped.
///
/// Clones share the time, so a test can keep one and move the service's. Every limit of the service (job
/// duration, poll rule, token life, expiry) and its `Date` header go by it; stalls and slow answers do not.
#[derive(Clone, Debug)]
pub struct Clock(Shared<Reading>);

impl Clock {
    /// The computer's own time.
    pub fn running() -> Self {
        Self(Shared::new(Reading::Running { offset: TimeDelta::zero() }))
    }

    /// A clock that stands still until it is moved.
    pub fn stopped_at(time: DateTime<Utc>) -> Self {
        Self(Shared::new(Reading::Stopped { at: time }))
    }

    /// The service's present time.
    pub fn now(&self) -> DateTime<Utc> {
        self.0.lock().now()
    }

    /// Moves the time on.
    pub fn advance(&self, by: Duration) {
        self.shift(time_delta(by));
    }

    /// Moves the time back, as a corrected clock does.
    pub fn rewind(&self, by: Duration) {
        self.shift(-time_delta(by));
    }

    /// Sets the time; a running clock goes on from there.
    pub fn set(&self, time: DateTime<Utc>) {
        self.shift(time - self.now());
    }

    fn shift(&self, by: TimeDelta) {
        match &mut *self.0.lock() {
            Reading::Running { offset } => *offset += by,
            Reading::Stopped { at } => *at += by,
        }
    }
}

impl Default for Clock {
    fn default() -> Self {
        Self::running()
    }
}

#[derive(Debug)]
enum Reading {
    Running { offset: TimeDelta },
    Stopped { at: DateTime<Utc> },
}

impl Reading {
    fn now(&self) -> DateTime<Utc> {
        match self {
            Self::Running { offset } => Utc::now() + *offset,
            Self::Stopped { at } => *at,
        }
    }
}

/// A duration in chrono's terms; one too long for them is as long as they allow.
pub(crate) fn time_delta(duration: Duration) -> TimeDelta {
    TimeDelta::from_std(duration).unwrap_or(TimeDelta::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stopped_clock_moves_only_when_told() {
        let clock = Clock::stopped_at(DateTime::UNIX_EPOCH);
        let twin = clock.clone();
        clock.advance(Duration::from_secs(90));
        clock.rewind(Duration::from_secs(30));
        assert_eq!(twin.now().timestamp(), 60);
    }

    #[test]
    fn a_running_clock_goes_on_from_where_it_was_set() {
        let clock = Clock::running();
        clock.set(DateTime::UNIX_EPOCH);
        assert!(clock.now().timestamp() < 60);
    }
}
