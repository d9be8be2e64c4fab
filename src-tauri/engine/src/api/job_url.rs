//! A job's status URL.

use std::fmt;

use serde::{Deserialize, Serialize};
use url::Url;

use crate::contract::Endpoints;
use crate::parameters::FhirVersion;
use crate::problem::Kind;

/// A job's status URL: `{base}/{version}/fhir/Job/{uuid}/$status`, on the API's own origin.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct JobUrl(Url);

impl JobUrl {
    /// The status URL of a job whose ID is known.
    pub fn of(api: &Url, version: FhirVersion, id: &str) -> Self {
        let mut url = api.clone();
        url.set_path(&format!("{}/{}/fhir/Job/{id}/$status", base_path(api), version.path()));
        Self(url)
    }

    /// Checks a URL that the service sent in `Content-Location`, which may be relative.
    ///
    /// # Errors
    /// [`Kind::ForeignAddress`] on another origin, [`Kind::UnexpectedAnswer`] in another form.
    pub fn read(text: &str, endpoints: &Endpoints) -> Result<Self, Kind> {
        let api = endpoints.api();
        let url = api.join(text.trim()).map_err(|_| Kind::UnexpectedAnswer)?;
        if url.origin() != api.origin() {
            return Err(Kind::ForeignAddress { host: super::connection::host(&url) });
        }
        let (version, id) = parts(&url, api).ok_or(Kind::UnexpectedAnswer)?;
        Ok(Self::of(api, version, id))
    }

    /// The job's ID at the service.
    pub fn id(&self) -> &str {
        self.0.path_segments().and_then(|segments| segments.rev().nth(1)).unwrap_or_default()
    }

    /// The URL itself.
    pub fn url(&self) -> &Url {
        &self.0
    }
}

impl fmt::Display for JobUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

fn base_path(api: &Url) -> &str {
    api.path().trim_end_matches('/')
}

fn parts<'a>(url: &'a Url, api: &Url) -> Option<(FhirVersion, &'a str)> {
    let path = url.path().strip_prefix(base_path(api))?.strip_prefix('/')?;
    let (version, path) = path.split_once("/fhir/Job/")?;
    let (id, last) = path.split_once('/')?;
    let version = FhirVersion::ALL.into_iter().find(|known| known.path() == version)?;
    let right = matches!(last, "$status" | "%24status") && is_id(id) && url.query().is_none();
    right.then_some((version, id))
}

fn is_id(text: &str) -> bool {
    (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "dd98bd96-3f1a-4f8a-9c2b-2f4a4e0b8d11";

    fn read(text: &str) -> Result<JobUrl, Kind> {
        let endpoints = Endpoints::new("https://api.example/api", "https://idp.example/token").unwrap();
        JobUrl::read(text, &endpoints)
    }

    #[test]
    fn the_services_url_names_the_job() {
        let url = format!("https://api.example/api/v2/fhir/Job/{ID}/$status");
        let job = read(&url).unwrap();
        assert_eq!((job.id(), job.url().as_str()), (ID, url.as_str()));
        let api = Url::parse("https://api.example/api").unwrap();
        assert_eq!(JobUrl::of(&api, FhirVersion::R4, ID), job);
        assert_eq!(read(&format!(" /api/v2/fhir/Job/{ID}/%24status")).unwrap(), job);
    }

    #[test]
    fn another_origin_is_foreign() {
        for text in [
            format!("http://api.example/api/v2/fhir/Job/{ID}/$status"),
            format!("https://api.example:8443/api/v2/fhir/Job/{ID}/$status"),
            format!("//evil.example/api/v2/fhir/Job/{ID}/$status"),
        ] {
            assert!(matches!(read(&text), Err(Kind::ForeignAddress { .. })), "{text}");
        }
    }

    #[test]
    fn another_form_is_unexpected() {
        for text in [
            String::new(),
            "https://api.example/other".to_owned(),
            format!("https://api.example/api/v9/fhir/Job/{ID}/$status"),
            format!("https://api.example/api/v2/fhir/Job/{ID}/x/$status"),
            format!("https://api.example/api/v2/fhir/Job/{ID}"),
            format!("https://api.example/api/v2/fhir/Job/{ID}/$status?x=1"),
            "https://api.example/api/v2/fhir/Job/a%2Fb/$status".to_owned(),
        ] {
            assert_eq!(read(&text), Err(Kind::UnexpectedAnswer), "{text}");
        }
    }
}
