//! `~/.cache/rampart`: what survives a clone. Everything in it can be made again.

use std::env;

use camino::Utf8PathBuf;

/// The folder, whether or not it exists.
pub(crate) fn folder() -> Utf8PathBuf {
    let home = env::var("HOME").unwrap_or_else(|_| "/root".to_owned());
    Utf8PathBuf::from(home).join(".cache/rampart")
}
