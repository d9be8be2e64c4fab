//! The TCP side: accepting, refusing, and breaking connections for real.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::watch;
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use crate::shared::Shared;

/// Connections that the system accepts before the service does: as many as the standard library lets wait.
const BACKLOG: u32 = 1024;

/// Whether connections are accepted, and the means to end those that are open.
#[derive(Clone, Debug)]
pub(crate) struct Gate {
    open: watch::Sender<bool>,
    listening: watch::Sender<bool>,
    connections: Shared<CancellationToken>,
}

impl Gate {
    pub(crate) fn new() -> Self {
        Self {
            open: watch::Sender::new(true),
            listening: watch::Sender::new(true),
            connections: Shared::default(),
        }
    }

    /// Opens or closes the port, and returns when that is done. Closing also ends the open connections.
    pub(crate) async fn set_open(&self, open: bool) {
        self.open.send_replace(open);
        if !open {
            self.close_connections();
        }
        let mut listening = self.listening.subscribe();
        // The sender lives in `self`, so waiting cannot fail.
        let _ = listening.wait_for(|listening| *listening == open).await;
        if !open {
            // Until nobody listened any more, further ones came in.
            self.close_connections();
        }
    }

    /// Ends every open connection.
    pub(crate) fn close_connections(&self) {
        std::mem::take(&mut *self.connections.lock()).cancel();
    }

    fn line(&self) -> Line {
        Line { reset: Arc::default(), closed: self.connections.lock().child_token() }
    }
}

/// The listening socket. While the gate is closed there is none, so that connecting is refused by the system itself; the
/// port is kept meanwhile, so that the system gives it to nobody who asks for any.
pub(crate) struct Connections {
    listener: Option<TcpListener>,
    kept: Option<TcpSocket>,
    address: SocketAddr,
    gate: Gate,
    open: watch::Receiver<bool>,
}

impl Connections {
    /// Listens on 127.0.0.1.
    pub(crate) async fn bind(port: u16, gate: Gate) -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, port)).await?;
        let address = listener.local_addr()?;
        let open = gate.open.subscribe();
        Ok(Self { listener: Some(listener), kept: None, address, gate, open })
    }

    async fn next(&mut self) -> io::Result<TcpStream> {
        loop {
            let open = *self.open.borrow_and_update();
            match (&self.listener, open) {
                (Some(listener), true) => tokio::select! {
                    accepted = listener.accept() => return accepted.map(|(stream, _)| stream),
                    _ = self.open.changed() => {}
                },
                (None, true) => {
                    self.listener = Some(self.kept()?.listen(BACKLOG)?);
                    self.gate.listening.send_replace(true);
                }
                (_, false) => {
                    self.listener = None;
                    self.kept = Some(self.kept()?);
                    self.gate.listening.send_replace(false);
                    // The gate lives as long as the service, so waiting cannot fail.
                    let _ = self.open.changed().await;
                }
            }
        }
    }

    /// A socket that has the port and does not listen.
    fn kept(&mut self) -> io::Result<TcpSocket> {
        if let Some(kept) = self.kept.take() {
            return Ok(kept);
        }
        let socket = TcpSocket::new_v4()?;
        // As where the standard library listens: connections that have just ended hold up nobody.
        #[cfg(not(windows))]
        socket.set_reuseaddr(true)?;
        socket.bind(self.address)?;
        Ok(socket)
    }
}

impl Listener for Connections {
    type Io = Connection;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Connection, SocketAddr) {
        loop {
            match self.next().await {
                Ok(stream) => return (Connection::new(stream, self.gate.line()), self.address),
                Err(error) => {
                    tracing::warn!(%error, "cannot accept a connection");
                    tokio::time::sleep(Duration::from_millis(50)).await;
                }
            }
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        Ok(self.address)
    }
}

/// A handle on one connection, with which a fault breaks it.
#[derive(Clone, Debug)]
pub(crate) struct Line {
    reset: Arc<AtomicBool>,
    closed: CancellationToken,
}

impl Line {
    /// Ends the connection with a TCP reset.
    pub(crate) fn reset(&self) {
        self.reset.store(true, Ordering::Relaxed);
        self.closed.cancel();
    }

    /// Ends the connection as a process that exits does: what was sent arrives, and then it is over.
    pub(crate) fn close(&self) {
        self.closed.cancel();
    }

    /// Waits until the connection has been broken.
    pub(crate) async fn broken(&self) {
        self.closed.cancelled().await;
    }
}

impl Connected<IncomingStream<'_, Connections>> for Line {
    fn connect_info(stream: IncomingStream<'_, Connections>) -> Self {
        stream.io().line.clone()
    }
}

/// A TCP connection that can be broken from outside.
pub(crate) struct Connection {
    stream: TcpStream,
    line: Line,
    closed: Pin<Box<WaitForCancellationFutureOwned>>,
}

impl Connection {
    fn new(stream: TcpStream, line: Line) -> Self {
        // Without it the kernel delays small chunks, and a slow drip would not be one.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "cannot switch off Nagle's algorithm");
        }
        let closed = Box::pin(line.closed.clone().cancelled_owned());
        Self { stream, line, closed }
    }

    fn intact(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        match self.closed.as_mut().poll(context) {
            Poll::Ready(()) => Err(io::ErrorKind::ConnectionReset.into()),
            Poll::Pending => Ok(()),
        }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        if self.line.reset.load(Ordering::Relaxed) {
            // A socket closed with a linger time of zero sends RST instead of FIN.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Connection {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.intact(context)?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Connection {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.intact(context)?;
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffers: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.intact(context)?;
        Pin::new(&mut self.stream).poll_write_vectored(context, buffers)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }
}
