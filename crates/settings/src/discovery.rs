//! Where Matrix clients look for the API and for foci, and what they read there. Two programs answer: steering, and the
//! one beside Traefik, which stands in for steering on a gateway and tells guests on a DMZ host.

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

/// Key of the foci in `.well-known/matrix/client` (MSC4143, the form before the endpoint).
const FOCI: &str = "org.matrix.msc4143.rtc_foci";

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Surface {
    /// The list of foci (MSC4143), under the name before it is stable and the one after.
    Transports,
    /// The discovery document (Matrix spec, Client-Server API, Server discovery).
    WellKnown,
}

impl Surface {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Transports, Self::WellKnown];

    /// What is at a path.
    pub fn at(path: &str) -> Option<Self> {
        match path {
            "/_matrix/client/unstable/org.matrix.msc4143/rtc/transports"
            | "/_matrix/client/v1/rtc/transports" => Some(Self::Transports),
            "/.well-known/matrix/client" => Some(Self::WellKnown),
            _ => None,
        }
    }

    /// The word in metrics.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Transports => "transports",
            Self::WellKnown => "well_known",
        }
    }
}

/// What clients read. Some read one surface, some the other, some both (element-call: `RtcTransportAutoDiscovery`), so both
/// are made from one list.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Discovery {
    /// `.well-known/matrix/client` without the foci.
    pub document: Map<String, Value>,
    /// URLs of the token services, in the order in which clients are told them.
    pub foci: Vec<String>,
}

impl Discovery {
    /// The body of a surface. Only `livekit_service_url` is written: clients ask the homeserver for a token where an entry
    /// has `url`, and Tuwunel cannot give one (MSC4195).
    pub fn body(&self, surface: Surface) -> Value {
        let transport = |url| json!({ "type": "livekit", "livekit_service_url": url });
        let foci: Value = self.foci.iter().map(transport).collect();
        match surface {
            Surface::Transports => json!({ "rtc_transports": foci }),
            Surface::WellKnown => {
                let mut document = self.document.clone();
                if !self.foci.is_empty() {
                    document.insert(FOCI.to_owned(), foci);
                }
                Value::Object(document)
            }
        }
    }
}
