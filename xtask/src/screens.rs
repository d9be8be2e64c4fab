//! `cargo xtask screens`: pictures of every screen in every state, from the real window and from another browser.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use xshell::Shell;

use crate::steps::Steps;
use crate::test::{self, Runner};
use crate::{folders, npm, setup};

/// Tells every story of the real window in full, then shows the page's scenes in Chromium. The pictures go to a folder,
/// or to `target/screenshots`, and their names are printed.
pub(crate) fn screens(shell: &Shell, folder: Option<&str>) -> Result<()> {
    let folder = absolute(folder)?;
    let (window, chromium) = (folder.join("window"), folder.join("chromium"));
    let mut steps = Steps::default();
    steps.step("Set up", || set_up(shell))?;
    steps.step("Page: build", || npm::script(shell, "build"))?;
    steps.step("Build", || test::build(shell))?;
    let told = steps.step("Stories of the real window", || {
        shell.remove_path(&window)?;
        Runner::on_this_machine(shell).tell_stories_in_full(shell, &window)
    });
    // Each looks at what the other cannot, so one that fails does not keep the other back.
    let shown = steps.step("Scenes in Chromium", || {
        shell.remove_path(&chromium)?;
        npm::script_with(shell, "screens", &[&chromium])
    });
    let checked = steps.step("Keyboard and accessibility tree in Chromium", || npm::script(shell, "checks"));
    print_pictures(&[window, chromium])?;
    steps.print_times();
    told.and(shown).and(checked)
}

fn set_up(shell: &Shell) -> Result<()> {
    setup::for_screens(shell)?;
    npm::install(shell)
}

/// As the person meant it, though every command runs in the project's own folder.
fn absolute(folder: Option<&str>) -> Result<PathBuf> {
    let Some(folder) = folder else { return Ok(folders::target().join("screenshots")) };
    std::path::absolute(folder).with_context(|| format!("{folder} is no folder"))
}

fn print_pictures(folders: &[PathBuf]) -> Result<()> {
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        let mut names = fs::read_dir(folder)?
            .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
            .collect::<Result<Vec<_>>>()?;
        names.sort();
        println!("\n{} pictures in {}", names.len(), folder.display());
        names.iter().for_each(|name| println!("  {name}"));
    }
    Ok(())
}
