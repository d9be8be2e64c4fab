//! Made-up claims in the shape of the real ones, as many as wanted, the same for the same seed.
//!
//! [`population`] says which claims there are and when each was last updated, [`template`] writes them, and [`mod@file`]
//! puts them into the files of a job. [`model`] holds the claims that a test adds by hand.

mod json;
mod kind;
mod r4;
mod stu3;
mod v3;

pub(crate) mod file;
pub(crate) mod model;
pub(crate) mod population;
pub(crate) mod service_date;
pub(crate) mod template;
