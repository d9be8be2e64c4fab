//! Where tests find the workspace's programs and leave what they made.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

/// The project's top folder.
pub fn project() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap_or_else(|| Path::new("."))
}

/// A program of this workspace, built beside the running test.
///
/// Fails when it was not built: Cargo builds the programs of other crates only with `--workspace`.
pub fn program(name: &str) -> Result<PathBuf> {
    let test = std::env::current_exe().context("the running test's own path is unknown")?;
    let profile =
        test.parent().and_then(Path::parent).context("the running test lies outside of Cargo's target")?;
    let program = profile.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    ensure!(program.is_file(), "{} is missing: run `cargo build --workspace`", program.display());
    Ok(program)
}

/// The folder for screenshots, made when missing: `AB2D_SCREENSHOTS`, or `target/screenshots`.
pub fn screenshots() -> Result<PathBuf> {
    let folder = std::env::var_os("AB2D_SCREENSHOTS")
        .map_or_else(|| project().join("target/screenshots"), PathBuf::from);
    std::fs::create_dir_all(&folder).with_context(|| format!("{} can't be made", folder.display()))?;
    Ok(folder)
}

/// Whether stories look at every screen in both themes and at every size, as `cargo xtask screens` wants it: whether
/// `AB2D_FULL_RUN` is set.
pub fn full_run() -> bool {
    std::env::var_os("AB2D_FULL_RUN").is_some()
}
