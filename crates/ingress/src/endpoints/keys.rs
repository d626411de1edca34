//! Keys of devices and users, their backup, and messages between devices.

use http::Method;

use super::{Endpoint, Kind};

const POST: &[Method] = &[Method::POST];
const PUT: &[Method] = &[Method::PUT];
const PUT_DELETE: &[Method] = &[Method::PUT, Method::DELETE];

/// Clients still use the unstable names of these.
const CLIENT: &[&str] = &["_matrix/client/r0", "_matrix/client/v3", "_matrix/client/unstable"];
const DEHYDRATED: &[&str] = &["_matrix/client/unstable/org.matrix.msc3814.v1"];

const fn keys(template: &'static str, kind: Kind) -> Endpoint {
    Endpoint {
        methods: POST,
        under: CLIENT,
        template,
        kind,
        source: "Matrix spec, Client-Server API, End-to-end encryption, Key management; Cross-signing",
    }
}

const fn backup(methods: &'static [Method], template: &'static str) -> Endpoint {
    Endpoint {
        methods,
        under: CLIENT,
        template,
        kind: Kind::KeyBackup,
        source: "Matrix spec, Client-Server API, End-to-end encryption, Server-side key backups",
    }
}

pub(super) const ENDPOINTS: &[Endpoint] = &[
    keys("keys/upload", Kind::Keys),
    keys("keys/claim", Kind::Keys),
    keys("keys/device_signing/upload", Kind::Keys),
    keys("keys/signatures/upload", Kind::Keys),
    // Asks for keys and stores none.
    keys("keys/query", Kind::Plain),
    backup(POST, "room_keys/version"),
    backup(PUT_DELETE, "room_keys/version/{version}"),
    backup(PUT_DELETE, "room_keys/keys"),
    backup(PUT_DELETE, "room_keys/keys/{roomId}"),
    backup(PUT_DELETE, "room_keys/keys/{roomId}/{sessionId}"),
    Endpoint {
        methods: PUT_DELETE,
        under: DEHYDRATED,
        template: "dehydrated_device",
        kind: Kind::KeyBackup,
        source: "MSC3814",
    },
    Endpoint {
        methods: POST,
        under: DEHYDRATED,
        template: "dehydrated_device/{deviceId}/events",
        kind: Kind::Plain,
        source: "MSC3814: a read that is sent by POST",
    },
    Endpoint {
        methods: PUT,
        under: &["_matrix/client/r0", "_matrix/client/v3"],
        template: "sendToDevice/{eventType}/{txnId}",
        kind: Kind::ToDevice,
        source: "Matrix spec, Client-Server API, Send-to-device messaging",
    },
];
