//! Builds the Tauri context and states which commands exist.
fn main() { tauri_build::build() }
