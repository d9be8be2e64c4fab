//! A value that several tasks change in turn.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// A value behind a lock, shared by its clones.
///
/// A panic of one holder does not spread to the others: every change made under the lock is complete in itself.
#[derive(Debug, Default)]
pub(crate) struct Shared<T>(Arc<Mutex<T>>);

impl<T> Shared<T> {
    pub(crate) fn new(value: T) -> Self {
        Self(Arc::new(Mutex::new(value)))
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Clone for Shared<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}
