//! Other clients of AB2D can export from the practice service: what it teaches is true of the service.

use std::path::Path;

use ab2d_practice::{Options, Practice};
use ab2d_tests::desk::sha256;
use ab2d_tests::places::project;
use anyhow::{Context, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tokio::process::Command;

#[tokio::test]
async fn a_shell_script_with_curl_exports() -> Result<()> {
    exports("bash", "tests/peers/export.sh").await
}

#[tokio::test]
async fn a_python_script_exports() -> Result<()> {
    exports("python3", "tests/peers/export.py").await
}

/// Runs a client against the service and compares its files with those that the service holds.
async fn exports(interpreter: &str, script: &str) -> Result<()> {
    let service = ab2d_practice::serve(Options::instant().files(3, 200_000)).await?;
    let folder = tempfile::tempdir()?;
    let credentials = credentials_file(&service, folder.path())?;
    let output = Command::new(interpreter)
        .arg(project().join(script))
        .args([service.api_url().as_str(), service.token_url().as_str(), &credentials])
        .arg(folder.path())
        .output()
        .await
        .with_context(|| format!("{interpreter} did not start"))?;
    ensure!(output.status.success(), "{script}: {}", String::from_utf8_lossy(&output.stderr));
    let job = *service.jobs().first().context("no job was asked for")?;
    let held = service.held_files(job);
    ensure!(held.len() == 3, "the service holds {} files", held.len());
    for file in held {
        let bytes = std::fs::read(folder.path().join(&file.name))?;
        ensure!(sha256(&bytes) == file.sha256, "{} differs", file.name);
    }
    Ok(())
}

fn credentials_file(service: &Practice, folder: &Path) -> Result<String> {
    let owner = service.contract("Z1001").context("the service has no such contract")?;
    let file = folder.join("credentials_Z1001_base64.txt");
    std::fs::write(&file, STANDARD.encode(format!("{}:{}", owner.client_id, owner.client_secret)) + "\n")?;
    Ok(file.to_string_lossy().into_owned())
}
