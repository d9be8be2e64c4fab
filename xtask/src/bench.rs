//! `cargo xtask bench`: how fast the program is, as ratios to what other programs take for the same.

use anyhow::Result;
use xshell::{Shell, cmd};

use crate::setup;
use crate::steps::Steps;

/// Runs every benchmark, in a release build. Nothing fails for being slow: the numbers are for people.
pub(crate) fn bench(shell: &Shell) -> Result<()> {
    let mut steps = Steps::default();
    steps.step("Set up", || setup::for_tests(shell))?;
    steps.step("Transfer", || {
        Ok(cmd!(shell, "cargo bench --locked --package ab2d-tests --bench transfer").run()?)
    })?;
    steps.print_times();
    Ok(())
}
