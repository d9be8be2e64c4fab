//! Bodies that break on the way.

use std::io;
use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use axum::http::{Response, header};
use bytes::Bytes;
use futures_util::StreamExt;
use futures_util::stream::{Fuse, unfold};

use super::{Pause, Release};
use crate::connection::Line;
use crate::journal::WhenSent;

/// Time for what was sent to reach the client before its connection breaks.
const ON_ITS_WAY: Duration = Duration::from_millis(30);

/// How a body breaks. Bytes are counted as encoded, from 0; a place behind the end means after the last byte.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BodyFault {
    /// The connection ends there, without the body's regular end.
    Cut {
        /// How many bytes arrive.
        byte: u64,
        /// By a TCP reset; otherwise it is closed in the ordinary way.
        reset: bool,
    },
    /// The body ends there as if it were whole.
    End {
        /// How many bytes arrive.
        byte: u64,
    },
    /// Nothing comes for a while.
    Stall {
        /// How many bytes arrive before.
        byte: u64,
        /// How long.
        pause: Pause,
    },
    /// The body comes in small pieces.
    Drip {
        /// Bytes of a piece.
        bytes: usize,
        /// Time before each.
        every: Duration,
    },
    /// One byte has another value.
    Corrupt {
        /// Which one.
        byte: u64,
    },
}

/// What is done to an answer's body, if anything.
#[derive(Clone, Debug, Default)]
pub(crate) struct Damage(Option<(BodyFault, Release)>);

impl Damage {
    pub(super) fn new(fault: BodyFault, release: Release) -> Self {
        Self(Some((fault, release)))
    }

    pub(crate) fn done_to(self, answer: Response<Body>, line: &Line) -> Response<Body> {
        let Some((fault, release)) = self.0 else { return answer };
        let (mut head, body) = answer.into_parts();
        if matches!(fault, BodyFault::Cut { .. } | BodyFault::End { .. }) {
            head.extensions.remove::<WhenSent>();
        }
        if matches!(fault, BodyFault::End { .. }) {
            // With a length the end would not look regular.
            head.headers.remove(header::CONTENT_LENGTH);
        }
        let damaged = Damaged {
            body: body.into_data_stream().fuse(),
            held: Bytes::new(),
            passed: 0,
            stalled: false,
            fault,
            release,
            line: line.clone(),
        };
        let pieces =
            unfold(damaged, |mut damaged| async { damaged.next().await.map(|piece| (piece, damaged)) });
        Response::from_parts(head, Body::from_stream(pieces))
    }
}

/// A body on its way through its fault.
struct Damaged {
    /// A stall behind the end asks for more once again.
    body: Fuse<BodyDataStream>,
    held: Bytes,
    passed: u64,
    stalled: bool,
    fault: BodyFault,
    release: Release,
    line: Line,
}

impl Damaged {
    async fn next(&mut self) -> Option<io::Result<Bytes>> {
        match self.fault {
            BodyFault::Cut { byte, reset } => match self.before(byte).await {
                Some(piece) => Some(piece),
                None => Some(Err(broken(&self.line, reset).await)),
            },
            BodyFault::End { byte } => self.before(byte).await,
            BodyFault::Stall { byte, pause } => self.stalling(byte, pause).await,
            BodyFault::Drip { bytes, every } => {
                tokio::time::sleep(every).await;
                self.at_most(bytes as u64).await
            }
            BodyFault::Corrupt { byte } => self.corrupted(byte).await,
        }
    }

    /// The next piece of what lies before a place; `None` when that place or the end is reached.
    async fn before(&mut self, place: u64) -> Option<io::Result<Bytes>> {
        match place - self.passed.min(place) {
            0 => None,
            left => self.at_most(left).await,
        }
    }

    async fn stalling(&mut self, place: u64, pause: Pause) -> Option<io::Result<Bytes>> {
        if self.stalled {
            return self.at_most(u64::MAX).await;
        }
        if let Some(piece) = self.before(place).await {
            return Some(piece);
        }
        self.stalled = true;
        self.release.pause(pause, &self.line).await;
        self.at_most(u64::MAX).await
    }

    async fn corrupted(&mut self, place: u64) -> Option<io::Result<Bytes>> {
        let start = self.passed;
        let piece = self.at_most(u64::MAX).await?;
        Some(piece.map(|piece| {
            let mut bytes = piece.to_vec();
            let within = place.checked_sub(start).and_then(|index| usize::try_from(index).ok());
            if let Some(byte) = within.and_then(|index| bytes.get_mut(index)) {
                *byte ^= 0x55;
            }
            bytes.into()
        }))
    }

    async fn at_most(&mut self, bytes: u64) -> Option<io::Result<Bytes>> {
        while self.held.is_empty() {
            match self.body.next().await? {
                Ok(piece) => self.held = piece,
                Err(error) => return Some(Err(io::Error::other(error))),
            }
        }
        let length = self.held.len().min(usize::try_from(bytes).unwrap_or(usize::MAX));
        self.passed += length as u64;
        Some(Ok(self.held.split_to(length)))
    }
}

/// Breaks the connection, and the body with it.
async fn broken(line: &Line, reset: bool) -> io::Error {
    tokio::time::sleep(ON_ITS_WAY).await;
    if reset {
        line.reset();
    } else {
        line.close();
    }
    io::ErrorKind::ConnectionReset.into()
}
