//! `… ledger`: what every program that keeps a ledger lets an administrator do with it.

use std::{
    io::{self, BufWriter},
    process::ExitCode,
};

use clap::Subcommand;
use ledger::{InspectError, Place};

use crate::program;

/// What to do with the ledger.
#[derive(Debug, Subcommand)]
pub enum Look {
    /// Check that no byte was changed and nothing cut off (exit code 0 or 1).
    Verify {
        /// Public key as it was noted elsewhere.
        #[arg(long, value_name = "HEX")]
        key: Option<String>,
    },
    /// Write all records, and the signed head as the last line.
    Export,
    /// Print the public key, to be noted elsewhere.
    PublicKey,
}

impl Look {
    /// Does it.
    pub fn at(&self, place: &Place) -> ExitCode {
        self.outcome(place).unwrap_or_else(|error| program::broken(&error))
    }

    fn outcome(&self, place: &Place) -> Result<ExitCode, InspectError> {
        match self {
            Self::Verify { key } => place.verify(key.as_deref()).map(|summary| {
                let (records, checkpoint) = (summary.records, summary.checkpoint);
                program::said(&format!(
                    "sound: {records} records, last checkpoint {checkpoint}, ends with {}",
                    summary.hash
                ))
            }),
            Self::Export => {
                place.export(&mut BufWriter::new(io::stdout().lock())).map(|()| ExitCode::SUCCESS)
            }
            Self::PublicKey => Ok(program::said(&place.public_key()?)),
        }
    }
}
