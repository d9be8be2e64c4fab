//! Stories in the real window.
#![cfg(target_os = "linux")]

#[path = "window/contract.rs"]
mod contract;
#[path = "window/first_run.rs"]
mod first_run;
#[path = "window/form.rs"]
mod form;
#[path = "window/single.rs"]
mod single;
#[path = "window/steps.rs"]
mod steps;
#[path = "window/waiting.rs"]
mod waiting;
