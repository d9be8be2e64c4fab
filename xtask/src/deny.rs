//! `cargo xtask deny`: licences, sources and known weaknesses of the dependencies, by `deny.toml`.

use std::path::{Path, PathBuf};

use anyhow::Result;
use xshell::{Shell, cmd};

use crate::folders;

/// The release of cargo-deny that is installed where there is none.
const RELEASE: &str = "cargo-deny@0.20.2";

/// Checks all dependencies; the list of known weaknesses is fetched for it.
pub(crate) fn deny(shell: &Shell) -> Result<()> {
    let cargo_deny = cargo_deny(shell)?;
    Ok(cmd!(shell, "{cargo_deny} --locked --all-features check").run()?)
}

/// Checks what depends on this commit alone, so that the same commit always gets the same answer.
pub(crate) fn check_licences_and_sources(shell: &Shell) -> Result<()> {
    let cargo_deny = cargo_deny(shell)?;
    Ok(cmd!(shell, "{cargo_deny} --locked --all-features check bans licenses sources").run()?)
}

/// The cargo-deny of this machine, or else one in `target/tools`.
fn cargo_deny(shell: &Shell) -> Result<PathBuf> {
    let on_path = PathBuf::from("cargo-deny");
    if works(shell, &on_path) {
        return Ok(on_path);
    }
    let tools = folders::target().join("tools");
    let own = tools.join("bin").join(format!("cargo-deny{}", std::env::consts::EXE_SUFFIX));
    if !works(shell, &own) {
        install(shell, &tools)?;
    }
    Ok(own)
}

fn works(shell: &Shell, program: &Path) -> bool {
    cmd!(shell, "{program} --version").quiet().ignore_stdout().ignore_stderr().run().is_ok()
}

/// A debug build: it checks in two seconds, and is built in a third of the time.
fn install(shell: &Shell, tools: &Path) -> Result<()> {
    let cargo = cmd!(shell, "cargo install --quiet --locked --debug --root {tools} {RELEASE}");
    Ok(cargo.env("CARGO_PROFILE_DEV_DEBUG", "false").run()?)
}
