//! What can go wrong.

use std::time::Duration;

use serde_json::Value;

use super::answer::Answer;
use super::body::BodyFault;
use super::json::JsonEdit;
use crate::content::ContentFault;
use crate::jobs::JobFault;

/// A fault.
#[derive(Clone, Debug)]
pub enum Fault {
    /// The connection is reset before the request is carried out.
    Reset,
    /// The request is carried out, and the connection is reset before the answer: a start of which the client
    /// does not learn.
    LoseAnswer,
    /// Nothing is heard for a while; then the request is carried out.
    Silence(Pause),
    /// The request is carried out, and nothing is heard for a while; then the answer comes.
    LateAnswer(Pause),
    /// Another answer than the service's; the request is not carried out.
    Answer(Answer),
    /// The answer's body breaks on the way.
    Body(BodyFault),
    /// The answer's JSON is another: [`Fault::edit`], and what is built on it.
    Json(JsonEdit),
    /// The files in the manifest have these names, in order; the service gives them out under these names.
    FileNames(Vec<String>),
    /// The file's content is not what was announced.
    Content(ContentFault),
    /// The file comes without `Content-Encoding`, though gzip was asked for.
    Identity,
    /// Every token that was given out is worthless from now on; then the request is carried out.
    RevokeTokens,
    /// Something happened to the job; then the request is carried out.
    Job(JobFault),
    /// The job is unknown, as long after its expiry.
    ForgetJob,
    /// The file has another `ETag` than before: a range of the old one is answered with the whole file.
    NewEtag,
    /// `Range` is ignored: 200 with the whole file.
    IgnoreRange,
    /// `Content-Range` speaks of other bytes than were asked for.
    WrongContentRange,
}

/// How long nothing happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pause {
    /// For this time, by the computer's clock.
    For(Duration),
    /// As long as the fault is armed.
    UntilDisarmed,
}

impl Fault {
    /// The body ends with a TCP reset after so many encoded bytes.
    pub fn reset_at(byte: u64) -> Self {
        Self::Body(BodyFault::Cut { byte, reset: true })
    }

    /// The connection closes after so many encoded bytes of the body, without its regular end.
    pub fn cut_at(byte: u64) -> Self {
        Self::Body(BodyFault::Cut { byte, reset: false })
    }

    /// The body ends after so many encoded bytes as if it were whole.
    pub fn end_at(byte: u64) -> Self {
        Self::Body(BodyFault::End { byte })
    }

    /// Nothing comes for a while after so many encoded bytes.
    pub fn stall_at(byte: u64, pause: Pause) -> Self {
        Self::Body(BodyFault::Stall { byte, pause })
    }

    /// The body comes in pieces of so many bytes, one every so often.
    pub fn drip(bytes: usize, every: Duration) -> Self {
        Self::Body(BodyFault::Drip { bytes, every })
    }

    /// The encoded byte at this place has another value.
    pub fn corrupt_at(byte: u64) -> Self {
        Self::Body(BodyFault::Corrupt { byte })
    }

    /// The JSON of the answer is changed.
    pub fn edit(change: impl Fn(&mut Value) + Send + Sync + 'static) -> Self {
        Self::Json(JsonEdit::new(change))
    }

    /// The JSON ends after so many bytes, as if it were whole.
    pub fn json_cut_at(byte: u64) -> Self {
        Self::end_at(byte)
    }

    /// The JSON has a further field with this many characters.
    pub fn huge_json(characters: usize) -> Self {
        Self::edit(move |json| json["padding"] = "x".repeat(characters).into())
    }

    /// The JSON has further fields that nobody has heard of.
    pub fn unknown_fields() -> Self {
        Self::edit(|json| {
            json["deleted"] = Value::Array(Vec::new());
            json["link"] = serde_json::json!([{"relation": "next", "url": null}]);
            json["future"] = serde_json::json!({"nested": [1, "two", null, 4.5]});
        })
    }

    /// The JSON is well-formed, but an array of numbers.
    pub fn other_shape() -> Self {
        Self::edit(|json| *json = serde_json::json!([1, 2, 3]))
    }

    /// The manifest announces another hash for the file with this index in `output`.
    pub fn wrong_checksum(index: usize) -> Self {
        Self::extension(index, "valueString", |_| format!("sha256:{}", "0".repeat(64)).into())
    }

    /// The manifest announces a length that is so many bytes more (or, negative, less) than that of the file.
    pub fn wrong_length(index: usize, difference: i64) -> Self {
        Self::extension(index, "valueDecimal", move |length| {
            (length.as_i64().unwrap_or_default() + difference).into()
        })
    }

    /// The manifest's files are at another scheme, host or port, such as `https://files.example`.
    pub fn files_at(origin: &str) -> Self {
        let origin = origin.trim_end_matches('/').to_owned();
        Self::edit(move |json| {
            for entry in entries(json) {
                let path =
                    entry["url"].as_str().and_then(|url| url.splitn(4, '/').nth(3)).unwrap_or_default();
                entry["url"] = format!("{origin}/{path}").into();
            }
        })
    }

    /// The manifest has no files.
    pub fn empty_output() -> Self {
        Self::edit(|json| json["output"] = Value::Array(Vec::new()))
    }

    /// The manifest lists its first file twice.
    pub fn duplicate_output() -> Self {
        Self::edit(|json| {
            if let Some(files) = json["output"].as_array_mut() {
                files.extend(files.first().cloned());
            }
        })
    }

    /// The manifest has neither checksums nor lengths, as older ones had not.
    pub fn no_checksums() -> Self {
        Self::edit(|json| {
            entries(json).filter_map(Value::as_object_mut).for_each(|entry| drop(entry.remove("extension")));
        })
    }

    /// The manifest's `extension` is an object and not an array.
    pub fn extension_as_object() -> Self {
        Self::edit(|json| {
            for entry in entries(json) {
                let checksum = entry["extension"][0]["valueString"].take();
                let length = entry["extension"][1]["valueDecimal"].take();
                entry["extension"] = serde_json::json!({
                    "https://ab2d.cms.gov/checksum": checksum,
                    "https://ab2d.cms.gov/file_length": length,
                });
            }
        })
    }

    fn extension(
        index: usize,
        field: &'static str,
        change: impl Fn(&Value) -> Value + Send + Sync + 'static,
    ) -> Self {
        Self::edit(move |json| {
            let extensions = json["output"][index]["extension"].as_array_mut();
            let values = extensions.into_iter().flatten().filter_map(|extension| extension.get_mut(field));
            values.for_each(|value| *value = change(value));
        })
    }
}

fn entries(json: &mut Value) -> impl Iterator<Item = &mut Value> {
    let lists = json.as_object_mut().into_iter().flat_map(serde_json::Map::iter_mut);
    lists
        .filter(|(name, _)| *name == "output" || *name == "error")
        .filter_map(|(_, list)| list.as_array_mut())
        .flatten()
}
