//! The system's packages: installed where they are missing on Debian and Ubuntu, named elsewhere.

use anyhow::{Context, Result, bail};
use xshell::{Shell, cmd};

/// What a Rust crate with C code in it is compiled with.
const COMPILER: &[&str] = &["build-essential", "pkg-config"];

/// What the window is compiled against.
const WINDOW: &[&str] = &["libwebkit2gtk-4.1-dev"];

/// What the tests run: a display, a keychain, a window manager and a driver for the real window, keys for native
/// dialogs, and what other clients of AB2D are written in.
const TESTS: &[&str] = &[
    "curl",
    "dbus",
    "fonts-dejavu-core",
    "gnome-keyring",
    "openbox",
    "procps",
    "python3",
    "webkit2gtk-driver",
    "xauth",
    "xdotool",
    "xvfb",
];

/// The other browser that shows the page.
const BROWSER: &[&str] = &["chromium"];

/// The compiler and linker for Windows.
const WINDOWS: &[&str] =
    &["binutils-mingw-w64-x86-64", "g++-mingw-w64-x86-64-posix", "gcc-mingw-w64-x86-64-posix"];

/// What the `ab2d` command is built with.
pub(crate) fn for_command(shell: &Shell) -> Result<()> {
    if has_apt() { apt(shell, &[COMPILER]) } else { name_compiler(shell) }
}

/// What the desktop program is built with.
pub(crate) fn for_window(shell: &Shell) -> Result<()> {
    if has_apt() {
        apt(shell, &[COMPILER, WINDOW])
    } else if cfg!(target_os = "linux") {
        name_linux_packages(shell)
    } else {
        name_compiler(shell)
    }
}

/// What all tests need. Those of the real window run on Debian and Ubuntu only.
pub(crate) fn for_tests(shell: &Shell) -> Result<()> {
    apt_or_say(shell, &[COMPILER, WINDOW, TESTS])
}

/// What pictures of every screen need.
pub(crate) fn for_screens(shell: &Shell) -> Result<()> {
    apt_or_say(shell, &[COMPILER, WINDOW, TESTS, BROWSER])
}

/// What compiling for Windows needs.
pub(crate) fn for_windows_check(shell: &Shell) -> Result<()> {
    apt_or_say(shell, &[COMPILER, WINDOWS])
}

/// Whether this is Debian, Ubuntu or one of their kin.
fn has_apt() -> bool {
    cfg!(target_os = "linux") && std::path::Path::new("/usr/bin/apt-get").exists()
}

fn apt_or_say(shell: &Shell, groups: &[&[&str]]) -> Result<()> {
    if !has_apt() {
        bail!("this needs Debian or Ubuntu, with these packages: {}", groups.concat().join(" "));
    }
    apt(shell, groups)
}

fn apt(shell: &Shell, groups: &[&[&str]]) -> Result<()> {
    let missing = missing_packages(shell, &groups.concat())?;
    if missing.is_empty() {
        return Ok(());
    }
    println!("installing {}", missing.join(" "));
    // A mirror may be busy for a moment, so one failure is not the last word.
    apt_install(shell, &missing).or_else(|_| apt_install(shell, &missing)).with_context(|| {
        format!("install these packages by hand, then try again: sudo apt-get install {}", missing.join(" "))
    })
}

fn apt_install(shell: &Shell, packages: &[&str]) -> Result<()> {
    let as_root = as_root(shell)?;
    cmd!(shell, "{as_root} apt-get update -qq").run()?;
    let install = "apt-get install -y -qq --no-install-recommends".split(' ');
    cmd!(shell, "{as_root} DEBIAN_FRONTEND=noninteractive {install...} {packages...}")
        .ignore_stdout()
        .run()?;
    Ok(())
}

/// What runs a command, with variables before it, as the system's administrator.
fn as_root(shell: &Shell) -> Result<&'static str> {
    let user = cmd!(shell, "id -u").quiet().read()?;
    Ok(if user == "0" { "env" } else { "sudo" })
}

fn missing_packages<'a>(shell: &Shell, wanted: &[&'a str]) -> Result<Vec<&'a str>> {
    let format = "${Package} ${db:Status-Status}\n";
    // dpkg-query fails when it does not know a package; those that it knows it prints all the same.
    let known = cmd!(shell, "dpkg-query -W -f {format} {wanted...}")
        .quiet()
        .ignore_stderr()
        .ignore_status()
        .read()?;
    Ok(not_installed(&known, wanted))
}

/// Which packages dpkg does not call installed: it may know them without, after they were removed.
fn not_installed<'a>(known: &str, wanted: &[&'a str]) -> Vec<&'a str> {
    let is_installed = |name: &str| known.lines().any(|line| line == format!("{name} installed"));
    wanted.iter().copied().filter(|name| !is_installed(name)).collect()
}

fn name_compiler(shell: &Shell) -> Result<()> {
    if cfg!(target_os = "macos") && cmd!(shell, "xcode-select -p").quiet().ignore_stdout().run().is_err() {
        bail!("Apple's command-line tools are needed: run `xcode-select --install`, then try again");
    }
    if cfg!(windows) {
        println!(
            "Needed on Windows: the Microsoft C++ build tools (Visual Studio Installer, \"Desktop development with \
             C++\") and the WebView2 runtime, which Windows 11 has."
        );
    }
    Ok(())
}

fn name_linux_packages(shell: &Shell) -> Result<()> {
    if cmd!(shell, "pkg-config --exists webkit2gtk-4.1").quiet().run().is_err() {
        bail!(
            "a C compiler, pkg-config and the development files of WebKitGTK 4.1 are needed; \
             Fedora: `dnf install gcc gcc-c++ pkgconf webkit2gtk4.1-devel`, \
             Arch: `pacman -S base-devel webkit2gtk-4.1`"
        );
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_counts_as_installed_only_when_dpkg_says_so() {
        let known = "xauth installed\nxvfb not-installed\ndbus-user-session installed\ngcc config-files\n";
        assert_eq!(not_installed(known, &["xauth", "xvfb", "dbus", "gcc"]), ["xvfb", "dbus", "gcc"]);
    }
}
