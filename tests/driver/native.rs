//! The system's own dialogs, which no page script and no WebDriver reaches: keys are sent to them.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use tokio::process::Command;

use super::session::OPEN;
use super::{PATIENCE, PAUSE};
use crate::screen::Screen;

/// How long a dialog has to take what was typed, before it is typed again: one that has just opened may miss keys, and one
/// that is only slow must not be gone while they come.
const TAKEN: Duration = Duration::from_secs(10);

/// How long it is tried.
const TRIED: Duration = Duration::from_mins(1);

/// Types a path into the file or folder chooser with this title, and confirms it.
pub async fn choose(title: &str, path: &str) -> Result<()> {
    // Ctrl+L opens GTK's field for a typed path; what an earlier try left there is replaced.
    let keys = [&["key", "ctrl+l", "ctrl+a"][..], &["type", "--delay", "10", path], &["key", "Return"]];
    answer(title, &keys).await
}

/// Presses a key in the dialog with this title, until it is gone.
pub async fn press(title: &str, key: &str) -> Result<()> {
    answer(title, &[&["key", key]]).await
}

/// Waits for a dialog, and sends it keys until it is gone.
async fn answer(title: &str, keys: &[&[&str]]) -> Result<()> {
    let screen = Screen::connect()?;
    let there = format!("the dialog “{title}” is there");
    screen.within(OPEN, &there, |screen| Ok(screen.dialog(title)?.is_some())).await?;
    let start = Instant::now();
    while start.elapsed() < TRIED {
        for each in keys {
            // Before each, for it may go between two of them.
            if !take_focus(&screen, title).await? {
                return Ok(());
            }
            xdotool(each).await?;
        }
        if is_gone(&screen, title, TAKEN).await? {
            return Ok(());
        }
    }
    bail!("the dialog “{title}” did not take {keys:?}")
}

/// Gives the dialog the focus, and waits until it has it, so that no other window gets its keys; `false` when it is gone.
async fn take_focus(screen: &Screen, title: &str) -> Result<bool> {
    let start = Instant::now();
    while let Some(dialog) = screen.dialog(title)? {
        // It may go at any moment, which the next look tells.
        if screen.has_focus(dialog).unwrap_or(false) {
            return Ok(true);
        }
        _ = screen.focus(dialog);
        ensure!(start.elapsed() < PATIENCE, "the dialog “{title}” does not get the focus");
        tokio::time::sleep(PAUSE).await;
    }
    Ok(false)
}

/// Whether no dialog with this title is shown any more, or will not be soon.
async fn is_gone(screen: &Screen, title: &str, patience: Duration) -> Result<bool> {
    let start = Instant::now();
    while screen.dialog(title)?.is_some() {
        if start.elapsed() > patience {
            return Ok(false);
        }
        tokio::time::sleep(PAUSE).await;
    }
    Ok(true)
}

async fn xdotool(arguments: &[&str]) -> Result<()> {
    let output = Command::new("xdotool").args(arguments).output().await.context("xdotool did not start")?;
    ensure!(output.status.success(), "xdotool {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}
