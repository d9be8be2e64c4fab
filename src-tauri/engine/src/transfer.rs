//! One file: request, inflate, hash, write, verify, rename.

pub mod tally;
