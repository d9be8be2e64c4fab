//! What was proved, for whoever counts it: where `AB2D_PROOFS` names a file, every proof is a line of it.

use std::env;
use std::fs::File;
use std::io::Write;

use anyhow::{Context, Result};

/// The outcome of a case that is not as it must be.
pub const WRONG: &str = "WRONG";

/// What one case proved, or several of a kind.
#[derive(Debug, Clone, Copy)]
pub struct Proof<'a> {
    /// Where in an export it went wrong.
    pub stage: &'a str,
    /// What went wrong.
    pub fault: &'a str,
    /// What came of it.
    pub outcome: &'a str,
    /// So many cases.
    pub cases: u64,
    /// How often the program was killed.
    pub kills: u64,
    /// Bytes that were compared with the service's.
    pub bytes: u64,
}

impl Proof<'_> {
    /// Appends the proof to the file, if there is one: its fields in order, with tabs between.
    pub fn note(&self) -> Result<()> {
        let Some(path) = env::var_os("AB2D_PROOFS") else { return Ok(()) };
        let Self { stage, fault, outcome, cases, kills, bytes } = self;
        // One write, so that tests that run at once do not mix their lines.
        let line = format!("{stage}\t{fault}\t{outcome}\t{cases}\t{kills}\t{bytes}\n");
        let mut file = File::options().create(true).append(true).open(&path).context("the proofs' file")?;
        Ok(file.write_all(line.as_bytes())?)
    }
}
