//! What is measured of the window, by what Linux tells of processes.

use std::path::Path;
use std::time::Duration;

use ab2d_tests::driver::{Window, button};
use ab2d_tests::home::Home;
use anyhow::{Context, Result};

/// Starts of the program.
const STARTS: usize = 10;

/// How long the window is left alone.
const IDLE: Duration = Duration::from_mins(1);

/// The kernel counts processor time in hundredths of a second (`USER_HZ`).
const TICKS: f64 = 100.0;

#[expect(clippy::print_stdout, reason = "what a benchmark is for")]
pub(crate) async fn starts() -> Result<()> {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let home = Home::new()?;
        let window = ready(&home).await?;
        times.push(age(program()?)?);
        window.quit().await?;
    }
    times.sort_by(f64::total_cmp);
    let (least, median, most) = (times[0], times[STARTS / 2], times[STARTS - 1]);
    println!(
        "start to a page that takes a click, {STARTS} times: {least:.2} s, median {median:.2} s, {most:.2} s"
    );
    Ok(())
}

#[expect(clippy::print_stdout, reason = "what a benchmark is for")]
pub(crate) async fn idle() -> Result<()> {
    let home = Home::new()?;
    let window = ready(&home).await?;
    // What a start leaves to be done is over by then.
    tokio::time::sleep(Duration::from_secs(5)).await;
    let processes = family(program()?)?;
    let before = used(&processes)?;
    tokio::time::sleep(IDLE).await;
    let share = (used(&processes)? - before) / IDLE.as_secs_f64() * 100.0;
    println!("idle for {} s, {} processes: {share:.2} % of a core", IDLE.as_secs(), processes.len());
    window.quit().await
}

async fn ready(home: &Home) -> Result<Window> {
    let window = home.open().await?;
    window.wait_for(&button("Try it with practice data")).await?;
    Ok(window)
}

/// The program's process: the driver is this one's child, and the program the driver's.
fn program() -> Result<u32> {
    let all = family(std::process::id())?;
    let is_program = |id: &u32| {
        std::fs::read_to_string(format!("/proc/{id}/comm")).is_ok_and(|name| name.trim() == "ab2d-desktop")
    };
    all.into_iter().find(is_program).context("the program does not run")
}

/// A process and all that it started.
fn family(root: u32) -> Result<Vec<u32>> {
    let mut parents = Vec::new();
    for entry in std::fs::read_dir("/proc")? {
        let Ok(id) = entry?.file_name().to_string_lossy().parse::<u32>() else { continue };
        // One that has ended meanwhile is none of them.
        if let Ok(fields) = stat(id) {
            parents.push((id, fields[1].parse::<u32>()?));
        }
    }
    let mut found = vec![root];
    let mut next = 0;
    while next < found.len() {
        let parent = found[next];
        found.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(id, _)| *id));
        next += 1;
    }
    Ok(found)
}

/// Seconds since a process was started.
fn age(id: u32) -> Result<f64> {
    let uptime = std::fs::read_to_string("/proc/uptime")?;
    let uptime: f64 = uptime.split(' ').next().unwrap_or_default().parse()?;
    Ok(uptime - stat(id)?[19].parse::<f64>()? / TICKS)
}

/// Seconds of processor time that processes have used.
fn used(processes: &[u32]) -> Result<f64> {
    let mut ticks = 0.0;
    for id in processes {
        let fields = stat(*id)?;
        ticks += fields[11].parse::<f64>()? + fields[12].parse::<f64>()?;
    }
    Ok(ticks / TICKS)
}

/// The fields of `/proc/ID/stat` after the process's name, which may hold anything: the first is its state.
fn stat(id: u32) -> Result<Vec<String>> {
    let path = Path::new("/proc").join(id.to_string()).join("stat");
    let line = std::fs::read_to_string(&path)?;
    let (_, fields) = line.rsplit_once(") ").context("a process without a name")?;
    Ok(fields.split(' ').map(str::to_owned).collect())
}
