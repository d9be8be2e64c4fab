//! `cargo xtask bench`: how fast the program is, beside what other programs take for the same.

use anyhow::Result;
use xshell::{Shell, cmd};

use crate::steps::Steps;
use crate::test::{EVERYTHING, in_session};
use crate::{npm, setup};

/// Runs every benchmark, in a release build. Nothing fails for being slow: the numbers are for people.
pub(crate) fn bench(shell: &Shell) -> Result<()> {
    let mut steps = Steps::default();
    steps.step("Set up", || set_up(shell))?;
    steps.step("Page: build", || npm::script(shell, "build"))?;
    steps.step("Build", || {
        Ok(cmd!(shell, "cargo build --release {EVERYTHING...} --bin ab2d-desktop").run()?)
    })?;
    steps.step("Transfer", || Ok(cmd!(shell, "cargo bench {EVERYTHING...} --bench transfer").run()?))?;
    steps.step("Window", || in_session(shell, &["bench", "--bench", "window"], EVERYTHING))?;
    steps.print_times();
    Ok(())
}

fn set_up(shell: &Shell) -> Result<()> {
    setup::for_tests(shell)?;
    npm::install(shell)
}
