//! The fault matrix: every fault at every stage of an export, each with what must come of it.
//!
//! [`matrix`] holds the faults that can meet any request, a row for each and a column for each stage; [`stages`] those
//! that only one stage knows. [`trial`] lets one of them happen to an export of its own and holds the outcome against the
//! oracle: files equal to the service's, or a rest with the right problem that is left when the fault is gone, and never
//! a wrong file under a final name. [`pairs`] lets two of them happen to one export, at two stages of it.

#![expect(clippy::print_stdout, reason = "the tables are what these tests show")]

mod addresses;
mod adopted;
mod canary;
mod case;
mod clocks;
mod coverage;
mod deed;
mod disk;
mod keychain;
mod matrix;
mod oracle;
mod pairs;
mod processes;
mod random;
mod record;
mod single;
mod stages;
mod table;
mod trial;
mod whose;
