//! Dropping things onto the window.

use ab2d_tests::driver::heading;
use ab2d_tests::home::Home;
use ab2d_tests::screen::Screen;
use anyhow::Result;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::steps::SOON;

#[tokio::test]
async fn a_credentials_file_is_taken_and_anything_else_is_answered() -> Result<()> {
    let home = Home::new()?;
    let file = home.path().join("credentials_Z1001.txt");
    std::fs::write(&file, STANDARD.encode("0oa2t0lkrdp79uJPI297:made-up-for-this-test-1234567890ABCD"))?;
    let other = home.path().join("letter.txt");
    std::fs::write(&other, "Dear colleague")?;

    let window = home.open().await?;
    let screen = Screen::connect()?;
    window.wait_for(&heading("Add your first contract")).await?;
    for (paths, answer) in [
        (&[home.path()][..], "A folder was dropped."),
        (&[file.as_path(), other.as_path()], "Several files were dropped."),
        (&[other.as_path()], "The file does not hold an AB2D client ID and password"),
    ] {
        screen.drop_files(paths).await?;
        window.wait_for_text(answer, SOON).await?;
    }
    window.screenshot("drop-refused").await?;
    screen.drop_files(&[&file]).await?;
    window.wait_for_text("credentials_Z1001.txt", SOON).await?;
    window.screenshot("drop-taken").await?;
    window.quit().await
}
