//! The state folder: tokens and keys, each in a file that only this program reads.

use std::{
    io,
    path::{Path, PathBuf},
};

use fs_err as fs;
use zeroize::Zeroizing;

/// Where everything is kept.
#[derive(Debug, Clone)]
pub(crate) struct State(PathBuf);

impl State {
    pub(crate) fn new(folder: &str) -> Self {
        Self(PathBuf::from(folder))
    }

    pub(crate) fn ledger(&self) -> ledger::Place {
        ledger::Place::new(&self.0)
    }

    pub(crate) fn admin_token(&self) -> PathBuf {
        self.0.join("admin-token")
    }

    pub(crate) fn admin_password(&self) -> PathBuf {
        self.0.join("admin-password")
    }

    pub(crate) fn next_password(&self) -> PathBuf {
        self.0.join("admin-password.next")
    }

    /// The bot's token, which its unit gets as a credential.
    pub(crate) fn bot_token(&self) -> PathBuf {
        self.0.join("bot-token")
    }
}

/// Reads a secret without the white space around it. `None` when there is no file.
pub(crate) fn read(file: &Path) -> io::Result<Option<Zeroizing<String>>> {
    match fs::read_to_string(file) {
        Ok(text) => {
            let text = Zeroizing::new(text);
            Ok(Some(Zeroizing::new(text.trim().to_owned())))
        }
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}
