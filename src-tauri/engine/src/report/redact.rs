//! Takes out of a text what must not be seen: credentials, tokens and claims.
//!
//! Nothing of the kind is logged in the first place; this is what holds when a mistake is made elsewhere.

use std::sync::LazyLock;

use regex::{Captures, Regex};

/// What stands in place of what was taken out.
const REMOVED: &str = "[removed]";

/// Characters from which on a mix of letters and digits may be a password or token: AB2D's passwords have 40.
const LONG: usize = 32;

/// `Authorization: Basic …` and `Bearer …`.
static HEADER: LazyLock<Regex> = LazyLock::new(|| pattern(r"(?i)\b(bearer|basic)\s+[A-Za-z0-9._~+/=-]+"));

/// `client_secret=…`, `"access_token": "…"`, `password: …`.
static NAMED: LazyLock<Regex> = LazyLock::new(|| {
    pattern(r#"(?i)((?:secret|password|token)\\?["']?\s*[:=]\s*)(\\?"[^"]*"|'[^']*'|[^\s,;})&]+)"#)
});

/// A JSON member and all that follows it on the line: claims and other bodies come as JSON.
static JSON: LazyLock<Regex> = LazyLock::new(|| pattern(r#"[{\[\\]*"[A-Za-z_]+\\?"\s*:.*"#));

/// A long run of the characters that passwords, tokens and Base64 are made of.
static RUN: LazyLock<Regex> = LazyLock::new(|| pattern(r"[A-Za-z0-9+/_.=-]{32,}"));

/// The text without credentials, tokens and claims.
pub fn redact(text: &str) -> String {
    let text = HEADER.replace_all(text, format!("$1 {REMOVED}"));
    let text = NAMED.replace_all(&text, format!("${{1}}{REMOVED}"));
    let text = JSON.replace_all(&text, REMOVED);
    RUN.replace_all(&text, |run: &Captures<'_>| keep_unless_secret(&run[0])).into_owned()
}

fn keep_unless_secret(run: &str) -> String {
    let parts: Vec<_> = run.split('/').map(|part| if looks_secret(part) { REMOVED } else { part }).collect();
    parts.join("/")
}

/// Capitals, small letters and digits mixed at length. Checksums and job IDs have no capitals and stay.
fn looks_secret(part: &str) -> bool {
    let has = |kind: fn(&u8) -> bool| part.as_bytes().iter().any(kind);
    part.len() >= LONG
        && has(u8::is_ascii_uppercase)
        && has(u8::is_ascii_lowercase)
        && has(u8::is_ascii_digit)
}

#[expect(clippy::expect_used, reason = "the patterns are constants of this file, and its tests use each")]
fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("a pattern of this file is valid")
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::credentials::Credentials;

    const PASSWORD: &str = "hskbPu-YoWfGDY1gcQq34BfIEyMVuayu87zWDliG";

    #[track_caller]
    fn assert_redacts(text: &str, redacted: &str) {
        assert_eq!(redact(text), redacted);
    }

    #[test]
    fn headers_lose_their_credentials() {
        assert_redacts("authorization: Basic aWQ6cGFzcw== next", "authorization: Basic [removed] next");
        assert_redacts("authorization: bearer a.b-c", "authorization: bearer [removed]");
    }

    #[test]
    fn named_secrets_lose_their_values() {
        assert_redacts("client_secret=hunter2&x=1", "client_secret=[removed]&x=1");
        assert_redacts("password: 'correct horse' kept", "password: [removed] kept");
        assert_redacts("Credentials { client_secret: \"x\" }", "Credentials { client_secret: [removed] }");
    }

    #[test]
    fn passwords_tokens_and_jwts_are_told_by_their_look() {
        assert_redacts(&format!("with {PASSWORD} inside"), "with [removed] inside");
        assert_redacts(&format!("https://x.example/{PASSWORD}?a"), "https://x.example/[removed]?a");
        let jwt = "eyJraWQiOiJ0ZXN0In0.eyJzdWIiOiIwb2EyIn0.c2lnbmF0dXJl1";
        assert_redacts(&format!("got {jwt}"), "got [removed]");
    }

    #[test]
    fn claims_are_cut_to_the_end_of_the_line() {
        let claim =
            r#"{"resourceType":"ExplanationOfBenefit","patient":{"reference":"Patient/-10000010254618"}}"#;
        assert_redacts(&format!("body {claim}\nnext line"), "body [removed]\nnext line");
        assert_redacts(&format!("body {claim:?}"), "body \"[removed]");
        assert_redacts(&claim[20..], r#"lanationOfBenefit",[removed]"#);
    }

    #[test]
    fn what_support_needs_stays() {
        for kept in [
            "status=403 code=\"accessRefused\" stage=Token",
            "job 4b2b3a0e-9a63-4a0b-8f0c-7d3f7c6a5e11",
            "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
            "/home/ada/AB2D Claims/Z1001 2026-11-22 4b2b3a0e/Z1001_0001.ndjson",
            "_outputFormat=application%2Ffhir%2Bndjson&_type=ExplanationOfBenefit&_since=2026-11-03T14%3A14%3A00.000Z",
            "https://test.idp.idm.cms.gov/oauth2/aus2r7y3gdaFMKBol297/v1/token",
        ] {
            assert_redacts(kept, kept);
        }
    }

    proptest! {
        #[test]
        fn no_header_gets_through(client_id in "[A-Za-z0-9]{20}", password in "[!-~]{1,60}", before in "\\PC{0,20}") {
            let header = Credentials::new(&client_id, &password).basic();
            let encoded = header.expose().trim_start_matches("Basic ");
            let text = format!("{before} {} after", header.expose());
            prop_assert!(!redact(&text).contains(encoded));
        }
    }
}
