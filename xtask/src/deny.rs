//! `cargo xtask deny`: licences, sources and doubtful crates among the dependencies, by `deny.toml`.

use anyhow::Result;
use xshell::{Shell, cmd};

/// Checks all dependencies, known vulnerabilities too; installs cargo-deny first where it is missing, which
/// takes minutes.
pub(crate) fn deny(shell: &Shell) -> Result<()> {
    if !is_installed(shell) {
        cmd!(shell, "cargo install --locked cargo-deny").run()?;
    }
    Ok(cmd!(shell, "cargo deny --locked --all-features check").run()?)
}

/// Whether cargo-deny is here.
pub(crate) fn is_installed(shell: &Shell) -> bool {
    cmd!(shell, "cargo deny --version").quiet().ignore_stdout().ignore_stderr().run().is_ok()
}

/// What can be checked without a network: the same commit always gets the same answer.
pub(crate) fn check_offline(shell: &Shell) -> Result<()> {
    Ok(cmd!(shell, "cargo deny --locked --all-features --offline check bans licenses sources").run()?)
}
