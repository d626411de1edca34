//! `[audit]`: messages can be read and kept.

use options_derive::Describe;
use serde::{Deserialize, Serialize};
use values::UserId;

/// Power level that nobody reaches in a room of the audit profile, and the state that needs it. Room versions up to 11
/// bind everybody to it (Matrix spec, rooms v11, authorization rule 9; version 12 creators stand above).
pub const LOCK_LEVEL: i64 = 150;
/// Event types that the lock closes.
pub const LOCKED_EVENTS: [&str; 2] = ["m.room.encryption", "m.room.redaction"];

/// How reads reach the homeserver.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "kebab-case")]
pub enum AuditReads {
    /// Through the guard.
    Guarded,
    /// Through a second listener that only the gateway reaches.
    Direct,
}

/// What becomes of a room creation whose only fault is an encryption entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "kebab-case")]
pub enum EncryptedCreate {
    /// The entry is taken out and logged.
    Strip,
    /// The request is refused.
    Refuse,
}

/// The audit profile: users can neither encrypt nor delete.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[describe(set = "audit")]
pub struct Audit {
    /// Whether the profile is on.
    #[option(derived, default = false, example = true)]
    pub enable: bool,
    /// How reads reach the homeserver. `direct` saves a hop and gives up that a taken-over gateway cannot go round
    /// the guard.
    #[option(derived, default = AuditReads::Guarded, example = "direct")]
    pub reads: AuditReads,
    /// What becomes of a room creation whose only fault is an encryption entry.
    #[option(derived, default = EncryptedCreate::Strip, example = "refuse")]
    pub encrypted_create: EncryptedCreate,
    /// Also refuse what hides history from those who read later.
    #[option(derived, default = false)]
    pub blinding: bool,
    /// Also refuse key uploads, encrypted to-device messages and key backup.
    #[option(derived, default = false)]
    pub keys: bool,
    /// Also refuse edits.
    #[option(derived, default = false)]
    pub edits: bool,
    /// Accounts that read along for the record. With `blinding` nobody may remove or ban them.
    #[option(derived, default = Vec::new(), example = ["@officer:meridian.example"])]
    pub accounts: Vec<UserId>,
}

impl Audit {
    /// Whether reads go round the guard: only a fleet with the profile has a guard that judges.
    pub fn reads_directly(&self) -> bool {
        self.enable && self.reads == AuditReads::Direct
    }
}
