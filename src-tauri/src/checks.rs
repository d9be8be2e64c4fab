//! Checks under way, each by the number that the page gave it, so that a person can stop it.

use std::collections::HashMap;
use std::future::Future;
use std::sync::{Mutex, PoisonError};

use tokio_util::sync::CancellationToken;

/// What stops each check.
#[derive(Default)]
pub(crate) struct Checks(Mutex<HashMap<u32, CancellationToken>>);

impl Checks {
    /// Waits for a check to end; `None`: it was stopped.
    pub(crate) async fn run<T>(&self, check: u32, checking: impl Future<Output = T>) -> Option<T> {
        let stop = CancellationToken::new();
        self.change(|stops| stops.insert(check, stop.clone()));
        let ended = stop.run_until_cancelled(checking).await;
        self.change(|stops| stops.remove(&check));
        ended
    }

    /// Stops a check, if it is under way.
    pub(crate) fn stop(&self, check: u32) {
        if let Some(stop) = self.change(|stops| stops.remove(&check)) {
            stop.cancel();
        }
    }

    fn change<T>(&self, change: impl FnOnce(&mut HashMap<u32, CancellationToken>) -> T) -> T {
        change(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

#[cfg(test)]
mod tests {
    use std::future::{pending, ready};

    use super::*;

    #[tokio::test]
    async fn a_check_ends_by_itself_or_is_stopped() {
        let checks = Checks::default();
        assert_eq!(checks.run(1, ready("ended")).await, Some("ended"));
        let stopped = async {
            tokio::task::yield_now().await;
            checks.stop(1);
            checks.stop(2);
        };
        let (ended, ()) = tokio::join!(checks.run(2, pending::<()>()), stopped);
        assert_eq!(ended, None);
        assert!(checks.change(|stops| stops.is_empty()), "nothing is left behind");
    }
}
