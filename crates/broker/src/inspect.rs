//! `rampart-broker ledger …`: reading the ledger from outside.

use std::io::{self, Write};

use ledger::{Head, LedgerError, PublicKey, Summary};
use settings::broker::Broker;

use crate::state::State;

/// Why the ledger could not be shown.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    /// It is not sound.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The key on the command line is not one.
    #[error("the key is not 64 hexadecimal digits")]
    Key,
    /// The output broke off.
    #[error("the output broke off")]
    Output(#[from] io::Error),
}

/// Checks the whole ledger. `key` is the public key as it was noted elsewhere; without it the program's own is taken, which
/// finds damage but not somebody who has the key.
pub fn verify(config: &Broker, key: Option<&str>) -> Result<Summary, InspectError> {
    let state = State::new(&config.state_directory);
    let key = match key {
        Some(text) => PublicKey::read(text).ok_or(InspectError::Key)?,
        None => ledger::Key::load(&state.ledger_key())?.public(),
    };
    Ok(ledger::verify(&state.ledger(), &key)?)
}

/// The public key, to be noted elsewhere.
pub fn public_key(config: &Broker) -> Result<PublicKey, InspectError> {
    Ok(ledger::Key::load(&State::new(&config.state_directory).ledger_key())?.public())
}

/// Writes all records, and the signed head as the last line.
pub fn export(config: &Broker, out: &mut impl Write) -> Result<(), InspectError> {
    let state = State::new(&config.state_directory);
    let mut written = Ok(());
    ledger::records(&state.ledger(), |record| {
        if written.is_ok() {
            written = record.line().map_err(InspectError::from).and_then(|line| Ok(writeln!(out, "{line}")?));
        }
    })?;
    written?;
    let key = ledger::Key::load(&state.ledger_key())?.public();
    if let Some(head) = Head::load(&state.ledger(), &key)? {
        let head = serde_json::to_string(&head).map_err(|error| LedgerError::Entry(error.to_string()))?;
        writeln!(out, "{head}")?;
    }
    Ok(())
}
