//! What a person can set for the whole program.

use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// The settings.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(default, rename_all = "camelCase")]
pub struct Settings {
    /// Files fetched at a time, 1 to 8.
    pub parallel_files: u8,
    /// Whether the computer is kept awake while data flows.
    pub keep_awake: bool,
    /// Whether the system's notifications are shown.
    pub notifications: bool,
    /// Light, dark, or as the system.
    pub theme: Theme,
    /// How large the page is, in percent.
    pub zoom: u16,
    /// How requests leave the computer.
    pub proxy: Proxy,
    /// The language of dates (a BCP 47 tag): `en-US`.
    pub date_locale: String,
    /// Files and folders for the user alone (0600, 0700), or as the folder's own permissions say (a department share).
    pub private_files: bool,
    /// Where the program's log is kept; among its records where no folder is chosen.
    pub log_folder: Option<PathBuf>,
}

/// The window's theme.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Theme {
    /// As the system.
    System,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// How requests leave the computer. The practice service is never asked through a proxy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "camelCase")]
pub enum Proxy {
    /// As the system says.
    System,
    /// Directly.
    None,
    /// Through this one.
    Manual {
        /// Its address: `http://proxy.example:8080`.
        url: String,
    },
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            parallel_files: 4,
            keep_awake: true,
            notifications: true,
            theme: Theme::System,
            zoom: 100,
            proxy: Proxy::System,
            date_locale: "en-US".to_owned(),
            private_files: true,
            log_folder: None,
        }
    }
}
