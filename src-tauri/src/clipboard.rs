//! The system's clipboard.

use std::sync::{Mutex, PoisonError};

/// The clipboard, kept open: some systems forget a text when the program that put it there lets go.
#[derive(Default)]
pub(crate) struct Clipboard(Mutex<Option<arboard::Clipboard>>);

impl Clipboard {
    /// Puts a text on it.
    pub(crate) fn set(&self, text: String) -> Result<(), arboard::Error> {
        let mut held = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &mut *held {
            Some(clipboard) => clipboard.set_text(text),
            empty => empty.insert(arboard::Clipboard::new()?).set_text(text),
        }
    }
}
