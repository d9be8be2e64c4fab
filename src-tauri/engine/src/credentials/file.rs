//! Reading a credentials file.
//!
//! What AB2D sends is one line, the Base64 of `clientID:password`. On its way through mail programs, editors and
//! shells it gains byte order marks, other encodings, line ends and spaces, and loses its padding. All of that is
//! read. What is something else is told apart, so that the words can say what it is; they never quote it.

use std::fmt;
use std::fs::File;
use std::io::{self, Read};
use std::path::Path;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use zeroize::Zeroizing;

use super::Credentials;
use crate::contract::ContractNumber;

/// Bytes that a credentials file may have: twenty times what the longest one needs.
const LARGEST: usize = 16 * 1024;

/// Characters that a client ID has at least, where it must be told from other text (AB2D's have 20).
const SHORTEST_CLIENT_ID: usize = 8;

/// Why a file holds no credentials. Neither its words nor its debug form quote the file.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsFileError {
    /// The operating system does not open or read it.
    #[error("The file cannot be opened.")]
    Unreadable(#[source] io::Error),
    /// There is nothing in it, or only spaces.
    #[error("The file is empty.")]
    Empty,
    /// It has more bytes than any credentials file.
    #[error("The file is far larger than a credentials file, which is a single line.")]
    TooLarge,
    /// It is a file of another kind.
    #[error("The file is {0}, not a credentials file.")]
    Other(OtherFormat),
    /// Its bytes are no text.
    #[error("The file does not hold text.")]
    NotText,
    /// Its text is not Base64.
    #[error(
        "The file does not hold an AB2D client ID and password: they come as one line of letters and digits."
    )]
    NotBase64,
    /// It is Base64, but of something else.
    #[error("The line in the file does not hold a client ID and a password with a colon between them.")]
    NoColon,
    /// There is nothing before the colon.
    #[error("The client ID is missing from the file.")]
    NoClientId,
    /// There is nothing after the colon.
    #[error("The password is missing from the file.")]
    NoPassword,
    /// It holds the credentials of more than one client.
    #[error("The file holds more than one client ID and password.")]
    Several,
}

/// What a file that was taken for a credentials file is instead.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OtherFormat {
    /// `{` or `[` comes first.
    Json,
    /// Words with commas or semicolons between them.
    Csv,
    /// A PDF document.
    Pdf,
    /// A ZIP archive, which Word and Excel documents are too.
    Zip,
    /// HTML or XML.
    Markup,
    /// A picture.
    Picture,
    /// A private key or certificate.
    Pem,
}

impl fmt::Display for OtherFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Json => "a JSON file",
            Self::Csv => "a table (CSV)",
            Self::Pdf => "a PDF document",
            Self::Zip => "a ZIP archive or an Office document",
            Self::Markup => "a web page or XML file",
            Self::Picture => "a picture",
            Self::Pem => "a certificate or key",
        })
    }
}

impl CredentialsFileError {
    /// What to do now.
    pub fn next_step(&self) -> &'static str {
        match self {
            Self::Unreadable(_) => {
                "Check that the file is still there and that your account may read it, then choose it again."
            }
            Self::Several => {
                "Make a file for each contract with one line in it, or type the client ID and password."
            }
            Self::NoClientId | Self::NoPassword => {
                "Download the credentials file that AB2D sent again, or type the client ID and password."
            }
            Self::Empty
            | Self::TooLarge
            | Self::Other(_)
            | Self::NotText
            | Self::NotBase64
            | Self::NoColon => {
                "Choose the file that AB2D sent, named like credentials_Z123456_base64.txt, or type the client ID and password."
            }
        }
    }
}

impl Credentials {
    /// Reads a credentials file from the disk.
    pub fn read_file(path: &Path) -> Result<Self, CredentialsFileError> {
        let mut bytes = Zeroizing::new(Vec::with_capacity(LARGEST + 1));
        File::open(path)
            .and_then(|file| file.take(LARGEST as u64 + 1).read_to_end(&mut bytes))
            .map_err(CredentialsFileError::Unreadable)?;
        Self::read(&bytes)
    }

    /// Reads the content of a credentials file.
    ///
    /// The Base64 may be wrapped, lack its padding or use the URL alphabet, and the file may be UTF-8 or UTF-16 with or
    /// without a byte order mark. A line with `clientID:password` as it is, not encoded, is read too.
    pub fn read(bytes: &[u8]) -> Result<Self, CredentialsFileError> {
        if bytes.len() > LARGEST {
            return Err(
                other_binary(bytes).map_or(CredentialsFileError::TooLarge, CredentialsFileError::Other)
            );
        }
        let text = text_of(bytes).filter(|text| !is_binary(text));
        let Some(text) = text else {
            return Err(
                other_binary(bytes).map_or(CredentialsFileError::NotText, CredentialsFileError::Other)
            );
        };
        match text.trim() {
            "" => Err(CredentialsFileError::Empty),
            text => from_text(text),
        }
    }
}

impl ContractNumber {
    /// The contract in the name of a credentials file: `credentials_Z123456_base64.txt` holds those of `Z123456`.
    pub fn of_credentials_file(path: &Path) -> Option<Self> {
        let stem = path.file_stem()?.to_str()?;
        stem.split(|c: char| !c.is_ascii_alphanumeric())
            .find_map(|part| part.to_ascii_uppercase().parse().ok())
    }
}

fn from_text(text: &str) -> Result<Credentials, CredentialsFileError> {
    if let Some(format) = other_text(text) {
        return Err(CredentialsFileError::Other(format));
    }
    if let Some(credentials) = from_plain_line(text) {
        return Ok(credentials);
    }
    if !is_wrapped(text) && text.lines().filter(|line| holds_a_client(line)).count() > 1 {
        return Err(CredentialsFileError::Several);
    }
    let decoded = decode(text).ok_or(CredentialsFileError::NotBase64)?;
    let pair = text_of(&decoded).filter(|pair| !is_binary(pair)).ok_or(CredentialsFileError::NoColon)?;
    from_pair(pair.trim_matches(['\r', '\n']))
}

fn from_pair(pair: &str) -> Result<Credentials, CredentialsFileError> {
    let (client_id, password) = pair.split_once(':').ok_or(CredentialsFileError::NoColon)?;
    let client_id = client_id.trim();
    if client_id.is_empty() {
        return Err(CredentialsFileError::NoClientId);
    }
    if password.trim().is_empty() {
        return Err(CredentialsFileError::NoPassword);
    }
    if client_id.contains(char::is_whitespace) || password.contains(['\r', '\n']) {
        return Err(CredentialsFileError::NoColon);
    }
    Ok(Credentials::new(client_id, password))
}

/// `clientID:password` that nobody encoded. Base64 has no colon, so this is never an encoded line.
fn from_plain_line(line: &str) -> Option<Credentials> {
    let (client_id, password) = line.split_once(':')?;
    let plausible = is_client_id(client_id) && !password.is_empty() && !line.contains(char::is_whitespace);
    plausible.then(|| Credentials::new(client_id, password))
}

/// Whether the lines are one long line that a tool broke at its usual width.
fn is_wrapped(text: &str) -> bool {
    const USUAL_WIDTHS: [usize; 2] = [64, 76];
    text.lines().next().is_some_and(|line| USUAL_WIDTHS.contains(&line.trim().len()))
}

fn holds_a_client(line: &str) -> bool {
    let pair = decode(line).and_then(|bytes| text_of(&bytes));
    pair.is_some_and(|pair| pair.split_once(':').is_some_and(|(client_id, _)| is_client_id(client_id)))
}

fn is_client_id(text: &str) -> bool {
    text.len() >= SHORTEST_CLIENT_ID && text.bytes().all(|b| b.is_ascii_alphanumeric() || b"-_.".contains(&b))
}

/// Decodes Base64 of either alphabet, wrapped or not, padded or not.
fn decode(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    let joined: Zeroizing<String> = Zeroizing::new(
        text.chars()
            .filter(|c| !c.is_whitespace())
            .map(|c| match c {
                '-' => '+',
                '_' => '/',
                other => other,
            })
            .collect(),
    );
    let lenient = GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true);
    let engine = GeneralPurpose::new(&alphabet::STANDARD, lenient);
    engine.decode(joined.trim_matches('"').as_bytes()).ok().map(Zeroizing::new)
}

/// Text in UTF-8 or UTF-16, told by its byte order mark or, without one, by the zeros that UTF-16 puts beside every
/// ASCII character.
fn text_of(bytes: &[u8]) -> Option<Zeroizing<String>> {
    let text = match bytes {
        [0xEF, 0xBB, 0xBF, rest @ ..] => String::from_utf8(rest.to_vec()).ok(),
        [0xFF, 0xFE, rest @ ..] => from_utf16(rest, u16::from_le_bytes),
        [0xFE, 0xFF, rest @ ..] => from_utf16(rest, u16::from_be_bytes),
        [first, 0, ..] if *first != 0 => from_utf16(bytes, u16::from_le_bytes),
        [0, second, ..] if *second != 0 => from_utf16(bytes, u16::from_be_bytes),
        _ => String::from_utf8(bytes.to_vec()).ok(),
    };
    text.map(Zeroizing::new)
}

fn from_utf16(bytes: &[u8], unit: fn([u8; 2]) -> u16) -> Option<String> {
    let (pairs, rest) = bytes.as_chunks::<2>();
    let units: Zeroizing<Vec<u16>> = Zeroizing::new(pairs.iter().copied().map(unit).collect());
    if rest.is_empty() { String::from_utf16(&units).ok() } else { None }
}

fn is_binary(text: &str) -> bool {
    text.chars().any(|c| c.is_control() && !matches!(c, '\t' | '\r' | '\n'))
}

fn other_binary(bytes: &[u8]) -> Option<OtherFormat> {
    const SIGNATURES: [(&[u8], OtherFormat); 6] = [
        (b"%PDF", OtherFormat::Pdf),
        (b"PK\x03\x04", OtherFormat::Zip),
        (b"\x89PNG", OtherFormat::Picture),
        (b"\xFF\xD8\xFF", OtherFormat::Picture),
        (b"GIF8", OtherFormat::Picture),
        (b"{", OtherFormat::Json),
    ];
    SIGNATURES.into_iter().find_map(|(signature, format)| bytes.starts_with(signature).then_some(format))
}

fn other_text(text: &str) -> Option<OtherFormat> {
    let first_line = text.lines().next().unwrap_or_default();
    match text.as_bytes() {
        [b'{' | b'[', ..] => Some(OtherFormat::Json),
        [b'<', ..] => Some(OtherFormat::Markup),
        [b'-', b'-', b'-', b'-', b'-', ..] => Some(OtherFormat::Pem),
        _ if text.starts_with("%PDF") => Some(OtherFormat::Pdf),
        _ if from_plain_line(text).is_none() && first_line.contains([',', ';', '\t']) => {
            Some(OtherFormat::Csv)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests;
