use base64::prelude::{BASE64_STANDARD, BASE64_STANDARD_NO_PAD, BASE64_URL_SAFE_NO_PAD};
use proptest::prelude::*;

use super::*;

const CLIENT_ID: &str = "0oa2t0lsrdZw5uWRx297";
const PASSWORD: &str = "canary:HHduWG6LogIvDIQuWgp3Zlo9OYMValTt";

fn pair() -> String {
    format!("{CLIENT_ID}:{PASSWORD}")
}

fn line() -> String {
    BASE64_STANDARD.encode(pair())
}

fn utf16(text: &str, unit: fn(u16) -> [u8; 2]) -> Vec<u8> {
    text.encode_utf16().flat_map(unit).collect()
}

fn wrapped(text: &str, width: usize, line_end: &str) -> String {
    let lines: Vec<_> = text.as_bytes().chunks(width).map(|line| str::from_utf8(line).unwrap()).collect();
    lines.join(line_end)
}

fn joined(first: &[u8], rest: &[u8]) -> Vec<u8> {
    [first, rest].concat()
}

#[track_caller]
fn assert_reads(bytes: &[u8]) {
    let credentials = Credentials::read(bytes).unwrap();
    assert_eq!((credentials.client_id.as_str(), credentials.client_secret.expose()), (CLIENT_ID, PASSWORD));
}

/// The words and the debug form of the refusal of some content.
#[track_caller]
fn refusal(bytes: &[u8]) -> String {
    let error = Credentials::read(bytes).unwrap_err();
    let line = String::from_utf8_lossy(bytes).trim().to_owned();
    for shown in [error.to_string(), format!("{error:?}"), error.next_step().to_owned()] {
        let quotes = shown.contains("canary") || (line.len() > 3 && shown.contains(&line));
        assert!(!quotes, "“{shown}” quotes the file");
    }
    format!("{error} {}", error.next_step())
}

#[test]
fn reads_the_line_as_it_is_sent() {
    assert_reads(line().as_bytes());
}

#[test]
fn reads_any_line_end_and_stray_spaces() {
    for form in ["{}\n", "{}\r\n", "  {} \n\n", "\t{}\r", "\r\n\r\n{}", "\u{a0}{}\u{a0}"] {
        assert_reads(form.replace("{}", &line()).as_bytes());
    }
}

#[test]
fn reads_wrapped_lines() {
    for width in [4, 64, 76] {
        for line_end in ["\n", "\r\n", "\n  "] {
            assert_reads(wrapped(&line(), width, line_end).as_bytes());
        }
    }
}

#[test]
fn reads_utf8_and_utf16_with_and_without_byte_order_mark() {
    let text = format!("{}\r\n", line());
    assert_reads(&joined(b"\xEF\xBB\xBF", text.as_bytes()));
    assert_reads(&joined(b"\xFF\xFE", &utf16(&text, u16::to_le_bytes)));
    assert_reads(&joined(b"\xFE\xFF", &utf16(&text, u16::to_be_bytes)));
    assert_reads(&utf16(&text, u16::to_le_bytes));
    assert_reads(&utf16(&text, u16::to_be_bytes));
}

#[test]
fn reads_a_line_end_inside_the_encoded_text() {
    for end in ["\n", "\r\n"] {
        assert_reads(BASE64_STANDARD.encode(format!("{}{end}", pair())).as_bytes());
    }
}

#[test]
fn reads_encoded_utf16() {
    assert_reads(BASE64_STANDARD.encode(utf16(&pair(), u16::to_le_bytes)).as_bytes());
}

#[test]
fn reads_without_padding_and_in_the_url_alphabet() {
    for password in ["a", "ab", "abc", "??>>~~"] {
        let pair = format!("{CLIENT_ID}:{password}");
        for encoded in [BASE64_STANDARD_NO_PAD.encode(&pair), BASE64_URL_SAFE_NO_PAD.encode(&pair)] {
            let credentials = Credentials::read(encoded.as_bytes()).unwrap();
            assert_eq!(credentials.client_secret.expose(), password);
        }
    }
}

#[test]
fn reads_quotes_around_the_line() {
    assert_reads(format!("\"{}\"\n", line()).as_bytes());
}

#[test]
fn reads_what_nobody_encoded() {
    assert_reads(pair().as_bytes());
    assert_reads(format!("{}\r\n", pair()).as_bytes());
}

#[test]
fn each_wrong_content_has_its_words() {
    let two_clients = format!("{}\n{}\n", line(), BASE64_STANDARD.encode("0oa9jz0e1dyNfRMm6297:other"));
    let encoded = |text: &str| BASE64_STANDARD.encode(text).into_bytes();
    let wrong: [(&str, Vec<u8>); 22] = [
        ("nothing", Vec::new()),
        ("spaces", b" \r\n\t".to_vec()),
        ("only a byte order mark", b"\xFF\xFE".to_vec()),
        ("too large", vec![b'A'; LARGEST + 1]),
        ("a large PDF", [b"%PDF-1.7\n".to_vec(), vec![b'x'; LARGEST]].concat()),
        ("PDF", b"%PDF-1.7\nobj".to_vec()),
        ("Office document", b"PK\x03\x04\x14\x00\x06\x00".to_vec()),
        ("picture", b"\x89PNG\r\n\x1a\n\0\0".to_vec()),
        ("JSON", br#"{"client_id": "canary-client", "client_secret": "canary-secret"}"#.to_vec()),
        ("CSV", b"contract,client_id,client_secret\nZ1001,canary-client,canary-secret\n".to_vec()),
        ("web page", b"<!DOCTYPE html><title>Sign in</title>".to_vec()),
        ("key", b"-----BEGIN PRIVATE KEY-----\nMIIEvQ\n".to_vec()),
        ("bytes", vec![0xC3, 0x28, 0x80, 0x81]),
        ("a sentence", b"Here are the credentials for canary-client.".to_vec()),
        ("an address", b"https://ab2d.cms.gov/setup".to_vec()),
        ("Base64 of bytes", BASE64_STANDARD.encode([0xC3, 0x28, 0x80, 0x81]).into_bytes()),
        ("no colon", encoded("canary-client")),
        ("no client ID", encoded(":canary-password")),
        ("no password", encoded("canary-client: \n")),
        ("two lines encoded", encoded("canary-client:pass\ncanary-other:word")),
        ("Base64 of a sentence", encoded("Dear sponsor: attached are canary-client and more")),
        ("two clients", two_clients.into_bytes()),
    ];
    let words: Vec<_> = wrong.iter().map(|(what, bytes)| format!("{what}: {}", refusal(bytes))).collect();
    insta::assert_snapshot!(words.join("\n"));
}

#[test]
fn a_file_that_is_not_there_says_so() {
    let error = Credentials::read_file(Path::new("/nowhere/credentials_Z1001_base64.txt")).unwrap_err();
    assert!(matches!(error, CredentialsFileError::Unreadable(_)));
}

#[test]
fn a_file_is_read_from_the_disk() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("credentials_Z1001_base64.txt");
    std::fs::write(&path, line()).unwrap();
    assert_eq!(Credentials::read_file(&path).unwrap().client_id, CLIENT_ID);
    std::fs::write(&path, vec![b' '; 2 * LARGEST]).unwrap();
    assert!(matches!(Credentials::read_file(&path), Err(CredentialsFileError::TooLarge)));
}

#[test]
fn the_name_of_the_file_names_the_contract() {
    let number = |name: &str| ContractNumber::of_credentials_file(Path::new(name)).map(String::from);
    assert_eq!(number("/home/ada/credentials_Z123456_base64.txt").as_deref(), Some("Z123456"));
    assert_eq!(number("credentials-s5601 (1).txt").as_deref(), Some("S5601"));
    assert_eq!(number("Z1001.txt").as_deref(), Some("Z1001"));
    assert_eq!(number("credentials_base64.txt"), None);
    assert_eq!(number("Z1001/credentials.txt"), None);
}

/// How a file is written: the text's encoding, its line ends, its wrapping, its padding.
fn forms(text: &str) -> impl Strategy<Value = Vec<u8>> + use<> {
    let encoded = prop_oneof![
        Just(BASE64_STANDARD.encode(text)),
        Just(BASE64_STANDARD_NO_PAD.encode(text)),
        Just(BASE64_STANDARD.encode(format!("{text}\n"))),
    ];
    let width = prop_oneof![Just(usize::MAX), Just(64), Just(76)];
    let line_end = prop_oneof![Just(""), Just("\n"), Just("\r\n"), Just("  \r\n\r\n")];
    (encoded, width, line_end, 0..5_u8).prop_map(|(encoded, width, line_end, encoding)| {
        let text = wrapped(&encoded, width, "\n") + line_end;
        match encoding {
            0 => joined(b"\xEF\xBB\xBF", text.as_bytes()),
            1 => joined(b"\xFF\xFE", &utf16(&text, u16::to_le_bytes)),
            2 => utf16(&text, u16::to_be_bytes),
            _ => text.into_bytes(),
        }
    })
}

proptest! {
    #[test]
    fn every_form_of_any_credentials_reads_back(
        (client_id, password, bytes) in ("[A-Za-z0-9_-]{8,40}", "[!-~]([ -~]{0,60}[!-~])?").prop_flat_map(
            |(client_id, password)| {
                let forms = forms(&format!("{client_id}:{password}"));
                (Just(client_id), Just(password), forms)
            }
        )
    ) {
        let credentials = Credentials::read(&bytes).unwrap();
        prop_assert_eq!(credentials.client_id, client_id);
        prop_assert_eq!(credentials.client_secret.expose(), password);
    }

    #[test]
    fn no_content_makes_it_panic(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let _ = Credentials::read(&bytes);
    }
}
