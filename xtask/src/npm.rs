//! The page in `ui/`, through its npm scripts.

use std::fs;
use std::path::Path;
use std::time::SystemTime;

use anyhow::{Context, Result};
use xshell::{Shell, cmd};

use crate::folders;

/// npm is a batch file on Windows, which is found under its whole name only.
const NPM: &str = if cfg!(windows) { "npm.cmd" } else { "npm" };

/// Installs the page's packages as `ui/package-lock.json` lists them, unless they are there.
pub(crate) fn install(shell: &Shell) -> Result<()> {
    if is_installed() {
        return Ok(());
    }
    let _ui = shell.push_dir("ui");
    cmd!(shell, "{NPM} ci --no-audit --no-fund")
        .run()
        .context("npm could not install the page's packages; Node.js 20.19 or newer with npm is needed: https://nodejs.org")
}

/// Runs one script of `ui/package.json`.
pub(crate) fn script(shell: &Shell, name: &str) -> Result<()> {
    script_with(shell, name, &[])
}

/// Runs one script of `ui/package.json` with arguments of its own.
pub(crate) fn script_with(shell: &Shell, name: &str, arguments: &[&Path]) -> Result<()> {
    let _ui = shell.push_dir("ui");
    Ok(cmd!(shell, "{NPM} run --silent {name} -- {arguments...}").run()?)
}

/// npm writes the list of what it installed last of all, so its age is the age of the installation.
fn is_installed() -> bool {
    let ui = folders::project().join("ui");
    let locked = modified(&ui.join("package-lock.json"));
    let installed = modified(&ui.join("node_modules/.package-lock.json"));
    locked.is_some() && installed >= locked
}

fn modified(path: &Path) -> Option<SystemTime> {
    fs::metadata(path).ok()?.modified().ok()
}
