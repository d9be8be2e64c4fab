//! A finished job's list of files, read leniently: drafts of the standard and versions of the service differ.

use std::collections::HashSet;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use url::Url;

use super::Checksum;
use crate::problem::Kind;
use crate::transfer::name;

/// A finished job's list of files.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    /// The service's time of the data, as it wrote it; formatted for humans today, without a zone.
    pub transaction_time: Option<String>,
    /// The request that the job answers.
    pub request: String,
    /// Whether the files want the bearer token.
    pub requires_access_token: bool,
    /// Files of claims, then files of `OperationOutcome`s, in the manifest's order.
    pub files: Vec<ManifestFile>,
}

/// A file in the manifest.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ManifestFile {
    /// A name that is safe on every system, and no other file's in this manifest.
    pub name: String,
    /// Where it is; on the API's own origin.
    pub url: Url,
    /// Its announced length in bytes, uncompressed.
    pub bytes: Option<u64>,
    /// Its announced SHA-256, of the uncompressed content.
    pub sha256: Option<Checksum>,
    /// Whether it holds `OperationOutcome`s: claims that the service could not deliver.
    pub is_error: bool,
    /// Whether it wants the bearer token; AB2D's files do.
    pub requires_access_token: bool,
}

impl Manifest {
    /// Reads a manifest.
    ///
    /// # Errors
    /// [`Kind::ForeignAddress`] where a file is on another origin than the API's, [`Kind::ConnectionLost`] where the
    /// text ends early, [`Kind::UnexpectedAnswer`] where it is no manifest.
    pub fn read(raw: &[u8], api: &Url) -> Result<Self, Kind> {
        let sent: Sent = serde_json::from_slice(raw).map_err(|error| {
            let host = super::connection::host(api);
            if error.is_eof() { Kind::ConnectionLost { host } } else { Kind::UnexpectedAnswer }
        })?;
        sent.check(api)
    }

    /// Bytes in all, uncompressed, as announced.
    pub fn bytes(&self) -> u64 {
        self.files.iter().filter_map(|file| file.bytes).sum()
    }
}

/// The manifest as it is sent. Fields that it does not name are passed over.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Sent {
    #[serde(default)]
    transaction_time: Value,
    #[serde(default)]
    request: Value,
    #[serde(default)]
    requires_access_token: Value,
    /// Its absence would look like an export without claims.
    output: Vec<SentFile>,
    #[serde(default)]
    error: Option<Vec<SentFile>>,
    #[serde(default)]
    outcome: Option<Vec<SentFile>>,
    #[serde(default)]
    link: Value,
}

#[derive(Deserialize)]
struct SentFile {
    url: String,
    #[serde(default)]
    extension: Value,
}

impl Sent {
    fn check(self, api: &Url) -> Result<Manifest, Kind> {
        if self.continues_elsewhere() {
            return Err(Kind::UnexpectedAnswer);
        }
        let errors = self.error.into_iter().chain(self.outcome).flatten();
        let sent = self.output.into_iter().map(|file| (file, false)).chain(errors.map(|file| (file, true)));
        let requires_access_token = !is_false(&self.requires_access_token);
        let mut names = HashSet::new();
        let files = sent
            .enumerate()
            .map(|(index, (file, is_error))| {
                let (name, url) = file.place(index, api, &mut names)?;
                let bytes = extension(&file.extension, "file_length").and_then(length);
                let sha256 = extension(&file.extension, "checksum").and_then(checksum);
                Ok(ManifestFile { name, url, bytes, sha256, is_error, requires_access_token })
            })
            .collect::<Result<_, _>>()?;
        Ok(Manifest {
            transaction_time: self.transaction_time.as_str().map(str::to_owned),
            request: self.request.as_str().unwrap_or_default().to_owned(),
            requires_access_token,
            files,
        })
    }

    /// Drafts of the standard split a manifest into pages. AB2D does not, and half of one must not pass for all of it.
    fn continues_elsewhere(&self) -> bool {
        let links = self.link.as_array().map(Vec::as_slice).unwrap_or_default();
        links.iter().any(|link| link["relation"] == "next" && link["url"].is_string())
    }
}

impl SentFile {
    /// Its name on the disk and its address.
    fn place(&self, index: usize, api: &Url, names: &mut HashSet<String>) -> Result<(String, Url), Kind> {
        let url = api.join(&self.url).map_err(|_| Kind::UnexpectedAnswer)?;
        if url.origin() != api.origin() {
            return Err(Kind::ForeignAddress { host: super::connection::host(&url) });
        }
        Ok((name::unique(&name::of_url(&url, index), names), url))
    }
}

fn is_false(value: &Value) -> bool {
    value.as_bool() == Some(false) || value.as_str() == Some("false")
}

/// An extension's value by the end of its URL. The service sends an array of `{url, value…}`; the standard speaks of
/// an object whose keys are up to the server.
fn extension<'a>(extensions: &'a Value, name: &str) -> Option<&'a Value> {
    match extensions {
        Value::Array(entries) => {
            entries.iter().filter_map(Value::as_object).find_map(|entry| value(entry, name))
        }
        Value::Object(entry) if entry.contains_key("url") => value(entry, name),
        Value::Object(entry) => entry.iter().find(|(key, _)| is_named(key, name)).map(|(_, value)| value),
        _ => None,
    }
}

fn value<'a>(entry: &'a Map<String, Value>, name: &str) -> Option<&'a Value> {
    let url = entry.get("url")?.as_str()?;
    is_named(url, name)
        .then(|| entry.iter().find(|(key, _)| key.starts_with("value")))?
        .map(|(_, value)| value)
}

fn is_named(url: &str, name: &str) -> bool {
    url.rsplit('/').next() == Some(name)
}

/// A whole number, however it is written: `209715200`, `2.097152E8`, `"209715200"`.
fn length(value: &Value) -> Option<u64> {
    let text = value.as_str().map_or_else(|| value.to_string(), |text| text.trim().to_owned());
    text.parse().ok().or_else(|| whole(text.parse().ok()?))
}

/// Up to 2^53 a floating-point number holds every whole number exactly.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the range and the fraction are checked"
)]
fn whole(number: f64) -> Option<u64> {
    (number.fract() == 0.0 && (0.0..=9_007_199_254_740_992.0).contains(&number)).then_some(number as u64)
}

/// `sha256:<hex>`, or the hexadecimal alone.
fn checksum(value: &Value) -> Option<Checksum> {
    let text = value.as_str()?.trim();
    text.strip_prefix("sha256:").unwrap_or(text).parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(manifest: &str) -> Result<Manifest, Kind> {
        Manifest::read(manifest.as_bytes(), &Url::parse("https://api.example/api").unwrap())
    }

    fn file(text: &str) -> ManifestFile {
        read(&format!(r#"{{"output":[{text}]}}"#)).unwrap().files.remove(0)
    }

    const SUM: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    const URL: &str = "https://api.example/api/v2/fhir/Job/1/file/Z1001_0001.ndjson";

    #[test]
    fn the_services_manifest() {
        let manifest = read(&format!(
            r#"{{"transactionTime":"Nov 20, 2026, 2:05:06 PM","request":"r","requiresAccessToken":true,"new":{{}},
            "output":[{{"type":"ExplanationOfBenefit","url":"{URL}","extension":[
              {{"url":"https://ab2d.cms.gov/checksum","valueString":"sha256:{SUM}"}},
              {{"url":"https://ab2d.cms.gov/file_length","valueDecimal":209715200}}]}}],
            "error":[{{"type":"ExplanationOfBenefit","url":"{URL}"}}],"deleted":[]}}"#
        ))
        .unwrap();
        assert_eq!(manifest.transaction_time.as_deref(), Some("Nov 20, 2026, 2:05:06 PM"));
        assert_eq!((manifest.request.as_str(), manifest.requires_access_token), ("r", true));
        let [claims, error] = &manifest.files[..] else { panic!("{manifest:?}") };
        assert_eq!(
            (claims.name.as_str(), claims.bytes, claims.is_error),
            ("Z1001_0001.ndjson", Some(209_715_200), false)
        );
        assert_eq!(claims.sha256, Some(Checksum::of(b"")));
        assert_eq!((error.name.as_str(), error.bytes, error.is_error), ("Z1001_0001-2.ndjson", None, true));
    }

    #[test]
    fn extensions_come_in_several_shapes() {
        for extension in [
            format!(r#"{{"https://ab2d.cms.gov/checksum":"{SUM}","https://ab2d.cms.gov/file_length":"3"}}"#),
            format!(
                r#"[1,{{"url":"x"}},{{"url":"a/checksum","valueString":"{SUM}"}},{{"url":"a/file_length","valueDecimal":3.0}}]"#
            ),
        ] {
            let file = file(&format!(r#"{{"url":"{URL}","extension":{extension}}}"#));
            assert_eq!((file.bytes, file.sha256), (Some(3), Some(Checksum::of(b""))), "{extension}");
        }
        let one = file(&format!(
            r#"{{"url":"{URL}","extension":{{"url":"a/file_length","valueDecimal":2.097152E8}}}}"#
        ));
        assert_eq!(one.bytes, Some(209_715_200));
        for nothing in [
            "null",
            "[]",
            "7",
            "{}",
            r#"{"url":"a/file_length","valueDecimal":-1}"#,
            r#"{"url":"a/file_length","valueDecimal":1.5}"#,
        ] {
            let file = file(&format!(r#"{{"url":"{URL}","extension":{nothing}}}"#));
            assert_eq!((file.bytes, file.sha256), (None, None), "{nothing}");
        }
    }

    #[test]
    fn nothing_new_is_an_empty_output_and_not_a_missing_one() {
        assert_eq!(read(r#"{"transactionTime":null,"output":[],"error":null}"#).unwrap().files, []);
        for wrong in [
            "{}",
            "[]",
            r#"{"output":null}"#,
            r#"{"output":[{}]}"#,
            "null",
            r#"{"output":[{"url":"http://["}]}"#,
        ] {
            assert_eq!(read(wrong), Err(Kind::UnexpectedAnswer), "{wrong}");
        }
    }

    #[test]
    fn half_a_manifest_is_none() {
        assert!(matches!(read(r#"{"output":[{"url":"#), Err(Kind::ConnectionLost { .. })));
        let page = format!(r#"{{"output":[],"link":[{{"relation":"next","url":"{URL}"}}]}}"#);
        assert_eq!(read(&page), Err(Kind::UnexpectedAnswer));
        assert!(read(r#"{"output":[],"link":[{"relation":"next","url":null}]}"#).is_ok());
    }

    #[test]
    fn files_are_on_the_apis_own_origin() {
        for url in [
            "https://evil.example/f.ndjson",
            "http://api.example/f.ndjson",
            "https://api.example:8443/f.ndjson",
            "file:///etc/passwd",
        ] {
            let result = read(&format!(r#"{{"output":[{{"url":"{url}"}}]}}"#));
            assert!(matches!(result, Err(Kind::ForeignAddress { .. })), "{url}: {result:?}");
        }
        assert_eq!(file(r#"{"url":"/api/f.ndjson"}"#).url.as_str(), "https://api.example/api/f.ndjson");
    }

    #[test]
    fn case_twins_get_names_of_their_own() {
        let manifest = read(
            r#"{"output":[{"url":"/a/X.ndjson"},{"url":"/b/x.ndjson"}],"outcome":[{"url":"/c/x.ndjson"}]}"#,
        );
        let names: Vec<_> = manifest.unwrap().files.into_iter().map(|file| file.name).collect();
        assert_eq!(names, ["X.ndjson", "x-2.ndjson", "x-3.ndjson"]);
    }
}
