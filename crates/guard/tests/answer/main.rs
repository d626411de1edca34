//! The real program `rampart-answer`, on loopback.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod refusals;
mod selftest;

use std::{net::SocketAddr, path::PathBuf, process::Command};

use fs_err as fs;
use serde_json::json;
use tempfile::TempDir;

/// The program, as cargo built it.
fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_rampart-answer"));
    command.env_remove("NOTIFY_SOCKET");
    command
}

/// A configuration file whose self-test asks `entry`; nobody knows whose a token is.
fn written(folder: &TempDir, entry: SocketAddr) -> PathBuf {
    written_with(folder, entry, "127.0.0.1:1".parse().unwrap(), "hash")
}

/// The same with a guard, and with whom the log names.
fn written_with(folder: &TempDir, entry: SocketAddr, guard: SocketAddr, log_users: &str) -> PathBuf {
    let config = json!({
        "listen": ["127.0.0.1:0"],
        "policy": {
            "audit": {
                "enable": true, "reads": "guarded", "encryptedCreate": "strip",
                "blinding": false, "keys": false, "edits": false, "accounts": [],
            },
            "roomVersion": "11",
            "federation": false,
        },
        "registration": "everywhere",
        "guard": guard,
        "logUsers": log_users,
        "retryAfter": "10s",
        "maxConnections": 16,
        "selfTest": { "entry": entry, "client": "matrix.x.org", "patience": "1s" },
        "logLevel": "info",
    });
    let file = folder.path().join("answer.json");
    fs::write(&file, config.to_string()).unwrap();
    file
}
