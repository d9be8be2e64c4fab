//! `cargo xtask check-windows`: compiles and links every crate for Windows, from Debian or Ubuntu.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use xshell::{Shell, cmd};

use crate::steps::Steps;
use crate::test::EVERYTHING;
use crate::{folders, npm, setup};

const TARGET: &str = "x86_64-pc-windows-gnu";

/// Lints all targets of every crate for Windows, then links the programs.
pub(crate) fn check_windows(shell: &Shell) -> Result<()> {
    let mut steps = Steps::default();
    steps.step("Set up", || set_up(shell))?;
    steps.step("Page: build", || npm::script(shell, "build"))?;
    let sysroot = steps.step("Rust's standard library for Windows", || standard_library(shell))?;
    let _environment = [
        shell.push_env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_LINKER", "x86_64-w64-mingw32-gcc"),
        shell.push_env("CARGO_TARGET_X86_64_PC_WINDOWS_GNU_RUSTFLAGS", sysroot_flag(sysroot.as_deref())),
    ];
    steps.step("Clippy", || {
        let all = cmd!(shell, "cargo clippy {EVERYTHING...} --all-targets --target {TARGET} -- -D warnings");
        Ok(all.run()?)
    })?;
    steps.step("Link", || Ok(cmd!(shell, "cargo build {EVERYTHING...} --bins --target {TARGET}").run()?))?;
    steps.print_times();
    Ok(())
}

fn set_up(shell: &Shell) -> Result<()> {
    setup::for_windows_check(shell)?;
    npm::install(shell)
}

/// The system root that holds the standard library for Windows; none where the toolchain has it already.
fn standard_library(shell: &Shell) -> Result<Option<PathBuf>> {
    if toolchain_has_target(shell)? || rustup_adds_target(shell) {
        return Ok(None);
    }
    let folder = folders::target().join("windows-std");
    let sysroot = folder.join("sysroot");
    if !is_built(shell, &sysroot)? {
        let script = folders::project().join("xtask/scripts/windows-std");
        cmd!(shell, "{script} {folder} {TARGET}").run().context("the standard library could not be built")?;
    }
    Ok(Some(sysroot))
}

fn toolchain_has_target(shell: &Shell) -> Result<bool> {
    let libraries = cmd!(shell, "rustc --print target-libdir --target {TARGET}").quiet().read()?;
    Ok(Path::new(&libraries).is_dir())
}

fn rustup_adds_target(shell: &Shell) -> bool {
    cmd!(shell, "rustup target add {TARGET}").ignore_stderr().run().is_ok()
}

/// A standard library serves only the compiler that it was built with.
fn is_built(shell: &Shell, sysroot: &Path) -> Result<bool> {
    let version = cmd!(shell, "rustc --version").quiet().read()?;
    let built_with = shell.read_file(sysroot.join("version")).unwrap_or_default();
    Ok(built_with.trim() == version)
}

fn sysroot_flag(sysroot: Option<&Path>) -> String {
    sysroot.map(|path| format!("--sysroot={}", path.display())).unwrap_or_default()
}
