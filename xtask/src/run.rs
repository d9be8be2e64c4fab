//! `cargo xtask run`: the program in its window or, without a display, a practice export on the command line.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use xshell::{Shell, cmd};

use crate::{folders, npm, setup};

/// The contract of the practice service that the headless run exports.
const PRACTICE_CONTRACT: &str = "Z1001";

/// How the program is shown.
#[derive(Clone, Copy)]
pub(crate) enum Mode {
    /// In its window.
    Window,
    /// On the command line, with made-up claims.
    Headless,
}

impl Mode {
    /// A window where there is a display.
    pub(crate) fn for_this_machine() -> Self {
        let is_set = |name| std::env::var_os(name).is_some_and(|value| !value.is_empty());
        let has_display = !cfg!(target_os = "linux") || is_set("DISPLAY") || is_set("WAYLAND_DISPLAY");
        if has_display { Self::Window } else { Self::Headless }
    }
}

/// Installs what is missing, builds, and shows the program.
pub(crate) fn run(shell: &Shell, mode: Mode) -> Result<()> {
    match mode {
        Mode::Window => run_window(shell),
        Mode::Headless => run_headless(shell),
    }
}

fn run_window(shell: &Shell) -> Result<()> {
    setup::for_window(shell)?;
    npm::install(shell)?;
    npm::script(shell, "build")?;
    build(shell, "ab2d-desktop")?;
    let program = folders::program("ab2d-desktop");
    Ok(cmd!(shell, "{program}").run()?)
}

fn run_headless(shell: &Shell) -> Result<()> {
    setup::for_command(shell)?;
    build(shell, "ab2d")?;
    let practice = PracticeRun::prepare(shell)?;
    practice.export()?;
    practice.verify()
}

/// Features are those of the whole workspace, so that later builds of more of it reuse this one.
fn build(shell: &Shell, program: &str) -> Result<()> {
    Ok(cmd!(shell, "cargo build --locked --workspace --bin {program}").run()?)
}

/// A practice export that leaves the person's own contracts and history alone: it has its own data folder,
/// made anew each time.
struct PracticeRun<'a> {
    shell: &'a Shell,
    command: PathBuf,
    data: PathBuf,
    exports: PathBuf,
}

impl<'a> PracticeRun<'a> {
    fn prepare(shell: &'a Shell) -> Result<Self> {
        let top = folders::target().join("practice");
        shell.remove_path(&top)?;
        let (data, exports) = (top.join("data"), top.join("exports"));
        shell.create_dir(&exports)?;
        Ok(Self { shell, command: folders::program("ab2d"), data, exports })
    }

    fn export(&self) -> Result<()> {
        let Self { shell, command, data, exports } = self;
        println!("\nExporting made-up claims of the practice contract {PRACTICE_CONTRACT}\n");
        cmd!(
            shell,
            "{command} --data-dir {data} contract add {PRACTICE_CONTRACT} --environment practice --folder {exports}"
        )
        .quiet()
        .run()?;
        cmd!(shell, "{command} --data-dir {data} export {PRACTICE_CONTRACT} --everything").quiet().run()?;
        Ok(())
    }

    fn verify(&self) -> Result<()> {
        let Self { shell, command, data, exports } = self;
        let folder = only_folder_in(exports)?;
        println!("\nChecking the files in {}\n", folder.display());
        cmd!(shell, "{command} --data-dir {data} verify {folder}").quiet().run()?;
        println!("\nThe exported files lie in {}", folder.display());
        Ok(())
    }
}

fn only_folder_in(parent: &Path) -> Result<PathBuf> {
    let mut entries = fs::read_dir(parent).with_context(|| format!("{} can't be read", parent.display()))?;
    let entry =
        entries.next().with_context(|| format!("the export left no folder in {}", parent.display()))??;
    Ok(entry.path())
}
