//! What is measured of the window, by what Linux tells of processes.

use std::path::Path;
use std::time::Duration;

use ab2d_tests::driver::{Window, button};
use ab2d_tests::home::Home;
use anyhow::{Context, Result};

/// Starts of the program.
const STARTS: usize = 10;

/// Contracts of a program that was used for years.
const CONTRACTS: u32 = 50;

/// Its exports: of each contract every other week for two years.
const EXPORTS: u32 = CONTRACTS * 52;

/// How long the window is left alone.
const IDLE: Duration = Duration::from_mins(1);

/// The kernel counts processor time in hundredths of a second (`USER_HZ`).
const TICKS: f64 = 100.0;

/// Starts of a program that is new here, and of one that was used for years.
pub(crate) async fn starts() -> Result<()> {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        times.push(start(&Home::new()?, "Try it with practice data").await?);
    }
    print("new", times);
    let home = used_for_years().await?;
    let mut times = Vec::new();
    for _ in 0..STARTS {
        times.push(start(&home, "Add contract").await?);
    }
    print(&format!("with {CONTRACTS} contracts and {EXPORTS} exports"), times);
    Ok(())
}

/// Seconds from a start to a page with this button.
async fn start(home: &Home, shown: &str) -> Result<f64> {
    let window = ready(home, shown).await?;
    let time = age(program()?)?;
    window.quit().await?;
    Ok(time)
}

#[expect(clippy::print_stdout, reason = "what a benchmark is for")]
fn print(what: &str, mut times: Vec<f64>) {
    times.sort_by(f64::total_cmp);
    let (least, median, most) = (times[0], times[STARTS / 2], times[STARTS - 1]);
    println!(
        "start to a page that takes a click, {what}, {STARTS} times: {least:.2} s, median {median:.2} s, {most:.2} s"
    );
}

/// Contracts and exports as they come together; all are copies of one.
async fn used_for_years() -> Result<Home> {
    let service = ab2d_practice::serve(ab2d_practice::Options::instant()).await?;
    let home = Home::with_contracts(&service, &["Z1001"]).await?;
    home.export("Z1001").await?;
    let records = rusqlite::Connection::open(home.data().join("ab2d.sqlite3"))?;
    records.execute_batch(&format!(
        "with recursive each (n) as (select 2 union all select n + 1 from each where n < {CONTRACTS})
         insert into contract (number, environment, origin, nickname, endpoints, folder, last_form, has_credentials)
         select 'S' || (5000 + n), environment, origin, nickname, endpoints, folder, last_form, has_credentials
         from contract, each;
         with recursive each (n) as (select 2 union all select n + 1 from each where n < {EXPORTS})
         insert into export (number, environment, origin, phase, asked_at, ended_at, record)
         select 'S' || (5000 + n % {CONTRACTS}), environment, origin, phase, asked_at, ended_at, record
         from export, each;"
    ))?;
    Ok(home)
}

#[expect(clippy::print_stdout, reason = "what a benchmark is for")]
pub(crate) async fn idle() -> Result<()> {
    let home = Home::new()?;
    let window = ready(&home, "Try it with practice data").await?;
    // What a start leaves to be done is over by then.
    tokio::time::sleep(Duration::from_secs(5)).await;
    let processes = family(program()?)?;
    let before = used(&processes)?;
    tokio::time::sleep(IDLE).await;
    let share = (used(&processes)? - before) / IDLE.as_secs_f64() * 100.0;
    println!("idle for {} s, {} processes: {share:.2} % of a core", IDLE.as_secs(), processes.len());
    window.quit().await
}

async fn ready(home: &Home, shown: &str) -> Result<Window> {
    let window = home.open().await?;
    window.wait_for(&button(shown)).await?;
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
