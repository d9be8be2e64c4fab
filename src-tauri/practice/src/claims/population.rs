//! Which claims a contract has: a function of the claim's place in time, so that any number of them needs no memory.

use std::ops::Range;

use chrono::{DateTime, Datelike, NaiveDate, NaiveTime, TimeDelta, Utc, Weekday};
use serde::{Deserialize, Serialize};

use super::kind::ClaimType;
use crate::version::Version;

/// How far back the claims go.
const HISTORY: TimeDelta = TimeDelta::days(730);

/// One claim.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    /// The resource's ID.
    pub(crate) id: String,
    /// 13 digits, unique within the contract.
    pub(crate) number: u64,
    pub(crate) kind: ClaimType,
    pub(crate) patient: u64,
    pub(crate) service_start: NaiveDate,
    pub(crate) service_end: NaiveDate,
    /// `meta.lastUpdated`.
    pub(crate) updated: DateTime<Utc>,
    /// Decides everything else about the claim.
    pub(crate) dice: u64,
}

/// The times by which all claims of a service go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Epoch {
    /// The last update of what was there when the service started: a midnight, so that claims are the same all day, and
    /// a day ago or more, so that who asks for what changed since an export just after midnight is not sent it again.
    pub(crate) newest: DateTime<Utc>,
    /// When the service was started for the first time; from then on claims arrive.
    pub(crate) opened: DateTime<Utc>,
}

impl Epoch {
    /// That of a service which is started now.
    pub(crate) fn beginning(now: DateTime<Utc>) -> Self {
        let yesterday = (now - TimeDelta::days(1)).date_naive();
        Self { newest: yesterday.and_time(NaiveTime::MIN).and_utc(), opened: now }
    }
}

/// The claims of one contract, in the order in which they were last updated.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Population {
    /// Of the service and the contract together.
    pub(crate) seed: u64,
    pub(crate) enrollees: u32,
    /// How many claims there were when the service started.
    pub(crate) count: u64,
    pub(crate) epoch: Epoch,
    /// Milliseconds between claims that arrive after that; 0 for none.
    pub(crate) interval: i64,
}

impl Population {
    /// When a claim was last updated. Later claims were updated later.
    pub(crate) fn updated(&self, index: u64) -> DateTime<Utc> {
        match index.checked_sub(self.count) {
            None => self.epoch.newest - self.before_newest(index),
            Some(arrived) => {
                let count = i64::try_from(arrived).unwrap_or(i64::MAX).saturating_add(1);
                self.epoch.opened + TimeDelta::milliseconds(count.saturating_mul(self.interval.max(1)))
            }
        }
    }

    /// The claims updated in a period, both ends included.
    pub(crate) fn updated_between(&self, since: DateTime<Utc>, until: DateTime<Utc>) -> Range<u64> {
        if self.enrollees == 0 {
            return 0..0;
        }
        let first = self.first_updated(|time| time >= since, until);
        let end = self.first_updated(|time| time > until, until);
        first..end.max(first)
    }

    /// The claim at a place in time.
    pub(crate) fn claim(&self, index: u64, version: Version) -> Claim {
        let dice = mixed(self.seed ^ mixed(index));
        Claim::made(index, dice, self.updated(index), self.enrollees, version)
    }

    /// The claims that were there are spread evenly over the history.
    fn before_newest(&self, index: u64) -> TimeDelta {
        let later = i128::from(self.count - 1 - index);
        let before = later * i128::from(HISTORY.num_milliseconds()) / i128::from(self.count);
        TimeDelta::milliseconds(i64::try_from(before).unwrap_or_default())
    }

    /// The first claim for which something holds that goes on holding for all later ones.
    fn first_updated(&self, holds: impl Fn(DateTime<Utc>) -> bool, until: DateTime<Utc>) -> u64 {
        let mut range = 0..self.count + self.arrived(until);
        while range.start < range.end {
            let middle = u64::midpoint(range.start, range.end);
            if holds(self.updated(middle)) {
                range.end = middle;
            } else {
                range.start = middle + 1;
            }
        }
        range.start
    }

    /// How many claims arrived up to a time since the service started.
    fn arrived(&self, until: DateTime<Utc>) -> u64 {
        let open = (until - self.epoch.opened).num_milliseconds();
        if self.interval == 0 { 0 } else { u64::try_from(open / self.interval).unwrap_or(0) }
    }
}

impl Claim {
    /// A claim that everything but its number and time is thrown for.
    pub(crate) fn made(
        index: u64,
        dice: u64,
        updated: DateTime<Utc>,
        enrollees: u32,
        version: Version,
    ) -> Self {
        let kind = ClaimType::drawn(dice);
        let number = 9_000_000_000_000 + index % 1_000_000_000_000;
        let (service_start, service_end) = service_dates(kind, dice, updated);
        Self {
            id: resource_id(kind, number, version),
            number,
            kind,
            patient: 10_000_000_000_000 + mixed(dice) % u64::from(enrollees.max(1)),
            service_start,
            service_end,
            updated,
            dice,
        }
    }

    /// Any claim, for measuring.
    pub(super) fn sample(number: u64) -> Self {
        Self::made(number, mixed(number), DateTime::UNIX_EPOCH + TimeDelta::days(20_000), 1000, Version::V2)
    }
}

/// v1 and v2 put the type before the number; synthetic claims of v3 have a negative number only.
fn resource_id(kind: ClaimType, number: u64, version: Version) -> String {
    match version {
        Version::V1 => format!("{}--{number}", kind.facts().prefix),
        Version::V2 => format!("{}-{number}", kind.facts().prefix),
        Version::V3 => format!("-{number}"),
    }
}

/// First and last day of the service. Most claims come within six weeks, some after most of a year; few services
/// are on a Sunday.
fn service_dates(kind: ClaimType, dice: u64, updated: DateTime<Utc>) -> (NaiveDate, NaiveDate) {
    let late = dice >> 40;
    let lag = 5 + (late % 40).min(late / 64 % 40) + if late.is_multiple_of(23) { late / 7 % 250 } else { 0 };
    let end = weekday(updated.date_naive() - days(lag), late);
    let stay = mixed(late) % kind.longest_stay();
    (end - days(stay), end)
}

fn weekday(date: NaiveDate, dice: u64) -> NaiveDate {
    let closed = date.weekday() == Weekday::Sun || date.weekday() == Weekday::Sat;
    if closed && !dice.is_multiple_of(5) { date - TimeDelta::days(2) } else { date }
}

fn days(count: u64) -> TimeDelta {
    TimeDelta::days(i64::try_from(count).unwrap_or(0))
}

/// Thoroughly mixes the bits of a number (the finaliser of splitmix64).
pub(crate) const fn mixed(number: u64) -> u64 {
    let mut bits = number.wrapping_add(0x9E37_79B9_7F4A_7C15);
    bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    bits ^ (bits >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn population(count: u64) -> Population {
        let opened = DateTime::from_timestamp(1_790_000_000, 0).unwrap();
        Population { seed: 7, enrollees: 100, count, epoch: Epoch::beginning(opened), interval: 60_000 }
    }

    #[test]
    fn later_claims_were_updated_later_and_the_last_at_the_start() {
        let population = population(1000);
        assert!((1..2000).all(|index| population.updated(index) > population.updated(index - 1)));
        let Epoch { newest, opened } = population.epoch;
        assert_eq!(population.updated(999), newest);
        assert_eq!(population.updated(1000), opened + TimeDelta::minutes(1));
        assert!(newest - population.updated(0) < HISTORY);
        assert!(newest - population.updated(0) > HISTORY - TimeDelta::days(1));
    }

    #[test]
    fn a_period_selects_exactly_the_claims_updated_in_it() {
        let population = population(1000);
        let Epoch { newest, opened } = population.epoch;
        let until = opened + TimeDelta::minutes(10);
        for (since, until) in [
            (population.updated(0), until),
            (population.updated(400), population.updated(600)),
            (population.updated(400) + TimeDelta::milliseconds(1), population.updated(600)),
            (newest, until),
            (until, until),
            (until, newest),
        ] {
            let range = population.updated_between(since, until);
            let by_hand = (0..1010u64).filter(|index| {
                let updated = population.updated(*index);
                updated >= since && updated <= until
            });
            assert_eq!(range.collect::<Vec<_>>(), by_hand.collect::<Vec<_>>());
        }
    }

    #[test]
    fn nobody_enrolled_means_no_claims() {
        let empty = Population { enrollees: 0, ..population(1000) };
        assert!(empty.updated_between(DateTime::UNIX_EPOCH, empty.epoch.opened).is_empty());
    }

    #[test]
    fn services_are_before_the_claim_and_spread_over_two_years() {
        let population = population(5000);
        let claims: Vec<Claim> = (0..5000).map(|index| population.claim(index, Version::V2)).collect();
        assert!(claims.iter().all(|claim| claim.service_end < claim.updated.date_naive()));
        assert!(claims.iter().all(|claim| claim.service_start <= claim.service_end));
        let months: std::collections::BTreeSet<_> =
            claims.iter().map(|claim| (claim.service_start.year(), claim.service_start.month())).collect();
        assert!(months.len() >= 24, "{} months", months.len());
        let sundays = claims.iter().filter(|claim| claim.service_end.weekday() == Weekday::Sun).count();
        assert!(sundays < 500, "{sundays} of 5000 on a Sunday");
    }
}
