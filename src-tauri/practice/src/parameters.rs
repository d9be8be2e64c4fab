//! The parameters of a start, and the rules that the service applies to them.

use chrono::{DateTime, FixedOffset, SecondsFormat, Utc};
use percent_encoding::percent_decode_str;

use crate::claims::service_date::ServiceDate;
use crate::version::Version;

/// `2020-02-13T00:00:00.000-05:00`, in seconds since 1970: the earliest `_since` of v1 and v2, and `_until` of v2 and v3.
const EARLIEST: i64 = 1_581_570_000;
/// `2026-04-01T00:00:00.000-05:00`: the earliest `_since` of v3.
const EARLIEST_V3: i64 = 1_775_019_600;

/// The parameters as they were sent, read but not judged.
#[derive(Clone, Debug, Default)]
pub(crate) struct Parameters {
    resource_type: Option<String>,
    output_format: Option<String>,
    pub(crate) since: Option<DateTime<FixedOffset>>,
    pub(crate) until: Option<DateTime<FixedOffset>>,
    service_dates: Vec<String>,
}

impl Parameters {
    /// Reads a query; what cannot be read is refused with these words.
    pub(crate) fn read(version: Version, query: &str) -> Result<Self, String> {
        let mut parameters = Self::default();
        for (name, value) in url::form_urlencoded::parse(query.as_bytes()) {
            match name.as_ref() {
                "_type" => parameters.resource_type = Some(value.into_owned()),
                "_outputFormat" => parameters.output_format = Some(value.into_owned()),
                "_since" => parameters.since = Some(date_time("_since", &value)?),
                "_until" => parameters.until = Some(date_time("_until", &value)?),
                "_typeFilter" if version == Version::V3 => {
                    parameters.service_dates.extend(service_date_terms(&value)?);
                }
                _ => {}
            }
        }
        Ok(parameters)
    }

    /// Applies the rules, in the service's order, and gives back the service dates.
    pub(crate) fn check(&self, version: Version, now: DateTime<Utc>) -> Result<Vec<ServiceDate>, String> {
        self.check_type_and_format()?;
        self.check_since(version, now)?;
        self.check_until(version)?;
        self.service_dates.iter().map(|term| service_date(term)).collect()
    }

    fn check_type_and_format(&self) -> Result<(), String> {
        const FORMATS: [&str; 3] = ["application/fhir+ndjson", "application/ndjson", "ndjson"];
        if self.resource_type.as_deref().is_some_and(|name| name != "ExplanationOfBenefit") {
            return Err("_type must be ExplanationOfBenefit".to_owned());
        }
        match self.output_format.as_deref() {
            Some(format) if !FORMATS.contains(&format) => {
                Err(format!("An _outputFormat of {format} is not valid"))
            }
            _ => Ok(()),
        }
    }

    fn check_since(&self, version: Version, now: DateTime<Utc>) -> Result<(), String> {
        let earliest = earliest(if version == Version::V3 { EARLIEST_V3 } else { EARLIEST });
        match self.since {
            Some(since) if since > now => {
                Err("You can not use a time after the current time for _since".to_owned())
            }
            Some(since) if since < earliest => Err(format!("_since must be after {}", written(earliest))),
            _ => Ok(()),
        }
    }

    fn check_until(&self, version: Version) -> Result<(), String> {
        let Some(until) = self.until else { return Ok(()) };
        if version == Version::V1 {
            let text = "The _until parameter is only available with version 2 and version 3 of the API";
            return Err(text.to_owned());
        }
        if let Some(since) = self.since.filter(|since| until < *since) {
            return Err(format!("_until must be after _since {}", written(since)));
        }
        let earliest = earliest(EARLIEST);
        if until < earliest { Err(format!("_until must be after {}", written(earliest))) } else { Ok(()) }
    }
}

/// The terms of a `_typeFilter`, which the service decodes a second time.
fn service_date_terms(filter: &str) -> Result<Vec<String>, String> {
    let decoded = decoded_again(filter);
    let parts: Vec<&str> = decoded.split('?').collect();
    let [resource, terms] = parts[..] else { return Err("Invalid _typeFilter parameter".to_owned()) };
    if resource != "ExplanationOfBenefit" {
        return Err("The _typeFilter parameter must be for the ExplanationOfBenefit resource".to_owned());
    }
    terms.split('&').map(service_date_term).collect()
}

fn service_date_term(term: &str) -> Result<String, String> {
    match term.split_once('=') {
        Some(("service-date", date)) => Ok(date.to_owned()),
        _ => Err("The _typeFilter subquery must be for the service-type parameter".to_owned()),
    }
}

fn decoded_again(text: &str) -> String {
    percent_decode_str(&text.replace('+', " ")).decode_utf8_lossy().into_owned()
}

fn service_date(term: &str) -> Result<ServiceDate, String> {
    ServiceDate::parse(term).ok_or_else(|| format!("invalid service-date parameter: {term}"))
}

/// An ISO date-time with an offset; the seconds may be left out.
fn date_time(name: &str, text: &str) -> Result<DateTime<FixedOffset>, String> {
    let read = DateTime::parse_from_rfc3339(text)
        .or_else(|_| DateTime::parse_from_str(text, "%Y-%m-%dT%H:%M%:z"))
        .or_else(|_| DateTime::parse_from_str(&text.replace('Z', "+00:00"), "%Y-%m-%dT%H:%M%:z"));
    read.ok().filter(|_| text.as_bytes().get(10) == Some(&b'T')).ok_or_else(|| {
        format!("Failed to convert value of {name} to a date and time with an offset: [{text}]")
    })
}

fn earliest(seconds: i64) -> DateTime<FixedOffset> {
    let eastern = FixedOffset::west_opt(5 * 3600).unwrap_or_else(|| chrono::Offset::fix(&Utc));
    DateTime::from_timestamp(seconds, 0).unwrap_or_default().with_timezone(&eastern)
}

fn written(time: DateTime<FixedOffset>) -> String {
    time.to_rfc3339_opts(SecondsFormat::AutoSi, true)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_earliest_times_are_those_of_the_service() {
        assert_eq!(written(earliest(EARLIEST)), "2020-02-13T00:00:00-05:00");
        assert_eq!(written(earliest(EARLIEST_V3)), "2026-04-01T00:00:00-05:00");
    }

    #[test]
    fn an_offset_whose_plus_was_not_encoded_is_refused() {
        let read = |query| Parameters::read(Version::V2, query).map(|parameters| parameters.since);
        assert!(read("_since=2024-01-01T00:00:00+05:00").is_err());
        assert!(read("_since=2024-01-01T00:00:00%2B05:00").unwrap().is_some());
        assert!(read("_since=2024-01-01T00%3A00%3A00.000-05%3A00").unwrap().is_some());
        assert!(read("_since=2024-01-01T00:00Z").unwrap().is_some());
        assert!(read("_since=2024-01-01T00:00:00").is_err());
        assert!(read("_since=2024-01-01").is_err());
    }

    #[test]
    fn a_type_filter_is_decoded_twice() {
        let once = "ExplanationOfBenefit?service-date=ge2024-01-01&service-date=le2024-12-31";
        let twice = "ExplanationOfBenefit%3Fservice-date%3Dge2024-01-01%26service-date%3Dle2024-12-31";
        assert_eq!(service_date_terms(once).unwrap(), ["ge2024-01-01", "le2024-12-31"]);
        assert_eq!(service_date_terms(twice).unwrap(), ["ge2024-01-01", "le2024-12-31"]);
        let offset = service_date_terms("ExplanationOfBenefit?service-date=ge2024-01-01T00:00:00+00:00");
        assert!(service_date(&offset.unwrap()[0]).is_err(), "the plus became a space");
    }
}
