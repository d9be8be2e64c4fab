//! Whatever ends the command, the next one goes on where it was.

use std::collections::BTreeMap;
use std::time::Duration;

use ab2d_practice::{Fault, Options, RequestKind, Rule};
use tokio::io::{AsyncBufReadExt, BufReader};
#[cfg(unix)]
use tokio::process::Child;

use crate::desk::{Desk, Ran};

/// Longer than any step of a test takes.
const LONG: Duration = Duration::from_mins(1);

/// Files that arrive while a sixth one hangs.
const ARRIVE: usize = 5;

async fn with_a_file_that_hangs() -> Desk {
    let desk = Desk::with(Options::instant().files(6, 100_000)).await;
    let hang = Fault::stall_at(2_000, ab2d_practice::Pause::UntilDisarmed);
    desk.practice.faults().arm(Rule::on(RequestKind::File, hang).skip(3));
    desk
}

/// Waits until every file has its final name but the one that hangs.
async fn until_one_is_left(desk: &Desk) {
    let left = async {
        while named(desk) < ARRIVE {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(LONG, left).await.unwrap();
}

/// How many files have their final names.
fn named(desk: &Desk) -> usize {
    let folders = std::fs::read_dir(desk.claims()).unwrap().flatten();
    let entries = folders.flat_map(|folder| std::fs::read_dir(folder.path())).flatten().flatten();
    entries.filter(|entry| entry.path().extension().is_some_and(|ending| ending == "ndjson")).count()
}

fn downloads(desk: &Desk) -> BTreeMap<String, u32> {
    desk.held().into_iter().map(|file| (file.name, file.downloads)).collect()
}

async fn resume(desk: &Desk) -> Ran {
    let file = desk.path("credentials_Z1001_base64.txt");
    desk.run(&["resume", "--credentials-file", file.to_str().unwrap(), "--json"]).await
}

#[cfg(unix)]
fn send(child: &Child, signal: &str) {
    let id = child.id().unwrap().to_string();
    assert!(std::process::Command::new("kill").args([signal, &id]).status().unwrap().success());
}

#[tokio::test]
async fn a_killed_export_goes_on_and_fetches_nothing_twice() {
    let desk = with_a_file_that_hangs().await;
    let mut child = desk.start(&desk.export_arguments(&["--everything", "--json"]));
    until_one_is_left(&desk).await;
    child.kill().await.unwrap();
    desk.practice.faults().clear();

    let status = desk.run(&["status"]).await;
    assert!(status.out.contains("downloading"), "{}", status.out);
    let before = downloads(&desk);
    let ran = resume(&desk).await;
    ran.assert_status(0);
    desk.assert_exported();
    for (name, count) in downloads(&desk) {
        assert_eq!(count, 1, "{name} was downloaded {} times before", before[&name]);
    }
}

#[cfg(unix)]
#[tokio::test]
async fn an_interrupted_export_says_how_to_go_on() {
    let desk = with_a_file_that_hangs().await;
    let child = desk.start(&desk.export_arguments(&["--everything", "--json"]));
    until_one_is_left(&desk).await;
    send(&child, "-INT");
    let ran = Ran::from(child.wait_with_output().await.unwrap());
    desk.practice.faults().clear();
    ran.assert_status(130);
    assert_eq!(ran.result()["event"], "interrupted");

    let ran = resume(&desk).await;
    ran.assert_status(0);
    assert_eq!(ran.result()["event"], "complete");
    desk.assert_exported();
}

#[tokio::test]
async fn without_its_credentials_an_unstored_export_waits() {
    let desk = with_a_file_that_hangs().await;
    let mut child = desk.start(&desk.export_arguments(&["--everything"]));
    until_one_is_left(&desk).await;
    child.kill().await.unwrap();
    desk.practice.faults().clear();

    let ran = desk.run(&["resume", "1", "--json"]).await;
    ran.assert_status(3);
    assert_eq!(ran.result()["event"], "waiting");
    resume(&desk).await.assert_status(0);
    desk.assert_exported();
}

#[tokio::test]
async fn what_time_mends_is_waited_for() {
    let desk = Desk::new().await;
    desk.practice.set_maintenance(true);
    let mut child = desk.start(&desk.export_arguments(&["--everything", "--json"]));
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let retrying = async {
        while let Some(line) = lines.next_line().await.unwrap() {
            if line.contains(r#""event":"retrying""#) && line.contains("maintenance") {
                return;
            }
        }
        panic!("the command did not wait");
    };
    tokio::time::timeout(LONG, retrying).await.unwrap();
    desk.practice.set_maintenance(false);
    let status = tokio::time::timeout(2 * LONG, child.wait()).await.unwrap().unwrap();
    assert_eq!(status.code(), Some(0));
    desk.assert_exported();
}

#[tokio::test]
async fn it_is_waited_no_longer_than_allowed() {
    let desk = Desk::new().await;
    let refused = desk.refuse_starts();
    let ran = desk.export(&["--everything", "--json", "--max-wait", "1s"]).await;
    ran.assert_status(1);
    let result = ran.result();
    assert_eq!(
        (result["event"].as_str(), result["problem"]["code"].as_str()),
        (Some("failed"), Some("maintenance"))
    );

    refused.disarm();
    resume(&desk).await.assert_status(0);
    desk.assert_exported();
}

#[tokio::test]
async fn a_cancelled_export_is_over() {
    let desk = with_a_file_that_hangs().await;
    let mut child = desk.start(&desk.export_arguments(&["--everything"]));
    until_one_is_left(&desk).await;
    let elsewhere = desk.run(&["cancel", "1"]).await;
    elsewhere.assert_status(3);
    assert!(elsewhere.err.contains("another window or command"), "{}", elsewhere.err);
    child.kill().await.unwrap();
    desk.practice.faults().clear();

    let ran = desk.run(&["cancel", "1"]).await;
    ran.assert_status(0);
    assert!(ran.out.contains("canceled"), "{}", ran.out);
    let nothing = resume(&desk).await;
    nothing.assert_status(0);
    assert!(nothing.out.is_empty(), "{}", nothing.out);
}

#[tokio::test]
async fn an_export_whose_folder_is_gone_goes_on_in_another() {
    let desk = with_a_file_that_hangs().await;
    let mut child = desk.start(&desk.export_arguments(&["--everything"]));
    until_one_is_left(&desk).await;
    child.kill().await.unwrap();
    desk.practice.faults().clear();
    std::fs::remove_dir_all(desk.claims()).unwrap();
    desk.write("claims", "in the way");

    let ran = resume(&desk).await;
    ran.assert_status(3);
    assert_eq!(ran.result()["problem"]["remedy"], "chooseFolder");
    std::fs::remove_file(desk.claims()).unwrap();
    let file = desk.path("credentials_Z1001_base64.txt");
    let elsewhere = desk.path("elsewhere");
    let arguments =
        ["resume", "1", "--folder", "elsewhere", "--credentials-file", file.to_str().unwrap(), "--json"];
    let ran = desk.run(&arguments).await;
    ran.assert_status(0);
    let folder = ran.result()["folder"].as_str().unwrap().to_owned();
    assert!(std::path::Path::new(&folder).starts_with(&elsewhere), "{folder}");
    desk.assert_exported_to(folder.as_ref());
}
