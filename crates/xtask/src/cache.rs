//! `~/.cache/rampart`, or where `RAMPART_CACHE` points: what survives a clone. Everything in it can be made again.

use std::env;

use camino::Utf8PathBuf;

/// The folder, whether or not it exists.
pub(crate) fn folder() -> Utf8PathBuf {
    let chosen = env::var("RAMPART_CACHE").ok().filter(|chosen| !chosen.is_empty());
    let home = || env::var("HOME").unwrap_or_else(|_| "/root".to_owned());
    chosen.map_or_else(|| Utf8PathBuf::from(home()).join(".cache/rampart"), Utf8PathBuf::from)
}
