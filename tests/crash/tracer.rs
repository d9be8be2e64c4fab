//! Runs a program step by step: it stands still before and after everything that it does to the disk, and can be killed
//! there. The program itself knows nothing of it, so that what is tested is what is shipped.

use std::collections::HashMap;
use std::ffi::OsStr;
use std::fs::{self, File};
use std::ops::ControlFlow;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::FileExt;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use nix::errno::Errno;
use nix::libc;
use nix::sys::ptrace::{self, Options};
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, WaitStatus, waitpid};
use nix::unistd::Pid;

use crate::step::{Act, Moment, Step};

/// The longest path that Linux knows, in bytes.
const LONGEST_PATH: usize = 4096;

/// Of `PTRACE_GET_SYSCALL_INFO`: the thread enters a system call, or leaves it.
const ENTRY: u8 = 1;

/// The file in the command's folder that keeps what it says.
pub(crate) const SAID: &str = "said.jsonl";

/// How the program ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    /// By itself, with this status.
    Exited(i32),
    /// By the kill that was asked for.
    Killed,
}

/// Runs a command to its end, or until `watch` breaks off before or after a step: then it is killed there.
///
/// The thread that calls this traces the command, and waits for nothing else meanwhile.
pub(crate) fn run(
    command: &Command,
    watch: &mut dyn FnMut(Moment, &Step) -> ControlFlow<()>,
) -> Result<Ended> {
    let program = begin(command)?;
    Tracer { program, under_way: HashMap::new(), killed: false, watch }.run()
}

/// Starts a shell that stands still until it is traced, and then becomes the command.
fn begin(command: &Command) -> Result<Pid> {
    let mut shell = Command::new("/bin/sh");
    shell.args(["-c", r#"kill -STOP $$; exec "$@""#, "sh"]);
    shell.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    let folder = command.get_current_dir().context("the command has no folder")?;
    let said = File::options().create(true).append(true).open(folder.join(SAID))?;
    shell.current_dir(folder).stdin(Stdio::null()).stdout(said).stderr(Stdio::null());
    let shell = shell.spawn().context("the shell does not start")?;
    let program = Pid::from_raw(shell.id().cast_signed());
    let stopped = waitpid(program, Some(WaitPidFlag::WUNTRACED))?;
    ensure!(matches!(stopped, WaitStatus::Stopped(..)), "the shell did not wait: {stopped:?}");
    let options = Options::PTRACE_O_TRACESYSGOOD | Options::PTRACE_O_TRACECLONE | Options::PTRACE_O_EXITKILL;
    ptrace::seize(program, options).context("this system does not let a test trace its own child")?;
    kill(program, Signal::SIGCONT)?;
    Ok(program)
}

struct Tracer<'a> {
    program: Pid,
    /// The step that each thread is at.
    under_way: HashMap<Pid, Step>,
    killed: bool,
    watch: &'a mut dyn FnMut(Moment, &Step) -> ControlFlow<()>,
}

impl Tracer<'_> {
    fn run(mut self) -> Result<Ended> {
        // Children of other threads are other tests' affair.
        let all_threads = WaitPidFlag::__WALL | WaitPidFlag::__WNOTHREAD;
        loop {
            match waitpid(None, Some(all_threads)) {
                Ok(WaitStatus::PtraceSyscall(thread)) => {
                    gone_is_fine(self.at_system_call(thread))?;
                    self.go_on(thread, None)?;
                }
                Ok(WaitStatus::PtraceEvent(thread, ..)) => self.go_on(thread, None)?,
                Ok(WaitStatus::Stopped(thread, signal)) => self.go_on(thread, Some(signal))?,
                Ok(WaitStatus::Exited(thread, status)) if thread == self.program => {
                    return Ok(Ended::Exited(status));
                }
                Ok(WaitStatus::Signaled(thread, signal, _)) if thread == self.program => {
                    ensure!(self.killed && signal == Signal::SIGKILL, "it was ended by {signal}");
                    return Ok(Ended::Killed);
                }
                Ok(_) | Err(Errno::EINTR) => {}
                Err(error) => bail!("the program is lost: {error}"),
            }
        }
    }

    fn at_system_call(&mut self, thread: Pid) -> nix::Result<()> {
        let registers = ptrace::getregs(thread)?;
        if ptrace::syscall_info(thread)?.op == ENTRY {
            if let Some(step) = step(thread, &registers) {
                self.at(Moment::Before, &step)?;
                self.under_way.insert(thread, step);
            }
        } else if let Some(step) = self.under_way.remove(&thread)
            && registers.rax.cast_signed() >= 0
        {
            self.at(Moment::After, &step)?;
        }
        Ok(())
    }

    fn at(&mut self, moment: Moment, step: &Step) -> nix::Result<()> {
        if !self.killed && (self.watch)(moment, step).is_break() {
            self.killed = true;
            // A thread that is about to enter a system call does not enter it any more.
            kill(self.program, Signal::SIGKILL)?;
        }
        Ok(())
    }

    fn go_on(&self, thread: Pid, signal: Option<Signal>) -> Result<()> {
        if self.killed {
            return Ok(());
        }
        Ok(gone_is_fine(ptrace::syscall(thread, signal))?)
    }
}

/// A thread may end at any time.
fn gone_is_fine(result: nix::Result<()>) -> nix::Result<()> {
    match result {
        Err(Errno::ESRCH) => Ok(()),
        other => other,
    }
}

/// The step that a thread is about to do, if it is one.
fn step(thread: Pid, registers: &libc::user_regs_struct) -> Option<Step> {
    let named = |address: u64| path_at(thread, address);
    let opened = |descriptor: u64| fs::read_link(format!("/proc/{thread}/fd/{descriptor}")).ok();
    let creates = |flags: u64| flags & u64::from(libc::O_CREAT.unsigned_abs()) != 0;
    let (first, second, third, fourth) = (registers.rdi, registers.rsi, registers.rdx, registers.r10);
    let (act, path) = match registers.orig_rax.cast_signed() {
        libc::SYS_openat if creates(third) => (Act::Create, named(second)?),
        libc::SYS_open if creates(second) => (Act::Create, named(first)?),
        libc::SYS_write | libc::SYS_pwrite64 | libc::SYS_writev => (Act::Write, opened(first)?),
        libc::SYS_fsync | libc::SYS_fdatasync => (Act::Flush, opened(first)?),
        libc::SYS_rename => return Some(renamed(named(first)?, named(second)?)),
        libc::SYS_renameat | libc::SYS_renameat2 => return Some(renamed(named(second)?, named(fourth)?)),
        libc::SYS_mkdir => (Act::MakeFolder, named(first)?),
        libc::SYS_mkdirat => (Act::MakeFolder, named(second)?),
        libc::SYS_unlink => (Act::Remove, named(first)?),
        libc::SYS_unlinkat => (Act::Remove, named(second)?),
        _ => return None,
    };
    Some(Step { act, path, from: None })
}

fn renamed(from: PathBuf, path: PathBuf) -> Step {
    Step { act: Act::Rename, path, from: Some(from) }
}

/// The path that lies at an address of a thread.
fn path_at(thread: Pid, address: u64) -> Option<PathBuf> {
    let memory = File::open(format!("/proc/{thread}/mem")).ok()?;
    let mut path = Vec::new();
    while path.len() < LONGEST_PATH {
        let mut piece = [0; 64];
        let read = memory.read_at(&mut piece, address + path.len() as u64).ok().filter(|read| *read > 0)?;
        if let Some(end) = piece[..read].iter().position(|byte| *byte == 0) {
            path.extend_from_slice(&piece[..end]);
            return Some(PathBuf::from(OsStr::from_bytes(&path)));
        }
        path.extend_from_slice(&piece[..read]);
    }
    None
}
