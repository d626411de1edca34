//! What follows for a homeserver from the audit profile.

use settings::{audit::Audit, homeserver::HomeserverLayer};
use values::{Domain, Whole};

use super::{fill, fill_if};

/// Tuwunel's default: originals are destroyed after 60 days (tuwunel: src/core/config).
const SIXTY_DAYS: i64 = 5_184_000;

/// Room version whose power levels bind everyone. From version 12 on creators stand above them (MSC4289).
const ROOM_VERSION: &str = "11";

/// Fills in what the audit profile decides.
pub(crate) fn fill_in(layer: &mut HomeserverLayer, audit: &Audit, registration: bool) {
    fill_if(&mut layer.room_version, ROOM_VERSION.parse().ok());
    fill(&mut layer.allow_encryption, !audit.enable);
    fill(&mut layer.allow_redactions, !audit.enable);
    let retention = if audit.enable { 0 } else { SIXTY_DAYS };
    fill(&mut layer.redaction_retention_seconds, Whole::clamped(retention));
    fill(&mut layer.allow_registration, registration);
}

/// Adds the other ends of closed federations to the servers that were written.
pub(crate) fn join(layer: &mut HomeserverLayer, partners: impl Iterator<Item = Domain>) {
    let list = layer.federate_with.get_or_insert_default();
    for partner in partners {
        if !list.contains(&partner) {
            list.push(partner);
        }
    }
}
