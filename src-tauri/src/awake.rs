//! Keeps the computer awake while data flows, and lets it sleep again when nothing does.

use std::collections::HashSet;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;

use ab2d_engine::controller::Controller;
use ab2d_engine::view::{Event, ExportId, PhaseView};
use tokio::sync::broadcast::error::RecvError;

/// Watches the exports for as long as the program runs.
pub(crate) fn while_data_flows(controller: &Controller) {
    let (wish, wishes) = channel();
    // Some systems hold a computer awake by thread: this one does nothing else.
    thread::spawn(move || hold(&wishes));
    let (events, controller) = (controller.subscribe(), controller.clone());
    tauri::async_runtime::spawn(watch(events, controller, wish));
}

async fn watch(
    mut events: tokio::sync::broadcast::Receiver<Event>,
    controller: Controller,
    wish: Sender<bool>,
) {
    let mut flowing = HashSet::new();
    loop {
        match events.recv().await {
            Ok(Event::Export { export }) => {
                note(&mut flowing, export.id, &export.phase, export.driven_elsewhere);
            }
            Ok(Event::Settings { .. }) => {}
            Ok(_) => continue,
            Err(RecvError::Lagged(_)) => {
                let exports = controller.unfinished().await.unwrap_or_default();
                flowing.clear();
                exports.iter().for_each(|one| note(&mut flowing, one.id, &one.phase, one.driven_elsewhere));
            }
            Err(RecvError::Closed) => return,
        }
        _ = wish.send(!flowing.is_empty() && controller.settings().keep_awake);
    }
}

fn note(flowing: &mut HashSet<ExportId>, id: ExportId, phase: &PhaseView, driven_elsewhere: bool) {
    if matches!(phase, PhaseView::Downloading) && !driven_elsewhere {
        flowing.insert(id);
    } else {
        flowing.remove(&id);
    }
}

fn hold(wishes: &Receiver<bool>) {
    let mut held = None;
    while let Ok(wanted) = wishes.recv() {
        if !wanted {
            held = None;
        } else if held.is_none() {
            held = take();
        }
    }
    drop(held);
}

fn take() -> Option<keepawake::KeepAwake> {
    keepawake::Builder::default()
        .idle(true)
        .sleep(true)
        .reason("Claims are being downloaded")
        .app_name("AB2D Desktop")
        .app_reverse_domain("org.ab2d-desktop.app")
        .create()
        .inspect_err(|error| tracing::warn!(%error, "the computer is not kept awake"))
        .ok()
}
