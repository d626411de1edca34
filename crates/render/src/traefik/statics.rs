//! The static file: entry points, limits, logs, certificates. The module adds where the dynamic file is.

use std::sync::LazyLock;

use serde_json::{Value, json};
use settings::host::RoleName;

use crate::scene::Scene;

/// Name of the certificate resolver.
pub(super) const RESOLVER: &str = "acme";

/// Headers whose name another program may read as that of a header which we set, such as `X_Forwarded_For`. Each version
/// knows one of the two keys at most (`settings::daemons`).
const ALIASES: &str = "delete";

/// Fields of the access log with the address of who asks.
const CLIENT: [&str; 3] = ["ClientAddr", "ClientHost", "ClientPort"];

/// The static file.
pub(super) fn file(scene: &Scene<'_>) -> Value {
    let mut out = SHARED.clone();
    // Each call comes in here: who took part from where is no edge's to keep.
    if scene.host.role_name() == RoleName::Edge {
        for field in CLIENT {
            out["accessLog"]["fields"]["names"][field] = json!("drop");
        }
    }
    let email = scene.host.tls.acme_email.as_ref();
    if let Some(email) = email.filter(|_| scene.host.asks_for_certificates()) {
        out["certificatesResolvers"] = json!({ RESOLVER: { "acme": {
            "email": email,
            "caServer": scene.host.tls.acme_directory,
            "storage": "/var/lib/traefik/acme.json",
            // On 443, so that port 80 has nothing but the redirect.
            "tlsChallenge": {},
        } } });
    }
    out
}

/// What is the same on every host.
static SHARED: LazyLock<Value> = LazyLock::new(|| {
    json!({
        "global": { "checkNewVersion": false, "sendAnonymousUsage": false },
        "api": { "insecure": false, "dashboard": false },
        "log": { "level": "INFO" },
        "accessLog": access_log(),
        "entryPoints": {
            "web": {
                "address": ":80",
                "http": { "aliasHeadersStrategy": ALIASES, "underscoreHeadersStrategy": ALIASES, "redirections": { "entryPoint": {
                    "to": "websecure", "scheme": "https", "permanent": true,
                } } },
            },
            "websecure": {
                "address": ":443",
                // On a gateway the option `gateway.read-timeout` stands above this.
                "transport": {
                    "respondingTimeouts": { "readTimeout": "5m", "idleTimeout": "3m" },
                    "lifeCycle": { "requestAcceptGraceTimeout": "0s", "graceTimeOut": "30s" },
                },
                "http": {
                    "maxHeaderBytes": 65_536,
                    "encodedCharacters": encoded_characters(),
                    "aliasHeadersStrategy": ALIASES,
                    "underscoreHeadersStrategy": ALIASES,
                },
            },
        },
    })
});

/// Paths name rooms, events and people, and old clients put tokens into queries: neither is logged.
fn access_log() -> Value {
    json!({
        "format": "json",
        "fields": {
            "defaultMode": "keep",
            "names": { "RequestLine": "drop", "RequestPath": "drop" },
            "headers": { "defaultMode": "drop" },
            "queryParameters": { "defaultMode": "drop" },
        },
    })
}

/// Matrix needs the encoded slash (event, thread and transaction ids), hash (aliases), percent and question mark; the
/// others have no use in a Matrix path.
fn encoded_characters() -> Value {
    json!({
        "allowEncodedSlash": true,
        "allowEncodedHash": true,
        "allowEncodedPercent": true,
        "allowEncodedQuestionMark": true,
        "allowEncodedBackSlash": false,
        "allowEncodedNullCharacter": false,
        "allowEncodedSemicolon": false,
    })
}
