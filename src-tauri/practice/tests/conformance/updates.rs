//! Which claims an export delivers: those last updated in its period.

use std::collections::BTreeSet;
use std::time::Duration;

use ab2d_practice::{Claims, Clock, Options};
use chrono::{DateTime, SecondsFormat, TimeDelta, Utc};
use proptest::prelude::*;
use serde_json::Value;

use crate::client::{EXPORT, Session, urls};

fn now() -> DateTime<Utc> {
    "2026-11-20T14:00:00Z".parse().unwrap()
}

fn written(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

fn updated(claim: &Value) -> DateTime<Utc> {
    claim["meta"]["lastUpdated"].as_str().unwrap().parse().unwrap()
}

fn ids(claims: &[Value]) -> BTreeSet<String> {
    claims.iter().map(|claim| claim["id"].as_str().unwrap().to_owned()).collect()
}

/// A service whose time stands still, with or without made-up claims.
async fn session(files: u32) -> Session {
    let options = Options { token_life: Duration::from_hours(9999), ..Options::instant() };
    let options = Options { maximum_running_jobs: 9, request_limit: None, ..options };
    Session::new(options.files(files, 100_000).clock(Clock::stopped_at(now()))).await
}

#[tokio::test]
async fn since_and_until_select_by_last_update() {
    let session = session(4).await;
    let all = session.claims(&session.exported("v2", EXPORT).await.1).await;
    let (since, until) = (now() - TimeDelta::days(400), now() - TimeDelta::days(100));
    let query = format!("{EXPORT}&_since={}&_until={}", written(since), written(until));
    let some = session.claims(&session.exported("v2", &query).await.1).await;
    let expected: Vec<&Value> =
        all.iter().filter(|claim| updated(claim) >= since && updated(claim) <= until).collect();
    assert!(expected.len() > 3 && expected.len() < all.len() - 3, "{}", expected.len());
    assert_eq!(some.iter().collect::<Vec<_>>(), expected);
}

#[tokio::test]
async fn v2_without_since_begins_at_the_last_job_that_was_downloaded_whole() {
    let session = session(0).await;
    let contract = "Z1001";
    session.practice.claims().update(contract, 1, now() - TimeDelta::hours(2));
    let clock = session.practice.clock().clone();
    session.exported("v2", EXPORT).await;
    clock.advance(Duration::from_mins(1));
    session.practice.claims().update(contract, 2, clock.now());
    // The first job was not downloaded: everything comes again.
    let (_, second) = session.exported("v2", EXPORT).await;
    assert_eq!(session.claims(&second).await.len(), 2);
    clock.advance(Duration::from_mins(1));
    session.practice.claims().update(contract, 3, clock.now());
    // The second one was: what it held does not come again.
    let (_, third) = session.exported("v2", EXPORT).await;
    let third = session.claims(&third).await;
    assert_eq!(third.len(), 2, "claim 2 was updated at the very moment from which on claims are delivered");
    for version in ["v1", "v3"] {
        let (_, all) = session.exported(version, EXPORT).await;
        assert_eq!(session.claims(&all).await.len(), 3, "{version} always begins at the attestation");
    }
}

#[tokio::test]
async fn a_since_before_the_attestation_is_raised_to_it() {
    let attested = now() - TimeDelta::days(10);
    let mut contracts = ab2d_practice::PracticeContract::defaults();
    contracts[0].attested_at = Some(attested);
    let options = Options { contracts, ..Options::instant().files(0, 0) };
    let session = Session::new(options.clock(Clock::stopped_at(now()))).await;
    session.practice.claims().update("Z1001", 1, attested - TimeDelta::seconds(1));
    session.practice.claims().update("Z1001", 2, attested);
    let query = format!("{EXPORT}&_since=2020-02-13T00:00:00-05:00");
    let claims = session.claims(&session.exported("v2", &query).await.1).await;
    assert_eq!(claims.len(), 1);
    assert!(claims[0]["id"].as_str().unwrap().ends_with(&Claims::number(2).to_string()));
}

#[tokio::test]
async fn an_update_brings_the_same_claim_again() {
    let session = session(0).await;
    let claims = session.practice.claims();
    claims.update("Z1001", 7, now() - TimeDelta::days(30));
    let first = session.claims(&session.exported("v1", EXPORT).await.1).await;
    claims.update("Z1001", 7, now() - TimeDelta::days(1));
    let second = session.claims(&session.exported("v1", EXPORT).await.1).await;
    assert_eq!(ids(&first), ids(&second));
    assert_eq!(updated(&second[0]), now() - TimeDelta::days(1));
    assert_eq!(first[0]["billablePeriod"], second[0]["billablePeriod"]);
}

#[tokio::test]
async fn an_update_in_the_future_is_not_delivered_yet() {
    let session = session(0).await;
    session.practice.claims().update("Z1001", 7, now() + TimeDelta::seconds(10));
    assert!(urls(&session.exported("v1", EXPORT).await.1).is_empty());
    session.practice.clock().advance(Duration::from_secs(10));
    assert_eq!(session.claims(&session.exported("v1", EXPORT).await.1).await.len(), 1);
}

#[tokio::test]
async fn service_dates_select_by_the_date_of_the_service() {
    let session = session(4).await;
    let all = session.claims(&session.exported("v3", EXPORT).await.1).await;
    let filter = "ExplanationOfBenefit%3Fservice-date%3Dge2025-06-01%26service-date%3Dle2025-12-31";
    let (_, manifest) = session.exported("v3", &format!("{EXPORT}&_typeFilter={filter}")).await;
    let some = session.claims(&manifest).await;
    let date = |claim: &Value, end| claim["billablePeriod"][end].as_str().unwrap().to_owned();
    let within = |claim: &&Value| {
        date(claim, "end").as_str() >= "2025-06-01" && date(claim, "start").as_str() <= "2025-12-31"
    };
    let most: Vec<&Value> = all.iter().filter(within).collect();
    assert!(!some.is_empty() && some.iter().all(|claim| within(&claim)));
    assert!(most.len() - some.len() < most.len() / 5, "only stays across the borders are in doubt");
}

#[tokio::test]
async fn new_claims_arrive_while_the_service_runs() {
    let options = Options { new_claim_every: Some(Duration::from_mins(10)), ..Options::instant() };
    let session = Session::new(options.clock(Clock::stopped_at(now()))).await;
    let all = session.claims(&session.exported("v1", EXPORT).await.1).await;
    session.practice.clock().advance(Duration::from_mins(25));
    let (_, manifest) = session.exported("v1", EXPORT).await;
    assert_eq!(urls(&manifest).len(), 3, "the full files stay as they are");
    assert_eq!(session.claims(&manifest).await.len(), all.len() + 2);
    let query = format!("{EXPORT}&_since={}", written(now()));
    assert_eq!(session.claims(&session.exported("v1", &query).await.1).await.len(), 2);
}

#[test]
fn consecutive_periods_lose_no_update() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let session = runtime.block_on(session(1));
    let beginning = "2020-02-13T00:00:00-05:00";
    let between = |since: &str, until: &str| {
        let query = format!("{EXPORT}&_since={since}&_until={until}");
        runtime.block_on(async {
            let (_, manifest) = session.exported("v2", &query).await;
            ids(&session.claims(&manifest).await)
        })
    };
    let now = written(now());
    let all = between(beginning, &now);
    assert!(!all.is_empty());
    proptest!(ProptestConfig::with_cases(20), |(hours in 1..17_520i64)| {
        let border = written(self::now() - TimeDelta::hours(hours));
        let early = between(beginning, &border);
        let late = between(&border, &now);
        prop_assert_eq!(&(&early | &late), &all);
    });
}
