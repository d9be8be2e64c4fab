//! The system's own dialogs, which no page script and no WebDriver reaches: keys are sent to them.

use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use tokio::process::Command;

/// How often a path is typed: a dialog that has just opened may miss the first keys.
const TRIES: u32 = 6;

/// Types a path into the file or folder chooser with this title, and confirms it.
pub async fn choose(title: &str, path: &str) -> Result<()> {
    xdotool(&["search", "--sync", "--onlyvisible", "--name", title, "windowfocus"]).await?;
    for _ in 0..TRIES {
        // Ctrl+L opens GTK's field for a typed path; what an earlier try left there is replaced.
        xdotool(&["key", "ctrl+l"]).await?;
        xdotool(&["key", "ctrl+a"]).await?;
        xdotool(&["type", "--delay", "10", path]).await?;
        xdotool(&["key", "Return"]).await?;
        if is_gone(title).await {
            return Ok(());
        }
    }
    bail!("the dialog “{title}” did not take {path}")
}

/// Presses a key in the dialog with this title, until it is gone.
pub async fn press(title: &str, key: &str) -> Result<()> {
    for _ in 0..TRIES {
        xdotool(&["search", "--sync", "--onlyvisible", "--name", title, "windowfocus"]).await?;
        xdotool(&["key", key]).await?;
        if is_gone(title).await {
            return Ok(());
        }
    }
    bail!("the dialog “{title}” did not take {key}")
}

/// Whether no window with this title is shown any more, or will not be within a second.
async fn is_gone(title: &str) -> bool {
    for _ in 0..20 {
        if xdotool(&["search", "--onlyvisible", "--name", title]).await.is_err() {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    false
}

async fn xdotool(arguments: &[&str]) -> Result<()> {
    let output = Command::new("xdotool").args(arguments).output().await.context("xdotool did not start")?;
    ensure!(output.status.success(), "xdotool {arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}
