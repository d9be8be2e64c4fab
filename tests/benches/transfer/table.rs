//! Times ways of doing one thing in turn, and prints them as ratios to the first.

use std::time::{Duration, Instant};

use anyhow::Result;

/// The ways and their times, in the order in which they were first timed.
pub(crate) struct Table {
    title: String,
    bytes: u64,
    rows: Vec<(&'static str, Vec<Duration>)>,
}

impl Table {
    /// A table for something that is done with so many bytes.
    pub(crate) fn new(title: &str, bytes: u64) -> Self {
        Self { title: title.to_owned(), bytes, rows: Vec::new() }
    }

    /// Times one run.
    pub(crate) async fn time(
        &mut self,
        way: &'static str,
        work: impl AsyncFnOnce() -> Result<()>,
    ) -> Result<()> {
        let began = Instant::now();
        work().await?;
        let took = began.elapsed();
        match self.rows.iter_mut().find(|(name, _)| *name == way) {
            Some((_, times)) => times.push(took),
            None => self.rows.push((way, vec![took])),
        }
        Ok(())
    }

    /// Prints least, median and most seconds of each way, its speed, and its median as a ratio to the first one's.
    #[expect(clippy::print_stdout, clippy::cast_precision_loss, reason = "what a benchmark is for")]
    pub(crate) fn print(mut self) {
        println!("\n{}", self.title);
        println!("{:<40} {:>7} {:>7} {:>7} {:>7} {:>6}", "", "min s", "med s", "max s", "MB/s", "ratio");
        let mut first = None;
        for (way, times) in &mut self.rows {
            times.sort_unstable();
            let seconds = |index: usize| times[index].as_secs_f64();
            let median = seconds(times.len() / 2);
            let ratio = median / *first.get_or_insert(median);
            let speed = self.bytes as f64 / 1e6 / median;
            println!(
                "{way:<40} {:>7.3} {median:>7.3} {:>7.3} {speed:>7.0} {ratio:>6.2}",
                seconds(0),
                seconds(times.len() - 1)
            );
        }
    }
}
