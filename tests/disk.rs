//! Small disks in memory, which only root on Linux may mount; elsewhere tests that need one say that they were skipped.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

/// A small disk; it goes when it is dropped.
pub struct Disk {
    /// Where it is mounted.
    pub mounted: PathBuf,
    _home: TempDir,
}

impl Disk {
    /// A disk in memory with these options, such as `size=1m`; `None`, and a word why, where none can be had.
    pub fn mount(options: &str) -> Option<Self> {
        let home = tempfile::tempdir().ok()?;
        let mounted = home.path().join("disk");
        fs::create_dir(&mounted).ok()?;
        match run("mount", &["-t", "tmpfs", "-o", options, "tmpfs"], &mounted) {
            Ok(()) => Some(Self { mounted, _home: home }),
            Err(error) => {
                say(&format!("skipped: {error:#}"));
                None
            }
        }
    }

    /// The save folder on it.
    pub fn save_folder(&self) -> PathBuf {
        self.mounted.join("Ansprüche")
    }

    /// Gives it other options: more room, read-only.
    pub fn remount(&self, options: &str) -> Result<()> {
        run("mount", &["-o", &format!("remount,{options}")], &self.mounted)
    }

    /// Fills it to its last byte, and returns what to delete.
    pub fn fill(&self) -> Result<PathBuf> {
        let ballast = self.mounted.join("ballast");
        let mut file = fs::File::create(&ballast)?;
        let block = vec![0; 4096];
        while std::io::Write::write_all(&mut file, &block).is_ok() {}
        Ok(ballast)
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        if let Err(error) = run("umount", &["--lazy"], &self.mounted) {
            say(&format!("{error:#}"));
        }
    }
}

/// Runs a command of the system about a folder, which is its last argument.
pub fn run(command: &str, arguments: &[&str], folder: &Path) -> Result<()> {
    let ran =
        Command::new(command).args(arguments).arg(folder).output().with_context(|| command.to_owned())?;
    ensure!(ran.status.success(), "{command}: {}", String::from_utf8_lossy(&ran.stderr).trim());
    Ok(())
}

#[expect(clippy::print_stdout, reason = "it is part of a test's output")]
fn say(text: &str) {
    println!("{text}");
}
