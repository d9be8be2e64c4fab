//! Random cases that can be had again: `AB2D_CASES` sets how many are tried, and `AB2D_SEED`, which is printed, which ones.

#![expect(clippy::print_stdout, reason = "whoever runs a test again needs the seed")]

use std::env;

use anyhow::Result;
use proptest::strategy::Strategy;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};

/// So many cases, unless told otherwise.
pub fn cases<S: Strategy>(strategy: &S, usually: u64) -> Result<Vec<S::Tree>> {
    let cases = number("AB2D_CASES").unwrap_or(usually);
    let seed = number("AB2D_SEED").unwrap_or_else(rand::random);
    println!("AB2D_CASES={cases} AB2D_SEED={seed}");
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    let mut runner = TestRunner::new_with_rng(Config::default(), rng);
    let tree = |_| strategy.new_tree(&mut runner).map_err(|reason| anyhow::anyhow!("{reason}"));
    (0..cases).map(tree).collect()
}

fn number(variable: &str) -> Option<u64> {
    env::var(variable).ok()?.parse().ok()
}
