//! Programs that share one service: none overwrites what another keeps.

use std::time::Duration;

use ab2d_practice::{JointPractice, Options, Reached};
use tempfile::{TempDir, tempdir};

use crate::client::{EXPORT, client, own_port};

fn program(folder: &TempDir) -> JointPractice {
    program_at(0, folder)
}

/// A program whose service is at this port.
fn program_at(port: u16, folder: &TempDir) -> JointPractice {
    JointPractice::new(Options::instant().port(port), folder.path().join("practice.json"))
}

async fn reach(program: &JointPractice) -> Reached {
    program.reach("Z1001").await.unwrap().unwrap()
}

/// Starts a job there, and returns its status URL with the token that it is asked with.
async fn started(at: &Reached) -> (String, String) {
    let token = token(at).await;
    let url = format!("{}/v2/fhir/Patient/$export?{EXPORT}", at.api_url);
    let request = client().get(url).bearer_auth(&token).header("accept", "application/json");
    let answer = request.header("prefer", "respond-async").send().await.unwrap();
    (answer.headers()["content-location"].to_str().unwrap().to_owned(), token)
}

async fn token(at: &Reached) -> String {
    let request = client()
        .post(at.token_url.clone())
        .query(&[("grant_type", "client_credentials"), ("scope", "clientCreds")])
        .basic_auth(&at.contract.client_id, Some(&at.contract.client_secret))
        .header("accept", "application/json")
        .header("content-type", "application/x-www-form-urlencoded")
        .body("");
    let grant: serde_json::Value =
        serde_json::from_str(&request.send().await.unwrap().text().await.unwrap()).unwrap();
    grant["access_token"].as_str().unwrap().to_owned()
}

async fn is_known(job: &str, token: &str) -> bool {
    let request = client().get(job).bearer_auth(token).header("accept", "application/json");
    request.send().await.is_ok_and(|answer| answer.status().is_success())
}

#[tokio::test]
async fn two_programs_have_one_service() {
    let folder = tempdir().unwrap();
    let (first, second) = (program(&folder), program(&folder));
    let (one, other) = (reach(&first).await, reach(&second).await);
    assert_eq!((&one.api_url, &one.token_url), (&other.api_url, &other.token_url));
    let (theirs, _) = started(&one).await;
    let (ours, token) = started(&other).await;
    assert!(is_known(&theirs, &token).await && is_known(&ours, &token).await);
    assert!(second.reach("S9999").await.unwrap().is_none());
}

#[tokio::test]
async fn what_one_program_ran_another_takes_over() {
    let folder = tempdir().unwrap();
    let (first, second) = (program_at(own_port(), &folder), program(&folder));
    let (one, other) = (reach(&first).await, reach(&second).await);
    let (job, _) = started(&one).await;
    first.stop().await;
    let taken_over = async {
        while client().get(other.api_url.join("/health").unwrap()).send().await.is_err() {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(30), taken_over).await.unwrap();
    assert_eq!(reach(&second).await.api_url, one.api_url);
    assert!(is_known(&job, &token(&other).await).await);
    // Who comes back is a guest now.
    assert_eq!(reach(&first).await.api_url, one.api_url);
    second.stop().await;
    let again = reach(&first).await;
    assert!(is_known(&job, &token(&again).await).await);
}
