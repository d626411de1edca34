//! What both discovery surfaces say.

use serde_json::{Map, Value, json};

/// Key of the foci in `.well-known/matrix/client` (MSC4143, the form before the endpoint).
const FOCI: &str = "org.matrix.msc4143.rtc_foci";

/// The two bodies. Clients read one or the other, some both (element-call: `RtcTransportAutoDiscovery`), so they are made
/// from one list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    /// Body of `rtc/transports` (MSC4143).
    pub transports: String,
    /// Body of `.well-known/matrix/client` (Matrix spec, Client-Server API, Server discovery).
    pub well_known: String,
}

/// Both bodies for foci with these URLs, in this order. Only `livekit_service_url` is written: clients ask the homeserver
/// for a token where an entry has `url`, and Tuwunel cannot give one (MSC4195).
pub fn answers<'a>(document: &Map<String, Value>, urls: impl IntoIterator<Item = &'a str>) -> Answers {
    let transport = |url| json!({ "type": "livekit", "livekit_service_url": url });
    let foci: Value = urls.into_iter().map(transport).collect();
    let transports = json!({ "rtc_transports": foci }).to_string();
    let mut document = document.clone();
    document.insert(FOCI.to_owned(), foci);
    Answers { transports, well_known: Value::Object(document).to_string() }
}
