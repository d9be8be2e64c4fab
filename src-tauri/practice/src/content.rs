//! The bytes of a file, made while they go out.

use std::io::Write;
use std::ops::Range;

use bytes::Bytes;
use flate2::write::GzEncoder;
use flate2::{Compression, GzBuilder};
use sha2::{Digest, Sha256};

use crate::claims::file::Contents;

/// Bytes per piece: large enough to be fast, small enough for many transfers at once.
const PIECE: usize = 64 * 1024;

/// How a file is encoded on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coding {
    Identity,
    Gzip,
}

/// How the bytes differ from what the manifest announced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentFault {
    /// The last line is missing; everything else, gzip's own trailer too, is right.
    Shorter,
    /// The last line is there twice.
    Longer,
    /// One byte of the claims is another: right length, right gzip trailer, wrong hash.
    Altered,
    /// The gzip stream consists of several members of about 64 kB of claims each, which the standard allows.
    MultiMember,
}

/// Length, hash and claims of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Summary {
    pub(crate) bytes: u64,
    pub(crate) sha256: String,
    pub(crate) claims: u64,
    /// Length as gzip, where it is needed.
    pub(crate) gzip_bytes: Option<u64>,
}

/// Makes a file once to learn its length and hash. `measured` is told how many of how many lines have been looked
/// at, and may end it early by answering false.
pub(crate) fn summarise(
    contents: &Contents,
    gzip: bool,
    mut measured: impl FnMut(u64, u64) -> bool,
) -> Option<Summary> {
    let mut hash = Sha256::new();
    let (mut bytes, mut claims) = (0, 0);
    let mut encoder = gzip.then(|| Encoder::new(Coding::Gzip));
    let mut gzip_bytes = 0;
    let mut lines = contents.lines();
    let mut piece = Vec::with_capacity(2 * PIECE);
    loop {
        let more = lines.write_next(&mut piece);
        claims += u64::from(more);
        if more && piece.len() < PIECE {
            continue;
        }
        hash.update(&piece);
        bytes += piece.len() as u64;
        if let Some(encoder) = &mut encoder {
            gzip_bytes += encoder.encode(&piece).len() as u64;
        }
        piece.clear();
        let (looked_at, of) = lines.progress();
        if !measured(looked_at, of) {
            return None;
        }
        if !more {
            break;
        }
    }
    let gzip_bytes = encoder.map(|encoder| gzip_bytes + encoder.finish().len() as u64);
    Some(Summary { bytes, sha256: hex(&hash.finalize()), claims, gzip_bytes })
}

/// Makes the encoded bytes of a file and hands those in `range` to `send`, until it answers false.
pub(crate) fn produce(
    contents: &Contents,
    coding: Coding,
    fault: Option<ContentFault>,
    range: Range<u64>,
    mut send: impl FnMut(Bytes) -> bool,
) {
    let mut window = Window { position: 0, range };
    let mut pieces = Pieces::new(contents, fault);
    let mut encoder = Encoder::new(coding);
    while let Some(piece) = pieces.next() {
        let mut wire = encoder.encode(&piece);
        if fault == Some(ContentFault::MultiMember) {
            wire.extend(std::mem::replace(&mut encoder, Encoder::new(coding)).finish());
        }
        if !window.pass(wire, &mut send) {
            return;
        }
    }
    window.pass(encoder.finish(), &mut send);
}

/// Hexadecimal digits of some bytes.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}"))
}

/// The lines of a file, some at a time.
struct Pieces<'a> {
    lines: crate::claims::file::Lines<'a>,
    fault: Option<ContentFault>,
    first: bool,
    /// The line after the ones handed out, so that the last one is known as such.
    ahead: Vec<u8>,
}

impl<'a> Pieces<'a> {
    fn new(contents: &'a Contents, fault: Option<ContentFault>) -> Self {
        let mut lines = contents.lines();
        let mut ahead = Vec::new();
        lines.write_next(&mut ahead);
        Self { lines, fault, first: true, ahead }
    }

    fn next(&mut self) -> Option<Vec<u8>> {
        if self.ahead.is_empty() {
            return None;
        }
        let mut piece = Vec::with_capacity(2 * PIECE);
        while piece.len() < PIECE && !self.ahead.is_empty() {
            let line = self.take_line();
            piece.extend_from_slice(&line);
        }
        if std::mem::take(&mut self.first) && self.fault == Some(ContentFault::Altered) {
            alter(&mut piece);
        }
        Some(piece)
    }

    fn take_line(&mut self) -> Vec<u8> {
        let mut line = std::mem::take(&mut self.ahead);
        let last = !self.lines.write_next(&mut self.ahead);
        match self.fault {
            Some(ContentFault::Shorter) if last => line.clear(),
            Some(ContentFault::Longer) if last => line.extend_from_within(..),
            _ => {}
        }
        line
    }
}

/// Changes a digit in the middle, so that the JSON stays well-formed.
fn alter(piece: &mut [u8]) {
    let middle = piece.len() / 2;
    if let Some(digit) = piece.iter_mut().skip(middle).find(|byte| byte.is_ascii_digit()) {
        *digit = if *digit == b'1' { b'2' } else { b'1' };
    }
}

enum Encoder {
    Identity,
    Gzip(Box<GzEncoder<Vec<u8>>>),
}

impl Encoder {
    /// Without a time in its header gzip of the same bytes is the same, which ranges over it need. The fastest level
    /// makes these claims as much smaller as the service's compression makes real ones.
    fn new(coding: Coding) -> Self {
        match coding {
            Coding::Identity => Self::Identity,
            Coding::Gzip => Self::Gzip(Box::new(GzBuilder::new().write(Vec::new(), Compression::fast()))),
        }
    }

    fn encode(&mut self, piece: &[u8]) -> Vec<u8> {
        match self {
            Self::Identity => piece.to_vec(),
            Self::Gzip(encoder) => {
                // Writing into memory cannot fail.
                let _ = encoder.write_all(piece);
                std::mem::take(encoder.get_mut())
            }
        }
    }

    fn finish(self) -> Vec<u8> {
        match self {
            Self::Identity => Vec::new(),
            Self::Gzip(encoder) => encoder.finish().unwrap_or_default(),
        }
    }
}

/// Lets through the bytes of a range.
struct Window {
    position: u64,
    range: Range<u64>,
}

impl Window {
    fn pass(&mut self, piece: Vec<u8>, send: &mut impl FnMut(Bytes) -> bool) -> bool {
        let length = piece.len() as u64;
        let cut = |at: u64| usize::try_from(at.saturating_sub(self.position).min(length)).unwrap_or(0);
        let wanted = cut(self.range.start)..cut(self.range.end);
        self.position += length;
        let more = self.position < self.range.end;
        (wanted.is_empty() || send(Bytes::from(piece).slice(wanted))) && more
    }
}
