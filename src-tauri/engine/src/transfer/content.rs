//! The uncompressed content of a file as it streams by: measured, counted, passed on.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::write::{GzEncoder, MultiGzDecoder};
use sha2::{Digest, Sha256};

use super::lines::Lines;
use super::part::Part;
use super::sink::Fault;
use super::tally::Tally;
use crate::api::{Checksum, Coding};

/// What is known of a content once it has streamed by.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Measured {
    pub(super) bytes: u64,
    pub(super) sha256: Checksum,
    pub(super) claims: u64,
    pub(super) tally: Tally,
}

/// Where the content goes.
pub(super) enum Output {
    /// Nowhere: it is only measured.
    Nowhere,
    /// Into the file as it is.
    Plain(Part),
    /// Into the file, compressed here.
    Compressed(Box<GzEncoder<Part>>),
}

/// Measures what is written to it.
pub(super) struct Content {
    hasher: Sha256,
    lines: Lines,
    bytes: u64,
    announced: Option<u64>,
    arrived: Arc<AtomicU64>,
    output: Output,
}

impl Content {
    pub(super) fn new(announced: Option<u64>, lines: Lines, arrived: Arc<AtomicU64>, output: Output) -> Self {
        Self { hasher: Sha256::new(), lines, bytes: 0, announced, arrived, output }
    }

    /// Bytes so far.
    pub(super) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(super) fn finish(self) -> (Measured, Output) {
        let (claims, tally) = self.lines.finish();
        let sha256 = Checksum::new(self.hasher.finalize().into());
        (Measured { bytes: self.bytes, sha256, claims, tally }, self.output)
    }
}

impl Write for Content {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let length = self.bytes + bytes.len() as u64;
        if let Some(announced) = self.announced.filter(|announced| length > *announced) {
            return Err(Fault::TooLong { announced }.into());
        }
        self.output.write_all(bytes)?;
        self.hasher.update(bytes);
        self.lines.take(bytes);
        self.bytes = length;
        self.arrived.store(length, Ordering::Relaxed);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.output.flush()
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self {
            Self::Nowhere => Ok(bytes.len()),
            Self::Plain(part) => part.write(bytes),
            Self::Compressed(encoder) => encoder.write(bytes),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        match self {
            Self::Nowhere => Ok(()),
            Self::Plain(part) => part.flush(),
            Self::Compressed(encoder) => encoder.flush(),
        }
    }
}

/// Turns coded bytes into content.
pub(super) enum Decoder {
    /// They are the content.
    Identity(Box<Content>),
    /// gzip, of one member or several; what follows the last one must not be anything else.
    Gzip(Box<MultiGzDecoder<Content>>),
}

impl Decoder {
    pub(super) fn new(coding: Coding, content: Content) -> Self {
        match coding {
            Coding::Identity => Self::Identity(Box::new(content)),
            Coding::Gzip => Self::Gzip(Box::new(MultiGzDecoder::new(content))),
        }
    }

    /// Takes coded bytes in.
    pub(super) fn take(&mut self, bytes: &[u8]) -> Result<(), Fault> {
        match self {
            Self::Identity(content) => content.write_all(bytes),
            Self::Gzip(decoder) => decoder.write_all(bytes),
        }
        .map_err(Fault::from)
    }

    /// Bytes of content so far.
    pub(super) fn bytes(&self) -> u64 {
        match self {
            Self::Identity(content) => content.bytes(),
            Self::Gzip(decoder) => decoder.get_ref().bytes(),
        }
    }

    /// Ends the coded bytes: where they stop short of their own end, they are damaged.
    pub(super) fn finish(self) -> Result<(Measured, Output), Fault> {
        let content = match self {
            Self::Identity(content) => *content,
            Self::Gzip(decoder) => decoder.finish()?,
        };
        Ok(content.finish())
    }
}

#[cfg(test)]
mod tests {
    use flate2::Compression;

    use super::*;

    fn gzip(text: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(text).unwrap();
        encoder.finish().unwrap()
    }

    fn content(announced: Option<u64>) -> Content {
        Content::new(announced, Lines::claims(), Arc::default(), Output::Nowhere)
    }

    fn inflate(wire: &[u8], step: usize) -> Result<Measured, Fault> {
        let mut decoder = Decoder::new(Coding::Gzip, content(None));
        wire.chunks(step).try_for_each(|piece| decoder.take(piece))?;
        decoder.finish().map(|(measured, _)| measured)
    }

    #[test]
    fn several_members_are_one_content_however_they_are_cut() {
        let wire = [gzip(b"one\n"), gzip(b""), gzip(b"two\nthree")].concat();
        for step in 1..wire.len() {
            let measured = inflate(&wire, step).unwrap();
            assert_eq!((measured.bytes, measured.claims), (13, 3), "{step}");
            assert_eq!(measured.sha256, Checksum::of(b"one\ntwo\nthree"), "{step}");
        }
    }

    #[test]
    fn compressed_bytes_that_end_early_are_damaged_wherever_they_end() {
        let wire = gzip(&b"{\"resourceType\":\"ExplanationOfBenefit\"}\n".repeat(50));
        for end in 0..wire.len() {
            for step in [1, 7, 4096] {
                let result = inflate(&wire[..end], step);
                assert!(matches!(result, Err(Fault::Damaged(_))), "{end}/{step}: {result:?}");
            }
        }
    }

    #[test]
    fn what_follows_the_last_member_must_be_a_member() {
        for tail in [b"garbage, and more of it".as_slice(), b"x", &[0; 20], &[0], &[0x1f], &[0x1f, 0x8b]] {
            let wire = [gzip(b"one\n").as_slice(), tail].concat();
            for step in [1, 4096] {
                assert!(matches!(inflate(&wire, step), Err(Fault::Damaged(_))), "{tail:?}/{step}");
            }
        }
    }

    #[test]
    fn one_flipped_bit_is_noticed() {
        let wire = gzip(b"one line of a claim, long enough to be compressed, compressed, compressed\n");
        for index in wire.len() - 20..wire.len() {
            let mut flipped = wire.clone();
            flipped[index] ^= 4;
            assert!(inflate(&flipped, 4096).is_err(), "{index}");
        }
    }

    #[test]
    fn more_than_announced_ends_at_once() {
        let mut content = content(Some(5));
        content.write_all(b"12345").unwrap();
        let error = Fault::from(content.write_all(b"6").unwrap_err());
        assert!(matches!(error, Fault::TooLong { announced: 5 }), "{error:?}");
        assert_eq!(content.bytes(), 5);
    }
}
