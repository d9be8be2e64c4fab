//! What an export asks for, and the service's rules about it, checked before anything is sent.

mod rules;

use std::fmt;
use std::str::FromStr;

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use url::Url;

use crate::view::Interval;

pub use rules::{Field, Refusal, earliest};

/// The FHIR version, which picks the path under the API's base.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum FhirVersion {
    /// `/v2/fhir`, recommended.
    #[default]
    R4,
    /// `/v1/fhir`, the older form.
    Stu3,
    /// `/v3/fhir`, R4 with the v3 data model, for contracts that AB2D enabled.
    R4v3,
}

impl FhirVersion {
    /// Every version, in the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::R4, Self::Stu3, Self::R4v3];

    /// The path element: `v1`, `v2` or `v3`.
    pub fn path(self) -> &'static str {
        match self {
            Self::Stu3 => "v1",
            Self::R4 => "v2",
            Self::R4v3 => "v3",
        }
    }

    /// The name on the command line and in the audit record: `R4`, `STU3` or `R4V3`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::R4 => "R4",
            Self::Stu3 => "STU3",
            Self::R4v3 => "R4V3",
        }
    }
}

impl fmt::Display for FhirVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for FhirVersion {
    type Err = ParameterError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::ALL
            .into_iter()
            .find(|version| version.as_str().eq_ignore_ascii_case(text))
            .ok_or_else(|| ParameterError::Version(text.to_owned()))
    }
}

/// A text that is no parameter.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ParameterError {
    /// Not a FHIR version.
    #[error("“{0}” is not a FHIR version: use R4, STU3 or R4V3")]
    Version(String),
    /// A date-time without a zone.
    #[error("“{0}” names no time zone: add one, such as 2026-11-03T09:14:00-05:00, or Z for UTC")]
    NoZone(String),
    /// Not a date-time.
    #[error("“{0}” is not a date and time: write it like 2026-11-03T09:14:00-05:00")]
    NotATime(String),
    /// Not a service date.
    #[error(
        "“{0}” is not a service date: write it like ge2024-01-01, with eq, gt, ge, lt, le, sa or eb in front"
    )]
    NotAServiceDate(String),
}

/// Reads an ISO 8601 date-time with an offset.
pub fn parse_time(text: &str) -> Result<DateTime<Utc>, ParameterError> {
    let text = text.trim();
    if let Ok(time) = DateTime::parse_from_rfc3339(text) {
        return Ok(time.with_timezone(&Utc));
    }
    let zoneless = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M:%S", "%Y-%m-%d %H:%M"];
    let lacks_zone = zoneless.iter().any(|form| chrono::NaiveDateTime::parse_from_str(text, form).is_ok())
        || NaiveDate::parse_from_str(text, "%Y-%m-%d").is_ok();
    let owned = text.to_owned();
    Err(if lacks_zone { ParameterError::NoZone(owned) } else { ParameterError::NotATime(owned) })
}

/// How a service date is compared (FHIR search prefixes).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Comparison {
    /// On that date.
    Eq,
    /// After it.
    Gt,
    /// On or after it.
    Ge,
    /// Before it.
    Lt,
    /// On or before it.
    Le,
    /// Starts after it.
    Sa,
    /// Ends before it.
    Eb,
}

impl Comparison {
    const ALL: [Self; 7] = [Self::Eq, Self::Gt, Self::Ge, Self::Lt, Self::Le, Self::Sa, Self::Eb];

    /// The prefix as it is sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Eq => "eq",
            Self::Gt => "gt",
            Self::Ge => "ge",
            Self::Lt => "lt",
            Self::Le => "le",
            Self::Sa => "sa",
            Self::Eb => "eb",
        }
    }
}

/// One condition on the dates of service, v3 only: `ge2024-01-01`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct ServiceDate {
    /// How the date is compared.
    pub comparison: Comparison,
    /// A plain date: the service decodes the filter twice, which an offset's `+` would not survive.
    pub date: NaiveDate,
}

impl fmt::Display for ServiceDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.comparison.as_str(), self.date)
    }
}

impl FromStr for ServiceDate {
    type Err = ParameterError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || ParameterError::NotAServiceDate(text.to_owned());
        let (prefix, date) = text.split_at_checked(2).ok_or_else(wrong)?;
        let comparison = Comparison::ALL.into_iter().find(|c| c.as_str() == prefix).ok_or_else(wrong)?;
        let date = NaiveDate::parse_from_str(date, "%Y-%m-%d").map_err(|_| wrong())?;
        Ok(Self { comparison, date })
    }
}

/// What the person chose; [`Parameters`] is what becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(tag = "what", rename_all = "camelCase")]
pub enum Selection {
    /// New and changed since the last export.
    SinceLast,
    /// Changed in a period; an end that is left out means now.
    Period {
        /// From.
        since: DateTime<Utc>,
        /// To.
        until: Option<DateTime<Utc>>,
    },
    /// Everything available.
    Everything {
        /// To; left out it means now.
        until: Option<DateTime<Utc>>,
    },
}

impl Selection {
    /// What fetches a stretch that no verified file covers. STU3 has no end, so there it reaches up to now.
    pub fn of_gap(gap: Interval, version: FhirVersion) -> Self {
        let until = (version != FhirVersion::Stu3).then_some(gap.to);
        match gap.from {
            Some(since) => Self::Period { since, until },
            None => Self::Everything { until },
        }
    }
}

/// The parameters of a request, as they are sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Parameters {
    /// The FHIR version.
    pub version: FhirVersion,
    /// `_since`: claims added or changed after this time.
    pub since: Option<DateTime<Utc>>,
    /// `_until`: claims added or changed up to this time.
    pub until: Option<DateTime<Utc>>,
    /// `_typeFilter`: dates of service, v3 only.
    #[serde(default)]
    pub service_dates: Vec<ServiceDate>,
}

impl Parameters {
    /// Turns a choice into what is sent, given up to when claims are covered.
    ///
    /// Without coverage, or for “everything”, v1 and v3 leave `_since` out; v2 sends the earliest time that the service
    /// accepts, since it would otherwise start at its own idea of the last successful job.
    pub fn resolve(selection: Selection, version: FhirVersion, covered_to: Option<DateTime<Utc>>) -> Self {
        let from_start = (version == FhirVersion::R4).then(|| earliest(FhirVersion::R4));
        let (since, until) = match selection {
            // What is covered may end before the earliest time that v3 accepts: then it starts at the beginning.
            Selection::SinceLast => (covered_to.filter(|to| *to >= earliest(version)).or(from_start), None),
            Selection::Period { since, until } => (Some(since), until),
            Selection::Everything { until } => (from_start, until),
        };
        Self { version, since, until, service_dates: Vec::new() }
    }

    /// Whether the export reaches back to the first claim that the service would ever send. Without `_since` v3 sends what
    /// is older than the earliest `_since` that it accepts.
    pub fn is_from_the_start(&self) -> bool {
        let is_earliest = |since| self.version != FhirVersion::R4v3 && since <= earliest(self.version);
        self.since.is_none_or(is_earliest)
    }

    /// Every rule of the service that these parameters break, at the given time.
    pub fn check(&self, now: DateTime<Utc>) -> Vec<Refusal> {
        rules::check(self, now)
    }

    /// The URL of the request that starts the job.
    ///
    /// # Panics
    /// Never: the endpoint was checked to be a base when it was made.
    pub fn export_url(&self, api: &Url) -> Url {
        let mut url = api.clone();
        let path =
            format!("{}/{}/fhir/Patient/$export", api.path().trim_end_matches('/'), self.version.path());
        url.set_path(&path);
        url.set_query(Some(&self.query()));
        url
    }

    /// What a request asks for, as a manifest states it; `None` where that cannot be told from it.
    pub fn of_request(request: &str) -> Option<Self> {
        let url = Url::parse(request).ok()?;
        let (before, _) = url.path().split_once("/fhir/")?;
        let version = before.rsplit('/').next()?;
        let version = FhirVersion::ALL.into_iter().find(|known| known.path() == version)?;
        let mut parameters = Self { version, since: None, until: None, service_dates: Vec::new() };
        for (name, value) in query_of_request(&url) {
            match &*name {
                "_since" => parameters.since = Some(parse_time(&value).ok()?),
                "_until" => parameters.until = Some(parse_time(&value).ok()?),
                "_typeFilter" => parameters.service_dates = service_dates(&value)?,
                _ => {}
            }
        }
        Some(parameters)
    }

    fn query(&self) -> String {
        let time =
            |name: &str, time: Option<DateTime<Utc>>| time.map(|time| (name.to_owned(), format_time(time)));
        let filter = (!self.service_dates.is_empty()).then(|| ("_typeFilter".to_owned(), self.type_filter()));
        let fixed = [("_outputFormat", "application/fhir+ndjson"), ("_type", "ExplanationOfBenefit")];
        let fixed = fixed.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let chosen = [time("_since", self.since), time("_until", self.until), filter];
        let pairs = fixed.into_iter().chain(chosen.into_iter().flatten());
        pairs.map(|(name, value)| format!("{name}={}", encode(&value))).collect::<Vec<_>>().join("&")
    }

    fn type_filter(&self) -> String {
        let terms: Vec<_> = self.service_dates.iter().map(|date| format!("service-date={date}")).collect();
        format!("ExplanationOfBenefit?{}", terms.join("&"))
    }
}

/// The query of a request, its values decoded as often as they are encoded: the service encodes once more what it was
/// sent encoded. No value of ours holds a percent sign.
pub(crate) fn query_of_request(url: &Url) -> Vec<(String, String)> {
    let mut pairs: Vec<_> = url.query_pairs().into_owned().collect();
    for (_, value) in &mut pairs {
        while let Ok(decoded) = percent_decode_str(value).decode_utf8()
            && decoded != *value
        {
            *value = decoded.into_owned();
        }
    }
    pairs
}

/// The dates in `ExplanationOfBenefit?service-date=ge2024-01-01&service-date=le2024-12-31`.
fn service_dates(filter: &str) -> Option<Vec<ServiceDate>> {
    let (_, terms) = filter.split_once('?')?;
    terms.split('&').map(|term| term.strip_prefix("service-date=")?.parse().ok()).collect()
}

/// A time as it is sent: UTC, milliseconds, `Z`.
pub fn format_time(time: DateTime<Utc>) -> String {
    time.to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// All but letters, digits and `-._~` (RFC 3986).
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

fn encode(text: &str) -> String {
    utf8_percent_encode(text, UNRESERVED).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn time(text: &str) -> DateTime<Utc> {
        parse_time(text).unwrap()
    }

    #[test]
    fn since_last_begins_anew_where_v3_does_not_accept_the_mark() {
        let since =
            |mark: &str| Parameters::resolve(Selection::SinceLast, FhirVersion::R4v3, Some(time(mark))).since;
        assert_eq!(since("2025-12-31T00:00:00Z"), None);
        assert_eq!(since("2026-04-02T00:00:00Z"), Some(time("2026-04-02T00:00:00Z")));
    }

    #[test]
    fn the_request_percent_encodes_every_reserved_character() {
        let api = Url::parse("https://api.ab2d.cms.gov/api").unwrap();
        let parameters = Parameters {
            version: FhirVersion::R4v3,
            since: Some(time("2026-11-03T09:14:00-05:00")),
            until: None,
            service_dates: vec!["ge2024-01-01".parse().unwrap(), "le2024-12-31".parse().unwrap()],
        };
        assert_eq!(
            parameters.export_url(&api).as_str(),
            "https://api.ab2d.cms.gov/api/v3/fhir/Patient/$export?_outputFormat=application%2Ffhir%2Bndjson\
             &_type=ExplanationOfBenefit&_since=2026-11-03T14%3A14%3A00.000Z\
             &_typeFilter=ExplanationOfBenefit%3Fservice-date%3Dge2024-01-01%26service-date%3Dle2024-12-31"
        );
    }

    #[test]
    fn a_request_tells_what_was_asked_for() {
        let api = Url::parse("https://api.ab2d.cms.gov/api").unwrap();
        let parameters = Parameters {
            version: FhirVersion::R4v3,
            since: Some(time("2026-11-03T09:14:00-05:00")),
            until: Some(time("2026-11-04T09:14:00-05:00")),
            service_dates: vec!["ge2024-01-01".parse().unwrap(), "le2024-12-31".parse().unwrap()],
        };
        assert_eq!(Parameters::of_request(parameters.export_url(&api).as_str()), Some(parameters));
        let everything = Parameters::of_request("http://10.0.0.7/v1/fhir/Patient/%24export?_type=x").unwrap();
        assert_eq!((everything.version, everything.since), (FhirVersion::Stu3, None));
        for unreadable in ["", "https://api/v9/fhir/Patient", "https://api/v2/fhir/Patient?_since=lately"] {
            assert_eq!(Parameters::of_request(unreadable), None, "{unreadable}");
        }
    }

    #[test]
    fn without_coverage_only_v2_sends_a_since() {
        let since = |version| Parameters::resolve(Selection::SinceLast, version, None).since;
        assert_eq!(since(FhirVersion::R4), Some(time("2020-02-13T00:00:00-05:00")));
        assert_eq!((since(FhirVersion::Stu3), since(FhirVersion::R4v3)), (None, None));
    }

    #[test]
    fn coverage_becomes_the_next_since() {
        let covered = time("2026-11-03T09:14:00Z");
        for version in FhirVersion::ALL {
            assert_eq!(
                Parameters::resolve(Selection::SinceLast, version, Some(covered)).since,
                Some(covered)
            );
        }
    }

    #[test]
    fn only_what_the_service_would_leave_out_is_missing_from_the_start() {
        let from_start = |version, since| {
            Parameters { version, since, until: None, service_dates: vec![] }.is_from_the_start()
        };
        for version in FhirVersion::ALL {
            let first = Some(earliest(version));
            assert!(from_start(version, None));
            assert_eq!(from_start(version, first), version != FhirVersion::R4v3);
            assert!(!from_start(version, first.map(|first| first + chrono::TimeDelta::seconds(1))));
        }
    }

    #[test]
    fn a_gap_is_closed_by_an_export_of_just_that_stretch() {
        let (from, to) = (time("2026-06-01T00:00:30Z"), time("2026-06-15T00:00:00Z"));
        let of = |from, version| Selection::of_gap(Interval { from, to }, version);
        assert_eq!(of(Some(from), FhirVersion::R4), Selection::Period { since: from, until: Some(to) });
        assert_eq!(of(None, FhirVersion::R4v3), Selection::Everything { until: Some(to) });
        assert_eq!(of(Some(from), FhirVersion::Stu3), Selection::Period { since: from, until: None });
        assert_eq!(of(None, FhirVersion::Stu3), Selection::Everything { until: None });
    }

    #[test]
    fn a_time_needs_a_zone() {
        assert!(matches!(parse_time("2026-11-03"), Err(ParameterError::NoZone(_))));
        assert!(matches!(parse_time("2026-11-03T09:14"), Err(ParameterError::NoZone(_))));
        assert!(matches!(parse_time("Nov 3"), Err(ParameterError::NotATime(_))));
        assert_eq!(time("2026-11-03T09:14:00+05:30"), time("2026-11-03T03:44:00Z"));
    }

    #[test]
    fn a_service_date_has_a_prefix_and_no_time() {
        assert_eq!("ge2024-01-01".parse::<ServiceDate>().unwrap().to_string(), "ge2024-01-01");
        for wrong in ["2024-01-01", "ne2024-01-01", "ge2024-13-01", "ge", "é", "ge2024-01-01T00:00:00+00:00"]
        {
            assert!(wrong.parse::<ServiceDate>().is_err(), "{wrong}");
        }
    }
}
