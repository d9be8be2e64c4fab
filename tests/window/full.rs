//! What takes too long for every day: measured, printed, and held to loose limits.

use std::time::Duration;

use ab2d_practice::{Fault, Options, Pause, PracticeContract, RequestKind, Rule};
use ab2d_tests::driver::{Window, button, checkbox, role};
use ab2d_tests::home::Home;
use anyhow::{Result, ensure};
use serde::Deserialize;
use serde_json::json;

use crate::steps::{self, SOON};

/// How long the page is watched.
const WATCHED: Duration = Duration::from_secs(10);

#[tokio::test]
async fn ten_running_exports_leave_the_window_responsive() -> Result<()> {
    let numbers: Vec<String> = (1..=10).map(|number| format!("S{number:04}")).collect();
    let contracts = numbers.iter().map(PracticeContract::new).collect();
    let service =
        ab2d_practice::serve(Options { contracts, ..Options::instant().files(8, 2_000_000) }).await?;
    let drip = Fault::drip(1_000, Duration::from_millis(200));
    service.faults().arm(Rule::on(RequestKind::File, drip).always());
    let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
    let home = Home::with_contracts(&service, &numbers).await?;
    let window = home.open().await?;
    window.click(&checkbox("Select every contract shown")).await?;
    window.click(&button("Export 10 selected…")).await?;
    window.click(&button("Export 10\u{a0}contracts")).await?;
    let all_run = async || Ok(window.page_text().await?.matches("Downloading ").count() >= 10);
    window.wait_until("ten exports download", Duration::from_mins(2), all_run).await?;
    let list = watch(&window).await?;
    println!("ten running exports, the list of contracts: {list}");
    window.click(&button("Show progress, S0001")).await?;
    let export = watch(&window).await?;
    println!("ten running exports, the page of one: {export}");
    service.faults().clear();
    for pace in [list, export] {
        ensure!(pace.events >= 80.0, "too few events to tell: {pace}");
        ensure!(pace.clicks.iter().all(|click| *click < 500.0), "a click waited: {pace}");
        ensure!(pace.longest_frame < 1000.0, "the page stood still: {pace}");
    }
    Ok(())
}

#[tokio::test]
async fn two_thousand_files_scroll_smoothly() -> Result<()> {
    let service = ab2d_practice::serve(Options::instant().files(2_000, 4_000)).await?;
    let held = Rule::on(RequestKind::File, Fault::stall_at(100, Pause::UntilDisarmed)).always();
    service.faults().arm(held.file("Z1001_1990.ndjson"));
    let home = Home::with_contracts(&service, &["Z1001"]).await?;
    let window = home.open().await?;
    steps::start_export(&window, "Z1001").await?;
    window.wait_for_text("1,999 of 2,000", Duration::from_mins(5)).await?;
    window.look("running-many-files").await?;
    window.click(&checkbox("Follow the download")).await?;
    let frames = scroll(&window).await?;
    let longest = frames.iter().copied().fold(0.0, f64::max);
    println!("2,000 files scrolled in {} frames, the longest {longest:.0} ms", frames.len());
    ensure!(longest < 500.0, "scrolling stood still for {longest} ms");
    let rows: usize = window.run("return document.querySelectorAll('tbody tr').length", json!([])).await?;
    ensure!(rows < 100, "{rows} rows are drawn, whether they are seen or not");
    service.faults().clear();
    window.wait_for_text("all verified", SOON).await?;
    window.quit().await
}

/// How quick the page was.
#[derive(Debug, Deserialize)]
struct Pace {
    /// Events a second that reached it.
    events: f64,
    /// Frames a second that it drew.
    frames: f64,
    /// The longest time between two frames, in milliseconds.
    longest_frame: f64,
    /// From each click to the next frame that was drawn, in milliseconds, the shortest first.
    clicks: Vec<f64>,
}

impl std::fmt::Display for Pace {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { events, frames, longest_frame, clicks } = self;
        let (median, slowest) = (clicks[clicks.len() / 2], clicks[clicks.len() - 1]);
        write!(
            formatter,
            "{events:.0} events and {frames:.0} frames a second, the longest frame {longest_frame:.0} ms; \
             {} clicks, painted after {median:.0} ms (median), {slowest:.0} ms at most",
            clicks.len()
        )
    }
}

/// Counts events and frames from inside the page, and clicks now and then on what is in the page already.
async fn watch(window: &Window) -> Result<Pace> {
    const WATCH: &str = "
        const [length, done] = arguments;
        let events = 0, frames = 0, longest = 0;
        const clicks = [];
        const { invoke, transformCallback } = __TAURI_INTERNALS__;
        const handler = transformCallback(() => events++);
        invoke('plugin:event|listen', { event: 'ab2d', target: { kind: 'Any' }, handler }).then(() => {
            const start = performance.now();
            let last = start;
            const draw = now => {
                frames++;
                longest = Math.max(longest, now - last);
                last = now;
                if (now - start < length) return requestAnimationFrame(draw);
                clearInterval(clicking);
                document.querySelector('.chip').click();
                const seconds = (now - start) / 1000;
                clicks.sort((one, other) => one - other);
                done({ events: events / seconds, frames: frames / seconds, longest_frame: longest, clicks });
            };
            const clicking = setInterval(() => {
                const chips = document.querySelectorAll('.chip');
                const clicked = performance.now();
                chips[clicks.length % chips.length].click();
                requestAnimationFrame(() => setTimeout(() => clicks.push(performance.now() - clicked)));
            }, 400);
            requestAnimationFrame(draw);
        });";
    window.run_async(WATCH, json!([WATCHED.as_millis()])).await
}

/// Scrolls the table of files from its top to its bottom, and returns how long each frame took, in milliseconds.
async fn scroll(window: &Window) -> Result<Vec<f64>> {
    const SCROLL: &str = "
        const done = arguments[0];
        const table = document.querySelector('.scroller');
        table.scrollTop = 0;
        const frames = [];
        let last = performance.now();
        const draw = now => {
            frames.push(now - last);
            last = now;
            const before = table.scrollTop;
            table.scrollTop += 400;
            if (table.scrollTop > before) requestAnimationFrame(draw); else done(frames);
        };
        requestAnimationFrame(draw);";
    window.wait_for(&role("region", "Files")).await?;
    window.run_async(SCROLL, json!([])).await
}
