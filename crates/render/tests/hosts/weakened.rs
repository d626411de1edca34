//! An audited host as a build checks it: nothing that holds the audit profile up can be changed beside the manifest.

use std::collections::BTreeSet;

use diag::Code;
use render::check_host;
use serde_json::{Value, json};

use super::{HOSTS, as_built, feeds, shown};

fn built(host: &str) -> Value {
    as_built(HOSTS[host].clone())
}

/// Where a host without a complaint is changed, by a name that says what is then open.
type Change = (&'static str, &'static str, fn(&mut Value));

fn guard(host: &mut Value) -> &mut Value {
    &mut host["services"]["rampart-guard"]
}

fn global(host: &mut Value) -> &mut Value {
    &mut host["services"]["tuwunel"]["global"]
}

fn lock(host: &mut Value) -> &mut Value {
    &mut global(host)["default_power_level_content_override"]
}

fn answer(host: &mut Value) -> &mut Value {
    &mut host["services"]["rampart-answer"]
}

fn fixed(host: &mut Value) -> &mut Value {
    &mut host["services"]["traefik"]["static"]
}

fn dynamic(host: &mut Value) -> &mut Value {
    &mut host["services"]["traefik"]["dynamic"]
}

fn remove(table: &mut Value, key: &str) {
    table.as_object_mut().expect("a table").remove(key).expect("something to remove");
}

/// Takes a deny router away, and what it denies out of every other rule.
fn remove_denial(host: &mut Value, name: &str) {
    let routers = dynamic(host)["http"]["routers"].as_object_mut().expect("a table");
    let rule = routers.remove(name).expect("a router")["rule"].clone();
    let (_, denied) = rule.as_str().expect("text").split_once(" && ").expect("a condition");
    let mut found = 0;
    for router in routers.values_mut() {
        let rule = router["rule"].as_str().expect("text");
        found += rule.matches(denied).count();
        router["rule"] = rule.replace(&format!(" && !{denied}"), "").into();
    }
    assert!(found > 0, "{name} has no twin");
}

const CHANGES: [Change; 41] = [
    ("core-fra", "no profile", |host| host["options"]["audit"]["enable"] = false.into()),
    ("core-fra", "no guard", |host| remove(&mut host["services"], "rampart-guard")),
    ("core-fra", "no homeserver that is known", |host| remove(&mut host["services"], "tuwunel")),
    ("core-fra", "the guard lets pass", |host| guard(host)["policy"]["audit"]["enable"] = false.into()),
    ("core-fra", "reads go round the guard", |host| {
        guard(host)["policy"]["audit"]["reads"] = "direct".into();
    }),
    ("core-fra", "rooms that no level binds", |host| guard(host)["policy"]["roomVersion"] = "12".into()),
    ("core-fra", "the guard lets federate", |host| guard(host)["policy"]["federation"] = true.into()),
    ("core-fra", "no record", |host| guard(host)["logLevel"] = "error".into()),
    ("core-fra", "a further door", |host| {
        guard(host)["listen"] = json!(["10.77.0.1:8010", "10.77.0.1:8011"]);
    }),
    ("core-fra", "a stranger is believed", |host| guard(host)["trustedProxies"] = json!(["10.77.0.3"])),
    ("dmz-fra", "no page", |host| guard(host)["registration"] = "everywhere".into()),
    ("core-fra", "originals for moderators", |host| {
        global(host)["allow_room_admins_to_request_unredacted_events"] = true.into();
    }),
    ("core-fra", "everybody above the lock", |host| lock(host)["users_default"] = 200.into()),
    ("core-fra", "one user above the lock", |host| lock(host)["users"] = json!({ "@a:x": 200 })),
    ("core-fra", "a lower lock on redaction", |host| lock(host)["redact"] = 101.into()),
    ("core-fra", "a lower lock on events", |host| lock(host)["events"]["m.room.encryption"] = 120.into()),
    ("core-fra", "a lock of its own for tombstones", |host| {
        lock(host)["events"]["m.room.tombstone"] = 0.into();
    }),
    ("core-fra", "no lock", |host| remove(global(host), "default_power_level_content_override")),
    ("core-fra", "an old room version", |host| global(host)["default_room_version"] = "1".into()),
    ("core-fra", "unstable room versions", |host| global(host)["allow_unstable_room_versions"] = true.into()),
    ("core-fra", "encryption by default", |host| {
        global(host)["encryption_enabled_by_default_for_room_type"] = "all".into();
    }),
    ("core-fra", "orders at each start", |host| global(host)["admin_execute"] = json!(["media delete-all"])),
    ("core-fra", "a way in for emergencies", |host| global(host)["emergency_password"] = "x".into()),
    ("core-fra", "media that is looked over", |host| global(host)["media_startup_check"] = true.into()),
    ("core-fra", "accounts that vanish", |host| {
        global(host)["auto_deactivate_banned_room_attempts"] = true.into();
    }),
    ("core-fra", "a database that repairs itself", |host| global(host)["rocksdb_repair"] = true.into()),
    ("core-fra", "a socket for everybody", |host| global(host)["unix_socket_perms"] = 666.into()),
    ("core-fra", "no originals", |host| global(host)["save_unredacted_events"] = false.into()),
    ("core-fra", "a second registration page", |host| global(host)["oidc_native_auth"] = true.into()),
    ("core-fra", "sessions from sessions", |host| global(host)["login_via_existing_session"] = true.into()),
    ("core-fra", "steering does not say", |host| {
        remove(&mut host["services"]["rampart-steer"]["document"], "io.element.e2ee");
    }),
    ("gw-fra", "no denial, but its twins", |host| {
        remove(&mut dynamic(host)["http"]["routers"], "deny-locked");
    }),
    ("gw-fra", "no denial and no twins", |host| {
        remove_denial(host, "deny-locked");
        remove_denial(host, "deny-admin");
    }),
    ("gw-fra", "the guard is asked instead", |host| {
        dynamic(host)["http"]["routers"]["deny-locked"]["service"] = "guard".into();
    }),
    ("gw-fra", "headers with two spellings", |host| {
        fixed(host)["entryPoints"]["websecure"]["http"]["underscoreHeadersStrategy"] = "keep".into();
    }),
    ("gw-fra", "no limit", |host| {
        dynamic(host)["http"]["routers"]["matrix-credentials"]["middlewares"] = json!(["matrix"]);
    }),
    ("gw-fra", "no limited router", |host| {
        remove(&mut dynamic(host)["http"]["routers"], "matrix-credentials");
    }),
    ("gw-fra", "names that nobody serves", |host| {
        dynamic(host)["tls"]["options"]["default"]["sniStrict"] = false.into();
    }),
    ("gw-fra", "the self-test fires nothing", |host| {
        answer(host)["policy"]["audit"]["enable"] = false.into();
    }),
    ("gw-fra", "a log with everything", |host| fixed(host)["log"]["level"] = "DEBUG".into()),
    ("gw-fra", "clients offer encryption", |host| {
        remove(&mut answer(host)["discovery"]["document"], "io.element.e2ee");
    }),
];

#[test]
fn a_build_refuses_what_weakens_the_profile() {
    for (host, opens, change) in CHANGES {
        let mut changed = built(host);
        change(&mut changed);
        let report = check_host(&changed);
        let is_found = report.iter().any(|one| one.kind.code() == Code::AuditedSettingChanged);
        // Its level is a local option, which has a rule of its own.
        let is_silent = report.iter().any(|one| one.kind.code() == Code::HostRefusalsUnlogged);
        assert!(report.has_errors(false) && (is_found || is_silent), "{host}: {opens}\n{}", shown(&report));
    }
}

/// What the profile stands on, by host.
const KEPT: [(&str, &str); 9] = [
    ("core-fra", "/options/audit"),
    ("core-fra", "/services/tuwunel"),
    ("core-fra", "/services/rampart-guard"),
    ("core-fra", "/services/rampart-steer/document"),
    ("dmz-fra", "/services/tuwunel"),
    ("dmz-fra", "/services/rampart-guard"),
    ("gw-fra", "/services/rampart-answer"),
    ("gw-fra", "/services/traefik"),
    ("dmz-fra", "/services/traefik"),
];

/// Keys of these that a host may set by itself: an option of its own leads to each, and its type bounds it. A new one is
/// a decision.
const LOCAL: [&str; 8] = [
    "rampart-guard.logLevel",
    "rampart-guard.maxConnections",
    "rampart-guard.stopTimeout",
    "traefik.dynamic.http.middlewares.limit-credentials.rateLimit.average",
    "traefik.dynamic.http.middlewares.limit-credentials.rateLimit.burst",
    "traefik.static.entryPoints.websecure.transport.respondingTimeouts.readTimeout",
    "tuwunel.global.log",
    "tuwunel.global.turn_ttl",
];

#[test]
fn each_setting_that_was_rendered_stays() {
    let rule = render::local::ALL.iter().find(|rule| rule.code.as_str() == "audited_setting_changed");
    let rule = rule.expect("the rule");
    let mut local = BTreeSet::new();
    for (name, kept) in KEPT {
        let host = built(name);
        assert!(rule.check(&host).is_empty(), "{name}");
        let mut paths = Vec::new();
        leaves(kept, host.pointer(kept).expect("a place"), &mut paths);
        assert!(paths.len() > 1, "{name}: {kept}");
        for path in paths {
            let mut changed = host.clone();
            *changed.pointer_mut(&path).expect("a leaf") = "changed".into();
            let is_refused = rule.check(&changed).has_errors(false);
            let keys: Vec<&str> = path.split('/').skip(2).collect();
            let is_fed = settings::nixos_sets().iter().any(|set| feeds(&set.options, &keys));
            assert_eq!(is_refused, !is_fed, "{name}: {path}");
            local.extend(is_fed.then(|| keys.join(".")));
        }
    }
    assert_eq!(local.into_iter().collect::<Vec<_>>(), LOCAL);
}

/// Pointers to everything below that is no table, nulls aside; no key here has a slash.
fn leaves(path: &str, value: &Value, out: &mut Vec<String>) {
    match value {
        Value::Object(table) => {
            table.iter().for_each(|(key, value)| leaves(&format!("{path}/{key}"), value, out));
        }
        Value::Null => {}
        _ => out.push(path.to_owned()),
    }
}

/// What is rendered may be of another form, too, when people edit files.
#[test]
fn a_broken_record_of_what_was_rendered_is_borne() {
    for broken in [json!(null), json!([]), json!(7), json!({ "options": 3, "services": [] })] {
        let mut host = built("core-fra");
        host["rendered"] = broken;
        assert_eq!(shown(&check_host(&host)), "");
    }
}
