//! What a verdict costs. Targets: 2 µs for a path, 20 µs for the body of a room creation.
#![allow(missing_docs, clippy::unwrap_used, reason = "a benchmark")]

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use http::{Request, request::Parts};
use ingress::{Policy, decide};
use serde_json::json;

fn policy() -> Policy {
    serde_json::from_value(json!({
        "audit": { "enable": true, "reads": "guarded", "encryptedCreate": "strip", "blinding": true, "keys": true,
            "edits": false, "accounts": ["@officer:example.org"] },
        "roomVersion": "11",
        "federation": false,
    }))
    .unwrap()
}

fn head(method: &str, target: &str) -> Parts {
    let request = Request::builder().method(method).uri(target).header("content-type", "application/json");
    request.body(()).unwrap().into_parts().0
}

/// A direct chat as a client makes it: an encryption entry, levels for calls, a handful of state.
const CREATE: &str = r#"{"preset":"trusted_private_chat","visibility":"private","is_direct":true,"name":"A room with a name","topic":"and a topic","invite":["@bob:example.org","@carol:example.org"],"creation_content":{"m.federate":false},"power_level_content_override":{"users":{"@alice:example.org":100},"events":{"m.room.name":50,"m.room.avatar":50,"m.room.power_levels":100,"m.room.history_visibility":100,"m.room.canonical_alias":50,"m.room.tombstone":100,"m.room.server_acl":100,"m.room.encryption":100,"org.matrix.msc3401.call":0,"org.matrix.msc3401.call.member":0}},"initial_state":[{"type":"m.room.guest_access","state_key":"","content":{"guest_access":"can_join"}},{"type":"m.room.encryption","state_key":"","content":{"algorithm":"m.megolm.v1.aes-sha2"}},{"type":"m.room.avatar","state_key":"","content":{"url":"mxc://example.org/abcdefghijklmnop"}},{"type":"m.room.history_visibility","state_key":"","content":{"history_visibility":"shared"}}]}"#;

fn paths(criterion: &mut Criterion) {
    let policy = policy();
    let mut group = criterion.benchmark_group("path");
    for (name, method, target) in [
        ("sync", "GET", "/_matrix/client/v3/sync?since=s72594_4483_1934&timeout=30000"),
        (
            "send",
            "PUT",
            "/_matrix/client/v3/rooms/%21lHbJ3kYwPqRsTuVwXy%3Aexample.org/send/m.room.message/m1700000000.1",
        ),
        (
            "redact",
            "PUT",
            "/_matrix/client/v3/rooms/%21lHbJ3kYwPqRsTuVwXy%3Aexample.org/redact/%24Rqnc-F-dvnEYJTyHq_iKxU2bZ1CI92-kuZq3a5lr5Zg/m1",
        ),
        (
            "account-data",
            "PUT",
            "/_matrix/client/v3/user/%40ann%3Aexample.org/account_data/im.vector.setting.breadcrumbs",
        ),
        ("upload", "POST", "/_matrix/media/v3/upload?filename=a.png"),
        ("unknown", "POST", "/_matrix/client/unstable/org.example/thing"),
    ] {
        let head = head(method, target);
        group.bench_function(name, |bench| bench.iter(|| decide(black_box(&head), b"", &policy)));
    }
    group.finish();
}

fn bodies(criterion: &mut Criterion) {
    let policy = policy();
    let create = head("POST", "/_matrix/client/v3/createRoom");
    let member = head("PUT", "/_matrix/client/v3/rooms/!r:example.org/state/m.room.member/@bob:example.org");
    let profile = br#"{"membership":"join","displayname":"Bob","avatar_url":"mxc://example.org/a"}"#;
    let mut group = criterion.benchmark_group("body");
    group.bench_function("create", |bench| {
        bench.iter(|| decide(&create, black_box(CREATE.as_bytes()), &policy));
    });
    group.bench_function("member", |bench| bench.iter(|| decide(&member, black_box(profile), &policy)));
    group.finish();
}

criterion_group!(benches, paths, bodies);
criterion_main!(benches);
