//! Claims that a test adds and updates at times of its choosing.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use serde::{Deserialize, Serialize};

use super::population::mixed;
use crate::shared::Shared;

/// The claims that a test put into the service by hand, on top of those that it makes up.
///
/// With [`Options::files`](crate::Options) 0 they are the only ones. A claim is delivered by every export whose
/// period holds its last update that is not in the future of the service's clock.
#[derive(Clone, Debug, Default)]
pub struct Claims(Shared<Updates>);

/// The times at which each claim was updated, in order, by contract and key.
type Updates = BTreeMap<(String, u64), Vec<DateTime<Utc>>>;

impl Claims {
    /// Adds a claim of a contract, or updates it, at a time. The key is the test's own and ends the claim's ID.
    ///
    /// Service dates lie in the six weeks before the first of its times.
    pub fn update(&self, contract: &str, key: u64, at: DateTime<Utc>) {
        let mut claims = self.0.lock();
        let times = claims.entry((contract.to_owned(), key)).or_default();
        times.push(at);
        times.sort_unstable();
    }

    /// The number that the claims with this key have in `id` and in the `clm_id` identifier, without the type before it.
    pub fn number(key: u64) -> u64 {
        9_000_000_000_000 + FIRST + key
    }

    /// The claims whose last update up to `until` is not before `since`.
    pub(crate) fn updated_between(
        &self,
        contract: &str,
        since: DateTime<Utc>,
        until: DateTime<Utc>,
    ) -> Vec<ModelClaim> {
        let claims = self.0.lock();
        let of_contract = claims.iter().filter(|((number, _), _)| number == contract);
        of_contract
            .filter_map(|((_, key), times)| {
                let updated = *times.iter().rev().find(|time| **time <= until)?;
                (updated >= since).then_some(ModelClaim { key: *key, first: times[0], updated })
            })
            .collect()
    }

    pub(crate) fn stored(&self) -> Vec<StoredClaim> {
        let claims = self.0.lock();
        claims.iter().map(|((contract, key), times)| (contract.clone(), *key, times.clone())).collect()
    }

    pub(crate) fn restore(&self, stored: Vec<StoredClaim>) {
        let claims = stored.into_iter().map(|(contract, key, times)| ((contract, key), times));
        *self.0.lock() = claims.collect();
    }
}

/// A contract, a key, and the times of its updates, as they are kept over a restart.
pub(crate) type StoredClaim = (String, u64, Vec<DateTime<Utc>>);

/// Above the places of made-up claims, so that no two claims share an ID.
const FIRST: u64 = 900_000_000_000;

/// A claim of the test, as one job delivers it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct ModelClaim {
    key: u64,
    first: DateTime<Utc>,
    pub(crate) updated: DateTime<Utc>,
}

impl ModelClaim {
    pub(crate) fn place(&self) -> u64 {
        FIRST + self.key
    }

    /// Everything but the time of the update stays as it was at first.
    pub(crate) fn dice(&self) -> u64 {
        mixed(self.key)
    }

    pub(crate) fn first(&self) -> DateTime<Utc> {
        self.first.max(DateTime::UNIX_EPOCH + TimeDelta::days(400))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hour(hour: i64) -> DateTime<Utc> {
        DateTime::UNIX_EPOCH + TimeDelta::hours(hour)
    }

    #[test]
    fn a_claim_is_delivered_by_its_last_update_in_the_period() {
        let claims = Claims::default();
        claims.update("Z1001", 1, hour(5));
        claims.update("Z1001", 1, hour(9));
        let update = |since, until| {
            let found = claims.updated_between("Z1001", hour(since), hour(until));
            found.first().map(|claim| claim.updated)
        };
        assert_eq!(update(0, 4), None);
        assert_eq!(update(0, 8), Some(hour(5)));
        assert_eq!(update(5, 20), Some(hour(9)));
        assert_eq!(update(6, 8), None);
        assert_eq!(claims.updated_between("Z1002", hour(0), hour(20)), []);
    }
}
