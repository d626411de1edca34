//! What the guard holds in memory at 64 connections, each kind with a guard of its own, so that a peak is its own.

use std::{thread, time::Duration};

use anyhow::Result;
use camino::Utf8Path;
use serde_json::json;

use super::{
    process::Process,
    ways::{Built, Upstream, free_port, guard},
    wire::{Connection, request},
};

/// Connections at once.
pub(super) const CONNECTIONS: usize = 64;

/// Megabytes, a million bytes each.
pub(super) struct Memory {
    /// Just started.
    pub(super) fresh: f64,
    /// 64 connections that have asked something and are kept.
    pub(super) idle: f64,
    /// The peak with 64 downloads of media at once.
    pub(super) downloads: f64,
    /// The peak with 64 uploads of media at once.
    pub(super) uploads: f64,
    /// The peak with 64 bodies to judge at once, each nearly as long as the guard takes.
    pub(super) judged: f64,
}

/// One of many requests at once.
type Ask = fn(usize) -> Vec<u8>;

pub(super) fn measure(folder: &Utf8Path, built: &Built, null: &Upstream) -> Result<Memory> {
    let start = || -> Result<(Process, u16)> {
        let port = free_port()?;
        Ok((guard(folder, built, null, port)?, port))
    };
    let (fresh, _) = start()?;
    let (process, port) = start()?;
    let mut kept = Vec::new();
    for _ in 0..CONNECTIONS {
        let mut connection = Connection::open(port)?;
        connection.timed(&versions(0))?;
        kept.push(connection);
    }
    let idle = process.memory()?.0;
    drop(kept);
    let peak = |ask: Ask| -> Result<f64> {
        let (process, port) = start()?;
        at_once(port, ask)?;
        Ok(process.memory()?.1)
    };
    Ok(Memory {
        fresh: fresh.memory()?.0,
        idle,
        downloads: peak(download)?,
        uploads: peak(upload)?,
        judged: peak(create)?,
    })
}

fn at_once(port: u16, ask: Ask) -> Result<()> {
    thread::scope(|scope| {
        let one = |number| {
            scope.spawn(move || -> Result<()> {
                let mut connection = Connection::open(port)?;
                thread::sleep(Duration::from_millis(50));
                connection.timed(&ask(number)).map(drop)
            })
        };
        let asking: Vec<_> = (0..CONNECTIONS).map(one).collect();
        asking.into_iter().try_for_each(|one| one.join().unwrap_or_else(|_| anyhow::bail!("a client failed")))
    })
}

fn versions(_: usize) -> Vec<u8> {
    request("GET", "x", "/_matrix/client/versions", "", b"")
}

fn download(_: usize) -> Vec<u8> {
    request("GET", "x", "/_matrix/client/v1/media/download/x/y", "", b"")
}

fn upload(_: usize) -> Vec<u8> {
    request("POST", "x", "/_matrix/media/v3/upload", "", &vec![b'x'; 4 * 1024 * 1024])
}

fn create(number: usize) -> Vec<u8> {
    // 100 state events of a kilobyte and a half.
    let event = json!({ "type": "m.room.topic", "state_key": "", "content": { "topic": "x".repeat(1_500) } });
    let body = json!({ "name": number.to_string(), "initial_state": vec![event; 100] }).to_string();
    request("POST", "x", "/_matrix/client/v3/createRoom", "", body.as_bytes())
}
