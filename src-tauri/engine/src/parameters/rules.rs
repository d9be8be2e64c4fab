//! The service's own rules about parameters, each with the reason that a person reads.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{Comparison, FhirVersion, Parameters, ServiceDate};

/// The field of the export form that a refusal belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub enum Field {
    /// `_since`.
    Since,
    /// `_until`.
    Until,
    /// `_typeFilter`.
    ServiceDates,
    /// The save folder.
    Folder,
}

/// A rule that the parameters break, and the sentence that says so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "camelCase")]
pub struct Refusal {
    /// Where the sentence belongs.
    pub field: Field,
    /// The reason, with what is accepted.
    pub reason: String,
}

/// The earliest `_since` that the service accepts: 2020-02-13 midnight Eastern, and for v3 2026-04-01 (at the offset
/// that its source states).
pub fn earliest(version: FhirVersion) -> DateTime<Utc> {
    let seconds = match version {
        FhirVersion::R4 | FhirVersion::Stu3 => 1_581_570_000,
        FhirVersion::R4v3 => 1_775_019_600,
    };
    DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}

pub(super) fn check(parameters: &Parameters, now: DateTime<Utc>) -> Vec<Refusal> {
    [since(parameters, now), until(parameters), service_dates(parameters)].into_iter().flatten().collect()
}

fn refusal(field: Field, reason: &str) -> Refusal {
    Refusal { field, reason: reason.to_owned() }
}

fn since(parameters: &Parameters, now: DateTime<Utc>) -> Option<Refusal> {
    let since = parameters.since?;
    if since > now {
        return Some(refusal(
            Field::Since,
            "The “from” time is in the future. Choose a time that has passed.",
        ));
    }
    if since >= earliest(parameters.version) {
        return None;
    }
    match parameters.version {
        FhirVersion::R4 | FhirVersion::Stu3 => Some(refusal(
            Field::Since,
            "AB2D holds no claims from before February 13, 2020, midnight Eastern. Choose that date or a later one.",
        )),
        FhirVersion::R4v3 => Some(refusal(
            Field::Since,
            "The v3 data model starts on April 1, 2026, at 1:00 AM Eastern. Choose that time or a later one, or “Everything available”.",
        )),
    }
}

fn until(parameters: &Parameters) -> Option<Refusal> {
    let until = parameters.until?;
    if parameters.version == FhirVersion::Stu3 {
        return Some(refusal(Field::Until, "STU3 has no “to” date. Leave it out, or choose R4."));
    }
    if parameters.since.is_some_and(|since| until < since) {
        return Some(refusal(Field::Until, "The “to” time is before the “from” time. Choose a later one."));
    }
    if until < earliest(FhirVersion::R4) {
        return Some(refusal(
            Field::Until,
            "AB2D holds no claims from before February 13, 2020. Choose a later “to” date.",
        ));
    }
    None
}

fn service_dates(parameters: &Parameters) -> Option<Refusal> {
    let outside_v3 = !parameters.service_dates.is_empty() && parameters.version != FhirVersion::R4v3;
    if outside_v3 {
        return Some(refusal(Field::ServiceDates, "Only the v3 data model can select by date of service."));
    }
    end_before_they_begin(&parameters.service_dates).then(|| {
        refusal(Field::ServiceDates, "The dates of service end before they begin. Choose a later end.")
    })
}

/// Whether the first day comes after the last one: the service would send nothing, which looks like a result.
fn end_before_they_begin(dates: &[ServiceDate]) -> bool {
    use Comparison::{Ge, Gt, Le, Lt};
    let days = |either: [Comparison; 2]| {
        dates.iter().filter(move |each| either.contains(&each.comparison)).map(|each| each.date)
    };
    days([Ge, Gt]).max().zip(days([Le, Lt]).min()).is_some_and(|(first, last)| first > last)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::parameters::parse_time;

    fn refused(version: FhirVersion, since: Option<&str>, until: Option<&str>) -> Vec<Field> {
        let time = |text: &str| parse_time(text).unwrap();
        let parameters =
            Parameters { version, since: since.map(time), until: until.map(time), service_dates: Vec::new() };
        parameters.check(time("2026-11-22T12:00:00Z")).into_iter().map(|refusal| refusal.field).collect()
    }

    #[test]
    fn since_lies_between_the_first_claim_and_now() {
        use FhirVersion::{R4, R4v3, Stu3};
        assert_eq!(refused(R4, Some("2020-02-13T00:00:00-05:00"), None), []);
        assert_eq!(refused(R4, Some("2020-02-12T23:59:59-05:00"), None), [Field::Since]);
        assert_eq!(refused(Stu3, Some("2020-02-12T23:59:59-05:00"), None), [Field::Since]);
        assert_eq!(refused(R4v3, Some("2026-03-31T23:59:59-05:00"), None), [Field::Since]);
        assert_eq!(refused(R4v3, Some("2026-04-01T00:00:00-05:00"), None), []);
        assert_eq!(refused(R4, Some("2026-11-22T12:00:01Z"), None), [Field::Since]);
    }

    #[test]
    fn until_is_not_before_since_and_not_on_v1() {
        use FhirVersion::{R4, R4v3, Stu3};
        assert_eq!(refused(Stu3, None, Some("2026-01-01T00:00:00Z")), [Field::Until]);
        assert_eq!(refused(R4, Some("2026-02-01T00:00:00Z"), Some("2026-01-01T00:00:00Z")), [Field::Until]);
        assert_eq!(refused(R4, None, Some("2019-01-01T00:00:00Z")), [Field::Until]);
        assert_eq!(refused(R4, Some("2026-01-01T00:00:00Z"), Some("2030-01-01T00:00:00Z")), []);
        assert_eq!(refused(R4v3, Some("2026-05-01T00:00:00Z"), Some("2026-06-01T00:00:00Z")), []);
    }

    #[test]
    fn service_dates_need_v3() {
        let mut parameters = Parameters {
            version: FhirVersion::R4,
            since: None,
            until: None,
            service_dates: vec!["ge2024-01-01".parse().unwrap()],
        };
        assert_eq!(parameters.check(Utc::now()).len(), 1);
        parameters.version = FhirVersion::R4v3;
        assert_eq!(parameters.check(Utc::now()), []);
    }

    #[test]
    fn service_dates_leave_a_day() {
        let refused = |dates: &[&str]| {
            let service_dates = dates.iter().map(|date| date.parse().unwrap()).collect();
            let parameters =
                Parameters { version: FhirVersion::R4v3, since: None, until: None, service_dates };
            !parameters.check(Utc::now()).is_empty()
        };
        assert!(refused(&["ge2026-06-30", "le2026-01-01"]));
        assert!(refused(&["gt2025-06-30", "gt2026-06-30", "lt2026-01-01"]));
        assert!(!refused(&["ge2026-01-01", "le2026-01-01"]));
        assert!(!refused(&["ge2026-01-01", "gt2025-06-30"]));
    }
}
