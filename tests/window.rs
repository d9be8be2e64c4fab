//! Stories in the real window.
#![cfg(target_os = "linux")]

#[path = "window/at_work.rs"]
mod at_work;
#[path = "window/contract.rs"]
mod contract;
#[path = "window/dropped.rs"]
mod dropped;
#[path = "window/elsewhere.rs"]
mod elsewhere;
#[path = "window/expired.rs"]
mod expired;
#[path = "window/first_run.rs"]
mod first_run;
#[path = "window/folders.rs"]
mod folders;
#[path = "window/form.rs"]
mod form;
#[path = "window/full.rs"]
mod full;
#[path = "window/help.rs"]
mod help;
#[path = "window/history.rs"]
mod history;
#[path = "window/keyboard.rs"]
mod keyboard;
#[path = "window/lost_answer.rs"]
mod lost_answer;
#[path = "window/place.rs"]
mod place;
#[path = "window/production.rs"]
mod production;
#[path = "window/proxy.rs"]
mod proxy;
#[path = "window/result.rs"]
mod result;
#[path = "window/running.rs"]
mod running;
#[path = "window/settings.rs"]
mod settings;
#[path = "window/several.rs"]
mod several;
#[path = "window/single.rs"]
mod single;
#[path = "window/start.rs"]
mod start;
#[path = "window/steps.rs"]
mod steps;
#[path = "window/tray.rs"]
mod tray;
#[path = "window/verifying.rs"]
mod verifying;
#[path = "window/waiting.rs"]
mod waiting;
