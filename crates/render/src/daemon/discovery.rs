//! What Matrix clients are told where they look for the API and for foci.

use fleet::Focus;
use serde_json::{Map, Value, json};
use settings::{audit::Audit, discovery::Discovery};
use values::Domain;

use crate::scene::table;

/// The document and the foci, as one list for everybody.
pub(super) fn of(client: &Domain, audit: &Audit, foci: &[&Focus]) -> Discovery {
    Discovery {
        document: document(client, audit),
        foci: foci.iter().map(|focus| focus.service_url.clone()).collect(),
    }
}

/// `.well-known/matrix/client` without the foci (Matrix spec, Client-Server API, Server discovery). Under the audit profile
/// clients do not even offer encryption (element-web: docs/e2ee.md, `force_disable`); the guard refuses it from all others.
pub(super) fn document(client: &Domain, audit: &Audit) -> Map<String, Value> {
    let mut document = table(json!({ "m.homeserver": { "base_url": format!("https://{client}") } }));
    if audit.enable {
        document.insert("io.element.e2ee".to_owned(), json!({ "default": false, "force_disable": true }));
    }
    document
}
