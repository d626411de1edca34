//! Rooms: making, entering and leaving them, their events.

use http::Method;

use super::{Endpoint, Kind};

const POST: &[Method] = &[Method::POST];
const PUT: &[Method] = &[Method::PUT];

const CLIENT: &[&str] = &["_matrix/client/r0", "_matrix/client/v3"];

const fn room(template: &'static str, kind: Kind, source: &'static str) -> Endpoint {
    Endpoint { methods: POST, under: CLIENT, template, kind, source }
}

const fn event(template: &'static str, kind: Kind, source: &'static str) -> Endpoint {
    Endpoint { methods: PUT, under: CLIENT, template, kind, source }
}

const SENDING: &str = "Matrix spec, Client-Server API, Sending events to a room";
const MEMBERSHIP: &str = "Matrix spec, Client-Server API, Room membership";
const RECEIPTS: &str = "Matrix spec, Client-Server API, Receipts; Fully read markers; Typing notifications";
const REPORTS: &str = "Matrix spec, Client-Server API, Reporting content";
const REDACTIONS: &str = "Matrix spec, Client-Server API, Redactions; MSC3912";

pub(super) const ENDPOINTS: &[Endpoint] = &[
    room("createRoom", Kind::CreateRoom, "Matrix spec, Client-Server API, Creation"),
    room("rooms/{roomId}/upgrade", Kind::Upgrade, "Matrix spec, Client-Server API, Room upgrades"),
    event("rooms/{roomId}/send/{eventType}/{txnId}", Kind::Send, SENDING),
    event("rooms/{roomId}/state/{eventType}/{stateKey}", Kind::State, SENDING),
    event("rooms/{roomId}/state/{eventType}", Kind::State, SENDING),
    event("rooms/{roomId}/state/{eventType}/", Kind::State, "tuwunel: src/api/router.rs, slash at the end"),
    event("rooms/{roomId}/redact/{eventId}/{txnId}", Kind::Redact, REDACTIONS),
    room(
        "rooms/{roomId}/redact/{eventId}",
        Kind::Redact,
        "synapse: rest/client/room.py, without transaction id",
    ),
    room("rooms/{roomId}/invite", Kind::Plain, MEMBERSHIP),
    room("rooms/{roomId}/join", Kind::Plain, MEMBERSHIP),
    room("rooms/{roomId}/leave", Kind::Plain, MEMBERSHIP),
    // Only the caller no longer sees the room; what is stored stays (tuwunel: forget_forced_upon_leave is off).
    room("rooms/{roomId}/forget", Kind::Plain, MEMBERSHIP),
    room("rooms/{roomId}/kick", Kind::Removal, MEMBERSHIP),
    room("rooms/{roomId}/ban", Kind::Removal, MEMBERSHIP),
    room("rooms/{roomId}/unban", Kind::Plain, MEMBERSHIP),
    room("rooms/{roomId}/read_markers", Kind::Plain, RECEIPTS),
    room("rooms/{roomId}/receipt/{receiptType}/{eventId}", Kind::Plain, RECEIPTS),
    event("rooms/{roomId}/typing/{userId}", Kind::Plain, RECEIPTS),
    room("rooms/{roomId}/report", Kind::Plain, REPORTS),
    room("rooms/{roomId}/report/{eventId}", Kind::Plain, REPORTS),
    Endpoint {
        methods: POST,
        under: &["_matrix/client/unstable/org.matrix.msc4151"],
        template: "rooms/{roomId}/report",
        kind: Kind::Plain,
        source: "MSC4151",
    },
];
