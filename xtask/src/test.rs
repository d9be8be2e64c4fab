//! `cargo xtask test`: everything that CI runs, what fails soonest first.

use std::path::Path;

use anyhow::Result;
use xshell::{Shell, cmd};

use crate::steps::Steps;
use crate::{deny, folders, npm, setup};

/// All builds name the same packages and features, so that no crate is compiled twice.
pub(crate) const EVERYTHING: &[&str] = &["--locked", "--workspace", "--features", "ab2d-tests/window"];

/// Runs every check and test.
pub(crate) fn test(shell: &Shell) -> Result<()> {
    let mut steps = Steps::default();
    steps.step("Set up", || set_up(shell))?;
    steps.step("Format", || Ok(cmd!(shell, "cargo fmt --all --check").run()?))?;
    check_page(shell, &mut steps)?;
    check_rust(shell, &mut steps)?;
    test_rust(shell, &mut steps)?;
    steps.print_times();
    println!("\nEverything passed.");
    Ok(())
}

fn set_up(shell: &Shell) -> Result<()> {
    setup::for_tests(shell)?;
    npm::install(shell)
}

/// The page comes first: the program holds its built form.
fn check_page(shell: &Shell, steps: &mut Steps) -> Result<()> {
    steps.step("Page: types", || npm::script(shell, "check"))?;
    steps.step("Page: lint", || npm::script(shell, "lint"))?;
    steps.step("Page: tests", || npm::script(shell, "test"))?;
    steps.step("Page: build", || npm::script(shell, "build"))
}

fn check_rust(shell: &Shell, steps: &mut Steps) -> Result<()> {
    steps.step("Dependencies", || deny::check_licences_and_sources(shell))?;
    steps.step("Clippy", || {
        Ok(cmd!(shell, "cargo clippy {EVERYTHING...} --all-targets -- -D warnings").run()?)
    })?;
    steps.step("Documentation", || {
        let cargo = cmd!(shell, "cargo doc {EVERYTHING...} --no-deps --document-private-items");
        // Private items are documented too, so a link to one leads somewhere.
        let lints = "-D warnings -A rustdoc::private_intra_doc_links";
        Ok(cargo.env("RUSTDOCFLAGS", lints).run()?)
    })
}

fn test_rust(shell: &Shell, steps: &mut Steps) -> Result<()> {
    let runner = Runner::on_this_machine(shell);
    steps.step("Build", || build(shell))?;
    steps.step("Tests", || runner.test_all_but_the_window(shell))?;
    steps.step("Tests of the real window", || runner.test_window(shell))
}

/// Builds every program and every test.
pub(crate) fn build(shell: &Shell) -> Result<()> {
    Ok(cmd!(shell, "cargo build {EVERYTHING...} --all-targets").run()?)
}

/// What runs the Rust tests: nextest where it is installed, since it gives every test a process of its own and so
/// may run many at once. Cargo runs all tests of a target in one process, whose memory some of them measure.
pub(crate) enum Runner {
    Nextest,
    Cargo,
}

impl Runner {
    pub(crate) fn on_this_machine(shell: &Shell) -> Self {
        let nextest = cmd!(shell, "cargo nextest --version").quiet().ignore_stdout().ignore_stderr();
        if nextest.run().is_ok() { Self::Nextest } else { Self::Cargo }
    }

    fn test_all_but_the_window(&self, shell: &Shell) -> Result<()> {
        match self {
            Self::Nextest => {
                in_session(shell, &["nextest", "run", "-E", "not binary(window)"], EVERYTHING)?;
                // nextest leaves the examples in doc comments out.
                Ok(cmd!(shell, "cargo test {EVERYTHING...} --doc --quiet").run()?)
            }
            // Without its feature the window's test is not built, and nothing else depends on that feature.
            Self::Cargo => one_by_one(shell, &["test"], &["--locked", "--workspace"]),
        }
    }

    /// These tests share a screen, so they run one after the other; nextest has that from its configuration.
    fn test_window(&self, shell: &Shell) -> Result<()> {
        match self {
            Self::Nextest => {
                in_session(shell, &["nextest", "run", "-E", "binary(window) - test(/^full::/)"], EVERYTHING)
            }
            Self::Cargo => {
                let but_those = [EVERYTHING, &["--", "--skip", "full::"]].concat();
                one_by_one(shell, &["test", "--test", "window"], &but_those)
            }
        }
    }

    /// Tells the stories of the real window, and those that are too long for every day, and looks at each of their pages in
    /// every way that there is. What they measure is printed.
    pub(crate) fn tell_stories_in_full(&self, shell: &Shell, pictures: &Path) -> Result<()> {
        let _environment =
            [shell.push_env("AB2D_FULL_RUN", "1"), shell.push_env("AB2D_SCREENSHOTS", pictures)];
        match self {
            Self::Nextest => {
                let run = ["nextest", "run", "--profile", "full", "-E", "binary(window)"];
                in_session(shell, &run, EVERYTHING)
            }
            Self::Cargo => {
                let aloud = [EVERYTHING, &["--", "--nocapture"]].concat();
                one_by_one(shell, &["test", "--test", "window"], &aloud)
            }
        }
    }
}

fn one_by_one(shell: &Shell, arguments: &[&str], selection: &[&str]) -> Result<()> {
    let _threads = shell.push_env("RUST_TEST_THREADS", "1");
    in_session(shell, arguments, selection)
}

/// Runs Cargo with a screen and a keychain that were made for it.
pub(crate) fn in_session(shell: &Shell, arguments: &[&str], selection: &[&str]) -> Result<()> {
    let screen = "-screen 0 1280x800x24";
    let with_keyring = folders::project().join("tests/with-keyring");
    let cargo = cmd!(shell, "xvfb-run -a -s {screen} {with_keyring} cargo {arguments...} {selection...}");
    Ok(cargo.run()?)
}
