//! FHIR's `OperationOutcome`: the service's own words.

use serde::Deserialize;

/// Longest text that is passed on to a person.
const LONGEST_TEXT: usize = 400;

/// What the service said, from an `OperationOutcome`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Outcome {
    /// The issues' texts, joined.
    pub(super) text: String,
    codes: Vec<String>,
}

impl Outcome {
    /// Reads a body; `None` where it is no `OperationOutcome`.
    pub(super) fn read(body: &[u8]) -> Option<Self> {
        let resource: Resource = serde_json::from_slice(body).ok()?;
        // Of a canceled job the service sends an outcome that does not say that it is one.
        let is_outcome = match resource.resource_type.as_deref() {
            Some(named) => named == "OperationOutcome",
            None => !resource.issue.is_empty(),
        };
        is_outcome.then(|| resource.into())
    }

    /// Whether an issue has this code (`deleted`, `transient`, …).
    pub(super) fn has_code(&self, code: &str) -> bool {
        self.codes.iter().any(|own| own.eq_ignore_ascii_case(code))
    }

    /// Whether the text holds these words, in whatever case.
    pub(super) fn says(&self, words: &str) -> bool {
        self.text.to_lowercase().contains(&words.to_lowercase())
    }
}

#[derive(Deserialize)]
struct Resource {
    #[serde(rename = "resourceType")]
    resource_type: Option<String>,
    #[serde(default)]
    issue: Vec<Issue>,
}

#[derive(Deserialize)]
struct Issue {
    code: Option<String>,
    details: Option<Details>,
    diagnostics: Option<String>,
}

#[derive(Deserialize)]
struct Details {
    text: Option<String>,
}

impl Issue {
    fn text(&self) -> Option<&str> {
        self.details.as_ref().and_then(|details| details.text.as_deref()).or(self.diagnostics.as_deref())
    }
}

impl From<Resource> for Outcome {
    fn from(resource: Resource) -> Self {
        let texts: Vec<_> = resource.issue.iter().filter_map(Issue::text).map(str::trim).collect();
        let text = texts.join(" ").chars().take(LONGEST_TEXT).collect();
        Self { text, codes: resource.issue.into_iter().filter_map(|issue| issue.code).collect() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_are_in_details_or_in_diagnostics() {
        let body = br#"{"resourceType":"OperationOutcome","issue":[
            {"severity":"error","code":"deleted","details":{"text":" Job is canceled. ","coding":[]}},
            {"code":"invalid","diagnostics":"really"}],"extra":1}"#;
        let outcome = Outcome::read(body).unwrap();
        assert_eq!(outcome.text, "Job is canceled. really");
        assert!(outcome.has_code("deleted") && !outcome.has_code("transient"));
        assert!(outcome.says("JOB IS") && !outcome.says("failed"));
    }

    #[test]
    fn other_bodies_are_none() {
        for body in ["", "{}", "[]", "<html>", r#"{"resourceType":"Bundle"}"#] {
            assert_eq!(Outcome::read(body.as_bytes()), None, "{body}");
        }
    }

    #[test]
    fn a_text_without_end_is_cut() {
        let body = format!(
            r#"{{"resourceType":"OperationOutcome","issue":[{{"diagnostics":"{}"}}]}}"#,
            "é".repeat(10_000)
        );
        assert_eq!(Outcome::read(body.as_bytes()).unwrap().text.chars().count(), LONGEST_TEXT);
    }
}
