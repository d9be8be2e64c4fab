//! How the program ends: quit from the tray, or by the system at logout and shutdown. What runs goes on at the next
//! start.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use ab2d_engine::controller::Controller;
use tauri::{AppHandle, Manager, Runtime};

use crate::{dialogs, words};

/// How long the exports have to come to a stop: a drive that does not answer must not keep the program from ending.
const PATIENCE: Duration = Duration::from_secs(10);

/// Whether the person is being asked now, in the program's state: the question is put once, however often Quit is
/// chosen.
#[derive(Default)]
pub(crate) struct Question(AtomicBool);

/// Ends the program; where something runs, says first what that does to it.
pub(crate) fn ask<R: Runtime>(app: &AppHandle<R>) {
    if app.state::<Question>().0.swap(true, Ordering::SeqCst) {
        return;
    }
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let running = app.state::<Controller>().at_work();
        if running == 0 || dialogs::confirm_quit(&app, &words::quit(running)).await {
            app.exit(0);
        }
        app.state::<Question>().0.store(false, Ordering::SeqCst);
    });
}

/// Stops every export where it is; called when the program ends in whatever way.
pub(crate) fn stop_exports<R: Runtime>(app: &AppHandle<R>) {
    let controller = app.state::<Controller>();
    let stopped =
        tauri::async_runtime::block_on(async { tokio::time::timeout(PATIENCE, controller.shutdown()).await });
    if stopped.is_err() {
        tracing::warn!("an export did not come to a stop in time");
    }
}

/// Ends the program when the system asks for it: at logout, at shutdown, or when its terminal closes.
#[cfg(unix)]
pub(crate) fn when_told<R: Runtime>(app: &AppHandle<R>) {
    use tokio::signal::unix::{SignalKind, signal};

    for kind in [SignalKind::terminate(), SignalKind::interrupt(), SignalKind::hangup()] {
        let app = app.clone();
        tauri::async_runtime::spawn(async move {
            let Ok(mut signals) = signal(kind) else { return };
            if signals.recv().await.is_some() {
                tracing::info!(signal = kind.as_raw_value(), "the system ends the program");
                app.exit(0);
            }
        });
    }
}

/// Elsewhere the system ends the program without a word, and the next start goes on as after a crash.
#[cfg(not(unix))]
pub(crate) fn when_told<R: Runtime>(_app: &AppHandle<R>) {}
