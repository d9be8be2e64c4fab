//! Keeps the computer awake while data flows, and lets it sleep again when nothing does.

use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use crate::words;

/// Holds the computer awake on a thread of its own: some systems do it by thread.
pub(crate) struct Awake {
    wishes: Sender<bool>,
    wanted: bool,
}

impl Awake {
    pub(crate) fn new() -> Self {
        let (wishes, inbox) = channel();
        thread::spawn(move || hold(&inbox));
        Self { wishes, wanted: false }
    }

    /// Whether it is to be kept awake from now on.
    pub(crate) fn wish(&mut self, wanted: bool) {
        if std::mem::replace(&mut self.wanted, wanted) != wanted {
            _ = self.wishes.send(wanted);
        }
    }
}

fn hold(wishes: &Receiver<bool>) {
    let mut held = None;
    while let Ok(wanted) = wishes.recv() {
        held = if wanted { take() } else { None };
    }
    drop(held);
}

fn take() -> Option<keepawake::KeepAwake> {
    keepawake::Builder::default()
        .idle(true)
        .sleep(true)
        .reason(words::AWAKE)
        .app_name(words::PROGRAM)
        .app_reverse_domain(crate::IDENTIFIER)
        .create()
        .inspect_err(|error| tracing::warn!(%error, "the computer is not kept awake"))
        .ok()
}
