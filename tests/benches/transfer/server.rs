//! A server that sends one file from memory, as fast as it is taken.

use std::sync::Arc;

use anyhow::Result;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// AB2D sends neither a length nor a validator.
const HEAD: &str = "HTTP/1.1 200 OK\r\ncontent-type: application/fhir+ndjson\r\ncontent-encoding: gzip\r\n\
                    transfer-encoding: chunked\r\nconnection: close\r\n\r\n";

/// Bytes that are sent at a time.
const PIECE: usize = 16 * 1024;

pub(crate) struct Server {
    pub(crate) origin: String,
    /// Bytes on the wire.
    pub(crate) bytes: u64,
}

impl Server {
    /// Serves these bytes to everybody.
    pub(crate) async fn of(gzip: Vec<u8>) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let (origin, bytes) = (format!("http://{}", listener.local_addr()?), gzip.len() as u64);
        let gzip = Arc::new(gzip);
        tokio::spawn(async move {
            while let Ok((connection, _)) = listener.accept().await {
                let gzip = Arc::clone(&gzip);
                tokio::spawn(async move { send(connection, &gzip).await });
            }
        });
        Ok(Self { origin, bytes })
    }
}

async fn send(mut connection: TcpStream, gzip: &[u8]) -> std::io::Result<()> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(connection.read_u8().await?);
    }
    connection.write_all(HEAD.as_bytes()).await?;
    for piece in gzip.chunks(PIECE) {
        connection.write_all(format!("{:x}\r\n", piece.len()).as_bytes()).await?;
        connection.write_all(piece).await?;
        connection.write_all(b"\r\n").await?;
    }
    connection.write_all(b"0\r\n\r\n").await
}
