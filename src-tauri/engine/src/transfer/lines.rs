//! Counts claims, their types and months while a file streams by, without reading all of its JSON.
//!
//! Type and month stand in the first few kilobytes of a line that is five to seventy kilobytes long. So only a line's
//! head is kept and searched, until both are found; of the rest only the end is looked for.

use std::borrow::Cow;
use std::mem;

use memchr::memmem::Finder;
use memchr::{memchr, memrchr};
use serde::Deserialize;

use super::tally::{ClaimType, Tally};

/// A line is looked at in steps of this many bytes, so that little is searched beyond what is looked for.
const STEP: usize = 4 * 1024;

/// After this many bytes of one line the search is given up: it is no claim.
const LONGEST_HEAD: usize = 4 * 1024 * 1024;

/// The end of the coding system of a claim's type in v1 and v2.
const EOB_TYPE: &[u8] = b"/eob-type\"";

/// The end of the coding system of a claim's type in v3.
const CLM_TYPE_CD: &[u8] = b"/CLM-TYPE-CD\"";

/// The name of the period of service.
const PERIOD: &[u8] = b"\"billablePeriod\"";

/// Counts lines.
pub(super) struct Lines {
    claims: u64,
    tally: Tally,
    /// Whether types and months are looked for.
    looks: bool,
    /// Whether the line has anything but white space in it.
    has_content: bool,
    line: Line,
}

impl Lines {
    /// Counts claims.
    pub(super) fn claims() -> Self {
        Self { claims: 0, tally: Tally::default(), looks: true, has_content: false, line: Line::new() }
    }

    /// Counts claims; lines alone in an error file.
    pub(super) fn of(is_error: bool) -> Self {
        Self { looks: !is_error, ..Self::claims() }
    }

    /// Takes more of the file in; lines may be split anywhere.
    pub(super) fn take(&mut self, mut bytes: &[u8]) {
        while let Some(end) = memchr(b'\n', bytes) {
            self.extend(&bytes[..end]);
            self.end_line();
            bytes = &bytes[end + 1..];
        }
        self.extend(bytes);
    }

    /// Lines that are not blank, and the pictures of them.
    pub(super) fn finish(mut self) -> (u64, Tally) {
        self.end_line();
        (self.claims, self.tally)
    }

    fn extend(&mut self, bytes: &[u8]) {
        self.has_content = self.has_content || !bytes.trim_ascii().is_empty();
        if self.looks {
            self.line.take(bytes);
        }
    }

    fn end_line(&mut self) {
        if self.has_content {
            self.claims += 1;
            if self.looks {
                let claim_type = self.line.claim_type.unwrap_or(ClaimType::Other);
                self.tally.count(claim_type, self.line.month());
            }
        }
        self.has_content = false;
        self.line.clear();
    }
}

/// The head of one line, and what is looked for in it.
struct Line {
    head: Vec<u8>,
    eob_type: Search<ClaimType>,
    clm_type_cd: Search<ClaimType>,
    claim_type: Option<ClaimType>,
    month: Search<Month>,
}

impl Line {
    fn new() -> Self {
        Self {
            head: Vec::new(),
            eob_type: Search::new(EOB_TYPE, |head, at| coding(head, at, ClaimType::of_eob_type)),
            clm_type_cd: Search::new(CLM_TYPE_CD, |head, at| coding(head, at, ClaimType::of_clm_type_cd)),
            claim_type: None,
            month: Search::new(PERIOD, |head, at| period(&head[at + PERIOD.len()..])),
        }
    }

    /// Takes more of the line in.
    fn take(&mut self, bytes: &[u8]) {
        if self.is_done() {
            return;
        }
        if self.head.is_empty() {
            // Most lines come in one piece, and are not copied.
            let mut ends = (STEP..bytes.len()).step_by(STEP).chain([bytes.len()]);
            if !ends.any(|end| self.look(&bytes[..end])) {
                self.head.extend_from_slice(bytes);
            }
            return;
        }
        let mut head = mem::take(&mut self.head);
        for piece in bytes.chunks(STEP) {
            head.extend_from_slice(piece);
            if self.look(&head) {
                break;
            }
        }
        self.head = head;
    }

    /// Looks at the line as far as it is known; returns whether that is enough.
    fn look(&mut self, head: &[u8]) -> bool {
        self.month.look(head);
        for search in [&mut self.eob_type, &mut self.clm_type_cd] {
            if self.claim_type.is_none() {
                search.look(head);
                self.claim_type = search.found;
            }
        }
        self.is_done() || head.len() >= LONGEST_HEAD
    }

    fn is_done(&self) -> bool {
        let found = self.claim_type.is_some() && self.month.found.is_some();
        found || self.head.len() >= LONGEST_HEAD
    }

    fn month(&self) -> &str {
        self.month.found.as_ref().map_or("", Month::as_str)
    }

    fn clear(&mut self) {
        self.head.clear();
        self.eob_type.clear();
        self.clm_type_cd.clear();
        self.claim_type = None;
        self.month.clear();
    }
}

/// Something that is looked for in a head as it grows.
struct Search<T> {
    finder: Finder<'static>,
    /// Reads the head where the needle is.
    read: fn(&[u8], usize) -> Reading<T>,
    /// Before this, the needle is not, or not with a value.
    from: usize,
    found: Option<T>,
}

/// What stands at the needle.
enum Reading<T> {
    /// What was looked for.
    Value(T),
    /// Something else.
    Other,
    /// More of the line is needed to tell.
    Incomplete,
}

impl<T> Reading<T> {
    fn map<U>(self, function: impl FnOnce(T) -> U) -> Reading<U> {
        match self {
            Self::Value(value) => Reading::Value(function(value)),
            Self::Other => Reading::Other,
            Self::Incomplete => Reading::Incomplete,
        }
    }
}

impl<T> Search<T> {
    fn new(needle: &'static [u8], read: fn(&[u8], usize) -> Reading<T>) -> Self {
        Self { finder: Finder::new(needle), read, from: 0, found: None }
    }

    fn look(&mut self, head: &[u8]) {
        while self.found.is_none() {
            let Some(place) = self.finder.find(&head[self.from..]) else {
                let tail = self.finder.needle().len() - 1;
                self.from = head.len().saturating_sub(tail).max(self.from);
                return;
            };
            self.from += place;
            match (self.read)(head, self.from) {
                Reading::Value(value) => self.found = Some(value),
                Reading::Other => self.from += 1,
                Reading::Incomplete => return,
            }
        }
    }

    fn clear(&mut self) {
        self.from = 0;
        self.found = None;
    }
}

/// The type by the code of the `Coding` around a place: `{"system":"…/eob-type","code":"CARRIER"}`.
fn coding(head: &[u8], at: usize, of: fn(&str) -> ClaimType) -> Reading<ClaimType> {
    #[derive(Deserialize)]
    struct Coding<'a> {
        // Within an option it would not be borrowed.
        #[serde(borrow, default)]
        code: Cow<'a, str>,
    }
    let Some(start) = memrchr(b'{', &head[..at]) else { return Reading::Other };
    match value::<Coding<'_>>(&head[start..]) {
        Reading::Value(Coding { code }) if !code.is_empty() => Reading::Value(of(&code)),
        Reading::Value(_) | Reading::Other => Reading::Other,
        Reading::Incomplete => Reading::Incomplete,
    }
}

/// The month in which a `Period` starts; empty where it has no start.
fn period(after_name: &[u8]) -> Reading<Month> {
    #[derive(Deserialize)]
    struct Period<'a> {
        #[serde(borrow, default)]
        start: Cow<'a, str>,
    }
    let bytes = after_name.trim_ascii_start();
    match bytes.first() {
        None => Reading::Incomplete,
        Some(b':') => value::<Period<'_>>(&bytes[1..]).map(|period| Month::of(&period.start)),
        Some(_) => Reading::Other,
    }
}

/// A month such as `2026-11`; none where a date has none. Of a million claims each has one, so it is not allocated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Month(Option<[u8; 7]>);

impl Month {
    /// `2026-11` of `2026-11-03`, `2026-11` or `2026-11-03T10:00:00Z`.
    fn of(date: &str) -> Self {
        let is_month = |text: &[u8; 7]| {
            let mut places = text.iter().enumerate();
            let digits =
                places.all(|(index, byte)| if index == 4 { *byte == b'-' } else { byte.is_ascii_digit() });
            digits && (b"01"..=b"12").contains(&&[text[5], text[6]])
        };
        Self(date.as_bytes().first_chunk().copied().filter(is_month))
    }

    fn as_str(&self) -> &str {
        self.0.as_ref().and_then(|text| std::str::from_utf8(text).ok()).unwrap_or_default()
    }
}

/// The JSON value at the start of bytes that may end anywhere.
fn value<'a, T: Deserialize<'a>>(bytes: &'a [u8]) -> Reading<T> {
    match serde_json::Deserializer::from_slice(bytes).into_iter().next() {
        Some(Ok(value)) => Reading::Value(value),
        Some(Err(error)) if !error.is_eof() => Reading::Other,
        Some(Err(_)) | None => Reading::Incomplete,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    const R4: &str = r#"{"resourceType":"ExplanationOfBenefit","id":"carrier-1","identifier":[{"type":{"coding":[{"system":"http://hl7.org/fhir/us/carin-bb/CodeSystem/C4BBIdentifierType","code":"uc"}]}}],"type":{"coding":[{"system":"https://bluebutton.cms.gov/resources/variables/nch_clm_type_cd","code":"71","display":"a \"quoted\" } {"},{"system":"https://bluebutton.cms.gov/resources/codesystem/eob-type","code":"CARRIER"}]},"billablePeriod":{"start":"2026-11-27","end":"2026-12-27"},"item":[{"servicedPeriod":{"start":"2025-01-01"}}]}"#;
    const STU3: &str = r#"{"resourceType":"ExplanationOfBenefit","type":{"coding":[{"code":"SNF","system":"https://bluebutton.cms.gov/resources/codesystem/eob-type"}]},"billablePeriod":{"extension":[{"url":"https://bluebutton.cms.gov/resources/variables/claim_query_cd","valueCoding":{"system":"x","code":"3","display":"Final bill"}}],"start":"2020-03-13","end":"2020-03-13"}}"#;
    const V3: &str = r#"{"billablePeriod" : {"start":"2018-11-03"},"type":{"coding":[{"system":"https://bluebutton.cms.gov/fhir/CodeSystem/CLM-TYPE-CD","code":"1800"},{"system":"http://terminology.hl7.org/CodeSystem/claim-type","code":"professional"}]}}"#;

    fn tally(pieces: &[&[u8]]) -> (u64, Tally) {
        let mut lines = Lines::claims();
        for piece in pieces {
            lines.take(piece);
        }
        lines.finish()
    }

    fn one(line: &str) -> (ClaimType, String) {
        let (claims, tally) = tally(&[line.as_bytes()]);
        assert_eq!(claims, 1);
        (tally.by_type.into_keys().next().unwrap(), tally.by_month.into_keys().next().unwrap())
    }

    #[test]
    fn every_version_tells_type_and_month() {
        assert_eq!(one(R4), (ClaimType::Carrier, "2026-11".to_owned()));
        assert_eq!(one(STU3), (ClaimType::Snf, "2020-03".to_owned()));
        assert_eq!(one(V3), (ClaimType::Dme, "2018-11".to_owned()));
    }

    #[test]
    fn lines_may_be_cut_anywhere() {
        let text = [R4, STU3, "", V3, "  \r"].join("\n");
        let whole = tally(&[text.as_bytes()]);
        assert_eq!(whole.0, 3);
        for step in 1..200 {
            let pieces: Vec<_> = text.as_bytes().chunks(step).collect();
            assert_eq!(tally(&pieces), whole, "{step}");
        }
        for cut in 0..text.len() {
            let (one, two) = text.as_bytes().split_at(cut);
            assert_eq!(tally(&[one, two]), whole, "{cut}");
        }
    }

    #[test]
    fn what_is_not_known_is_other_and_has_no_month() {
        let unknown = (ClaimType::Other, String::new());
        for line in [
            "x",
            "{}",
            r#"{"url":"x/eob-type","type":1}"#,
            r#"/eob-type" {"system":"/eob-type","code":"#,
            r#"{"billablePeriod":{"end":"2026-11-01"}}"#,
            r#"{"billablePeriod":{"start":"yesterday"}}"#,
            r#"{"billablePeriod":{"start":"2026-13-01"}}"#,
            r#"{"billablePeriod":{"start":"20é6-1"}}"#,
            r#"{"billablePeriod":"#,
            r#"{"a":"billablePeriod"}"#,
        ] {
            assert_eq!(one(line), unknown, "{line}");
        }
        assert_eq!(one(r#"{"system":"a/eob-type","code":"PHARMACY"}"#), unknown);
    }

    #[test]
    fn a_line_without_end_is_not_kept() {
        let mut lines = Lines::claims();
        let piece = vec![b'x'; 1024 * 1024];
        for _ in 0..6 {
            lines.take(&piece);
        }
        assert!(lines.line.head.len() <= LONGEST_HEAD + piece.len());
        lines.take(b"\n");
        lines.take(R4.as_bytes());
        let (claims, tally) = lines.finish();
        assert_eq!(
            (claims, tally.by_type),
            (2, BTreeMap::from([(ClaimType::Carrier, 1), (ClaimType::Other, 1)]))
        );
    }

    #[test]
    fn an_error_files_lines_are_no_claims() {
        let mut lines = Lines::of(true);
        lines.take(b"{\"resourceType\":\"OperationOutcome\"}\n\n{}\n");
        assert_eq!(lines.finish(), (2, Tally::default()));
    }
}
