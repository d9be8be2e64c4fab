//! The project's own commands, run as `cargo xtask COMMAND`.
//!
//! Each command is a file here. They need nothing on the machine but Rust and Node.js with npm: what else is
//! missing they install, or name.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command-line program speaks on the terminal"
)]

use std::process::ExitCode;

use anyhow::{Result, bail};
use xshell::Shell;

mod bench;
mod check_windows;
mod deny;
mod folders;
mod npm;
mod run;
mod screens;
mod setup;
mod soak;
mod steps;
mod test;

const USAGE: &str = "\
Usage: cargo xtask COMMAND

  run [--headless]   Build AB2D Desktop and open its window. Without a display, or with --headless:
                     run a practice export on the command line and check its files
  test               Everything that CI runs
  soak [--cases N] [--seed S]
                     Every fault at every stage, and random faults, histories and kills, as many as N of each
  screens [FOLDER]   Take pictures of every screen in every state, and look for what hinders a person there
  bench              Measure speed, in a release build, beside other programs that do the same
  deny               Check the dependencies' licences, sources and known weaknesses
  check-windows      Compile every crate for Windows, from Debian or Ubuntu

Every command installs what it needs on Debian and Ubuntu, and names it on other systems.";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match dispatch(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[&str]) -> Result<()> {
    let shell = Shell::new()?;
    shell.change_dir(folders::project());
    match arguments {
        ["run"] => run::run(&shell, run::Mode::for_this_machine()),
        ["run", "--headless"] => run::run(&shell, run::Mode::Headless),
        ["test"] => test::test(&shell),
        ["soak", extent @ ..] => soak::soak(&shell, soak::Extent::read(extent)?),
        ["screens"] => screens::screens(&shell, None),
        ["screens", folder] => screens::screens(&shell, Some(folder)),
        ["bench"] => bench::bench(&shell),
        ["deny"] => deny::deny(&shell),
        ["check-windows"] => check_windows::check_windows(&shell),
        [] | ["help" | "--help" | "-h"] => {
            println!("{USAGE}");
            Ok(())
        }
        _ => bail!("cargo xtask knows no command {:?}\n\n{USAGE}", arguments.join(" ")),
    }
}
