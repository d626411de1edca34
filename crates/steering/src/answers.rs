//! What both discovery surfaces say.

use serde_json::{Map, Value};
use settings::discovery::{Discovery, Surface};

/// The two bodies, made from one list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answers {
    /// Body of `rtc/transports` (MSC4143).
    pub transports: String,
    /// Body of `.well-known/matrix/client` (Matrix spec, Client-Server API, Server discovery).
    pub well_known: String,
}

/// Both bodies for foci with these URLs, in this order.
pub fn answers<'a>(document: &Map<String, Value>, urls: impl IntoIterator<Item = &'a str>) -> Answers {
    let foci = urls.into_iter().map(str::to_owned).collect();
    let discovery = Discovery { document: document.clone(), foci };
    Answers {
        transports: discovery.body(Surface::Transports).to_string(),
        well_known: discovery.body(Surface::WellKnown).to_string(),
    }
}
