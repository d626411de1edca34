//! How closed the server is. The trap that is watched: Tuwunel lets *everybody* register once no valid registration token
//! is left (matrix-construct/tuwunel 1.9.0, `src/api/client/register/register.rs`).

use serde::{Deserialize, Serialize};

/// Whether registration asks for a token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Registration {
    /// Every way to an account asks for a token, or there is none.
    Closed,
    /// There is a way without a token.
    Open,
    /// The homeserver did not say.
    Unknown,
}

/// Whether a token that keeps registration closed is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Guardian {
    /// It is valid.
    Present,
    /// It is not among the valid tokens.
    Missing,
    /// What it should be is unreadable or blank, or the homeserver did not say.
    Unknown,
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Alarm {
    /// The homeserver does not answer, so nothing else is known.
    HomeserverSilent,
    /// Somebody without a token can make an account on the homeserver, or it answers in a way that does not tell
    /// ([`Registration::Unknown`]), which is taken for the same.
    RegistrationOpen,
    /// The sentinel is not there: one wall less.
    SentinelMissing,
    /// The spare sentinel could not be put back.
    SpareMissing,
    /// A redemption waits for the homeserver.
    RedemptionUnsettled,
    /// An account that should have ended has not.
    DeactivationUnsettled,
}

/// How closed the server is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Status {
    /// Whether registration asks for a token.
    pub registration: Registration,
    /// Valid tokens of any kind.
    pub valid_tokens: u32,
    /// The sentinel of the homeserver's own file.
    pub sentinel: Guardian,
    /// The second one, in the homeserver's database, whose value nobody knows.
    pub spare: Guardian,
    /// What is wrong; empty when all is well.
    pub alarms: Vec<Alarm>,
    /// Records in the broker's ledger.
    pub records: u64,
    /// Version of the broker.
    pub version: String,
}
