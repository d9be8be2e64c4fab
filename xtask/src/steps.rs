//! Headings and times for a command that has many steps.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// Runs one step after the other, stops at the first that fails, and remembers how long each took.
#[derive(Default)]
pub(crate) struct Steps {
    done: Vec<(&'static str, Duration)>,
}

impl Steps {
    /// Runs one step under its heading.
    pub(crate) fn step<T>(&mut self, name: &'static str, work: impl FnOnce() -> Result<T>) -> Result<T> {
        println!("\n==> {name}");
        let start = Instant::now();
        let outcome = work().with_context(|| format!("the step \"{name}\" failed"));
        self.done.push((name, start.elapsed()));
        if outcome.is_err() {
            self.print_times();
        }
        outcome
    }

    /// Prints the time of each step that ran, and of all together.
    pub(crate) fn print_times(&self) {
        println!("\nTimes");
        for (name, time) in &self.done {
            println!("{:>8.1} s  {name}", time.as_secs_f64());
        }
        let all: Duration = self.done.iter().map(|(_, time)| *time).sum();
        println!("{:>8.1} s  in all", all.as_secs_f64());
    }
}
