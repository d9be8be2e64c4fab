//! What the firewall in front of the service refuses.

use std::time::Duration;

use ab2d_practice::{Options, serve};
use reqwest::{Client, StatusCode};

use crate::client::{Session, client};

#[tokio::test]
async fn a_request_without_user_agent_is_refused_with_a_page() {
    let practice = serve(Options::instant()).await.unwrap();
    let nameless = Client::builder().no_proxy().build().unwrap();
    for path in ["/health", "/api/v2/fhir/metadata"] {
        let url = practice.api_url().join(path).unwrap();
        let answer = nameless.get(url).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::FORBIDDEN);
        assert_eq!(answer.headers()["content-type"], "text/html");
        assert!(answer.text().await.unwrap().contains("403 Forbidden"));
    }
    let answer = nameless.post(practice.token_url()).send().await.unwrap();
    assert_eq!(answer.status(), StatusCode::FORBIDDEN);
}

#[tokio::test]
async fn an_address_may_send_so_many_requests_in_five_minutes() {
    let options = Options { request_limit: Some(3), ..Options::instant() };
    let session = Session::new(options).await;
    for _ in 0..3 {
        assert_eq!(session.get("/v2/fhir/metadata").await.status(), StatusCode::OK);
    }
    let answer = session.get("/v2/fhir/metadata").await;
    assert_eq!(answer.status(), StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(answer.headers()["retry-after"], "300");
    session.practice.clock().advance(Duration::from_mins(5));
    assert_eq!(session.get("/v2/fhir/metadata").await.status(), StatusCode::OK);
}

#[test]
fn the_limit_is_3000_unless_set() {
    assert_eq!(Options::default().request_limit, Some(3000));
}

#[tokio::test]
async fn the_journal_keeps_what_matters_and_no_secret() {
    let practice = serve(Options::instant()).await.unwrap();
    let session = Session::with(practice, "Z1001").await;
    let url = format!("{}/v2/fhir/metadata?a=b", session.practice.api_url());
    let request = client().get(url).bearer_auth(&session.token).header("accept-encoding", "gzip");
    let answer = request.header("range", "bytes=0-").send().await.unwrap();
    let length = answer.bytes().await.unwrap().len() as u64;
    let journal = session.practice.journal();
    assert_eq!(journal[0].authorization.as_deref(), Some("Basic"));
    let entry = &journal[1];
    assert_eq!((entry.method.as_str(), entry.path.as_str()), ("GET", "/api/v2/fhir/metadata"));
    assert_eq!(entry.query.as_deref(), Some("a=b"));
    assert_eq!(entry.authorization.as_deref(), Some("Bearer"));
    assert_eq!(entry.accept_encoding.as_deref(), Some("gzip"));
    assert_eq!(entry.range.as_deref(), Some("bytes=0-"));
    assert_eq!(entry.user_agent.as_deref(), Some("AB2D-Desktop/0.1.0 (test)"));
    assert_eq!((entry.status, entry.bytes_sent), (Some(200), length));
    assert!(!format!("{journal:?}").contains(&session.token));
}
