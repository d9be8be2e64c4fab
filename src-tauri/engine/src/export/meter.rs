//! Speed and time left: a pure function of what arrived when.

use std::time::Duration;

/// Smooths the speed so that neither it nor the time left jumps.
#[derive(Debug, Clone, Default)]
pub struct Meter {
    last: Option<(Duration, u64)>,
    rate: Option<f64>,
}

/// How quickly an old speed is forgotten.
const MEMORY: Duration = Duration::from_secs(8);

impl Meter {
    /// Takes a reading: bytes arrived in all, at a time since any fixed moment. Fewer bytes than before (a file is
    /// fetched again) start a new stretch.
    pub fn read(&mut self, at: Duration, bytes: u64) {
        if let Some((before, known)) = self.last
            && let Some(arrived) = bytes.checked_sub(known)
            && at > before
        {
            self.learn(at.saturating_sub(before), arrived);
        }
        self.last = Some((at, bytes));
    }

    /// Bytes a second.
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a rate is shown rounded and is not negative"
    )]
    pub fn bytes_per_second(&self) -> u64 {
        self.rate.map_or(0, |rate| rate.round() as u64)
    }

    /// Seconds until so many bytes have arrived; `None` while nothing flows.
    pub fn seconds_left(&self, remaining: u64) -> Option<u64> {
        match self.bytes_per_second() {
            0 => None,
            rate => Some(remaining.div_ceil(rate)),
        }
    }

    #[expect(clippy::cast_precision_loss, reason = "a rate needs no more than 52 bits")]
    fn learn(&mut self, span: Duration, arrived: u64) {
        let now = arrived as f64 / span.as_secs_f64();
        let weight = 1.0 - (-span.as_secs_f64() / MEMORY.as_secs_f64()).exp();
        self.rate = Some(self.rate.map_or(now, |rate| rate + weight * (now - rate)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds(count: u64) -> Duration {
        Duration::from_secs(count)
    }

    #[test]
    fn a_steady_flow_is_its_own_average() {
        let mut meter = Meter::default();
        (0..10).for_each(|second| meter.read(seconds(second), second * 1_000));
        assert_eq!((meter.bytes_per_second(), meter.seconds_left(60_000)), (1_000, Some(60)));
    }

    #[test]
    fn one_burst_does_not_make_the_time_left_jump() {
        let mut meter = Meter::default();
        (0..60).for_each(|second| meter.read(seconds(second), second * 1_000));
        meter.read(seconds(60), 59_000 + 3_000);
        assert!(meter.bytes_per_second() < 1_300, "{}", meter.bytes_per_second());
    }

    #[test]
    fn a_file_fetched_again_is_no_negative_speed() {
        let mut meter = Meter::default();
        meter.read(seconds(0), 0);
        meter.read(seconds(1), 1_000);
        meter.read(seconds(2), 200);
        assert_eq!(meter.bytes_per_second(), 1_000);
        assert_eq!(Meter::default().seconds_left(5), None);
    }
}
