//! Builds the Tauri context, and states which commands exist: a command that is not named here cannot be called.

use tauri_build::{AppManifest, Attributes};

/// Every command of the window, as in `commands.rs` and `permissions/commands.toml`.
const COMMANDS: &[&str] = &[
    "snapshot",
    "add_contract",
    "edit_contract",
    "remove_contract",
    "choose_folder",
    "choose_credentials_file",
    "check_connection",
    "check_contract",
    "check_computer",
    "stop_check",
    "replace_credentials",
    "start_practice",
    "look_at_folder",
    "preview_export",
    "start_export",
    "close_gap",
    "pause_export",
    "resume_export",
    "try_now",
    "adopt_job",
    "start_anew",
    "cancel_export",
    "move_export",
    "export_view",
    "export_files",
    "verify_export",
    "stop_verifying",
    "fetch_again",
    "open_folder",
    "choose_log_folder",
    "open_log_folder",
    "history",
    "save_audit",
    "verify_audit",
    "support_report",
    "save_support_report",
    "set_settings",
    "copy_text",
];

fn main() -> Result<(), Box<dyn std::error::Error>> {
    for path in ["src-tauri/capabilities", "src-tauri/permissions", "ui/dist", "icons", "tauri.conf.json"] {
        println!("cargo:rerun-if-changed={path}");
    }
    let attributes =
        Attributes::new().capabilities_path_pattern("./src-tauri/capabilities/**/*.json").app_manifest(
            AppManifest::new()
                .commands(COMMANDS)
                .permissions_path_pattern("./src-tauri/permissions/**/*.toml"),
        );
    tauri_build::try_build(attributes)?;
    Ok(())
}
