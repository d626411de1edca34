//! What other servers send, where there is a federation at all. Their events are not judged: they are signed, and a
//! server also pulls events that never pass an ingress (docs/audit.md).

use http::Method;

use super::{Endpoint, Kind};

const POST: &[Method] = &[Method::POST];
const PUT: &[Method] = &[Method::PUT];
const V1: &[&str] = &["_matrix/federation/v1"];
const BOTH: &[&str] = &["_matrix/federation/v1", "_matrix/federation/v2"];

const fn server(
    methods: &'static [Method],
    under: &'static [&'static str],
    template: &'static str,
) -> Endpoint {
    Endpoint { methods, under, template, kind: Kind::Server, source: "Matrix spec, Server-Server API" }
}

pub(super) const ENDPOINTS: &[Endpoint] = &[
    server(PUT, V1, "send/{txnId}"),
    server(PUT, BOTH, "send_join/{roomId}/{eventId}"),
    server(PUT, BOTH, "send_leave/{roomId}/{eventId}"),
    server(PUT, V1, "send_knock/{roomId}/{eventId}"),
    server(PUT, BOTH, "invite/{roomId}/{eventId}"),
    server(PUT, V1, "exchange_third_party_invite/{roomId}"),
    server(PUT, V1, "3pid/onbind"),
    server(POST, V1, "get_missing_events/{roomId}"),
    server(POST, V1, "publicRooms"),
    server(POST, V1, "user/keys/claim"),
    server(POST, V1, "user/keys/query"),
    server(POST, &["_matrix/key/v2"], "query"),
];
