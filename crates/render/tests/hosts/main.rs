//! Rules on one host. A case is a folder with `host.json`: a JSON merge patch (RFC 7386) that is laid over a host of the
//! example fleet, the one that its `facts.host` names. So a case shows what is wrong and nothing else.

#![expect(clippy::expect_used, clippy::panic, reason = "a test says what is missing by failing")]

mod certificates;
mod directory;
mod federation;
mod tunnel;
mod weakened;

use std::{collections::BTreeMap, path::Path, sync::LazyLock};

use diag::{Report, Sources, pretty};
use manifest::{Files, Input};
use serde_json::{Value, json};
use testkit::{Cases, Failure, Verdict};

const CASES: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/cases");
const EXAMPLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../hosts");

/// Every host of the example fleet, as rendered now.
static HOSTS: LazyLock<BTreeMap<String, Value>> = LazyLock::new(|| rendered(&[]));

/// The hosts of the example fleet by name, after these replacements in its manifest.
fn rendered(replacements: &[(&str, &str)]) -> BTreeMap<String, Value> {
    let folder = Path::new(EXAMPLE);
    let mut manifest = fs_err::read_to_string(folder.join("fleet.toml")).expect("the example fleet is there");
    for (old, new) in replacements {
        assert!(manifest.contains(old), "the example fleet has no `{old}`");
        manifest = manifest.replacen(old, new, 1);
    }
    let input =
        |name: &str| Some(Input { name: name.to_owned(), bytes: fs_err::read(folder.join(name)).ok()? });
    let files = Files {
        fleet: Input { name: "fleet.toml".to_owned(), bytes: manifest.into_bytes() },
        allocations: input("allocations.json"),
        keys: input("keys.json"),
        ..Files::default()
    };
    let parsed = manifest::parse(files);
    let (resolved, complaints) = fleet::resolve(parsed.written);
    assert!(!parsed.report.has_errors(false) && !complaints.has_errors(false), "{complaints:#?}");
    let (checked, complaints) = fleet::check(resolved.expect("a fleet"));
    let checked = checked.unwrap_or_else(|| panic!("{complaints:#?}"));
    render::hosts(&checked, |host| (host.name.to_string(), host.json)).into_iter().collect()
}

/// The host that a patch is about, patched.
fn patched(patch: &[u8]) -> Value {
    let patch: Value = serde_json::from_slice(patch).expect("a case is JSON");
    let name = patch["facts"]["host"].as_str().expect("a case names its host");
    let mut host = HOSTS.get(name).unwrap_or_else(|| panic!("there is no host `{name}`")).clone();
    if patch.get("rendered").is_some() {
        host = as_built(host);
    }
    merge(&mut host, &patch);
    host
}

/// The file as a build checks it: what was rendered stands beside what became of it.
fn as_built(mut host: Value) -> Value {
    host["rendered"] = json!({ "options": host["options"], "services": host["services"] });
    host
}

/// RFC 7386, section 2.
fn merge(target: &mut Value, patch: &Value) {
    let Value::Object(patch) = patch else {
        *target = patch.clone();
        return;
    };
    if !target.is_object() {
        *target = Value::Object(serde_json::Map::new());
    }
    let Value::Object(target) = target else { return };
    for (key, value) in patch {
        if value.is_null() {
            target.remove(key);
        } else {
            merge(target.entry(key.clone()).or_insert(Value::Null), value);
        }
    }
}

fn shown(report: &Report) -> String {
    pretty::render(report, &Sources::new(), pretty::Style::default())
}

#[test]
fn each_case_says_what_is_expected() -> Result<(), Failure> {
    Cases::new(CASES).check(|case| shown(&render::check_host(&patched(&case.inputs["host.json"]))))
}

/// A case that shows three faults shows none.
#[test]
fn a_bad_case_has_no_fault_but_its_own() {
    let mut wrong = Vec::new();
    for case in Cases::new(CASES).list().unwrap().into_iter().filter(|case| case.verdict == Verdict::Err) {
        let report = render::check_host(&patched(&case.inputs["host.json"]));
        let codes = report.iter().map(|one| one.kind.code().as_str());
        wrong.extend(codes.filter(|code| *code != case.code).map(|code| format!("{case}: {code}")));
    }
    assert_eq!(wrong, Vec::<String>::new());
}

#[test]
fn every_rule_has_a_bad_and_a_good_case() {
    let cases = Cases::new(CASES).list().unwrap();
    for rule in render::local::ALL {
        for verdict in [Verdict::Err, Verdict::Ok] {
            let found = cases.iter().any(|case| case.code == rule.code.as_str() && case.verdict == verdict);
            assert!(found, "{} has no case of the kind {verdict:?}", rule.code);
        }
    }
}

#[test]
fn a_rule_makes_the_complaint_that_it_is_called_after() {
    for rule in render::local::ALL {
        let report = rule.check(&patched(rule.example.as_bytes()));
        assert!(!report.is_empty(), "{} says nothing about its example", rule.code);
        assert!(report.iter().all(|one| one.kind.code() == rule.code), "{} says something else", rule.code);
    }
}

/// What people may choose in the manifest, none of which makes a bad host.
const CHOICES: [(&str, &str, &str); 11] = [
    ("the example itself", "", ""),
    ("backbone", "mode = \"cluster\"", "mode = \"backbone\""),
    ("direct reads", "[audit]\nenable = true", "[audit]\nenable = true\nreads = \"direct\""),
    ("no audit", "[audit]\nenable = true", "[audit]\nenable = false"),
    ("federation with a tenant", "rooms = [\"welcome\"]", "link = \"closed-federation\""),
    ("a port of TURN of one's own", "[base]", "[edge]\nturn.port = 3479\n\n[base]"),
    ("guests without calls", "rooms = [\"welcome\"]", "calls = \"none\""),
    ("certificates of one's own", "acme-email = \"ops@meridian.example\"", ""),
    ("accounts by token", "role = \"core\"", "role = \"core\"\ncore.accounts = \"token\""),
    ("accounts from a directory", "role = \"core\"", directory::BY_DIRECTORY),
    ("a core without public ports", "role = \"core\"", "role = \"core\"\ncore.public-media = false"),
];

#[test]
fn no_choice_makes_a_bad_host() {
    for (choice, old, new) in CHOICES {
        for (name, host) in rendered(&[(old, new)]) {
            assert_eq!(shown(&render::check_host(&host)), "", "{choice}: {name}");
        }
    }
}

/// `core.public-media = false`: the core has nothing that the internet could reach, and an edge does all of its media.
#[test]
fn without_public_media_an_edge_stands_in_for_the_core() {
    let role = "role = \"core\"";
    let hosts =
        rendered(&[(role, "role = \"core\"\ncore.public-media = false\ncore.media-host = \"edge-nyc\"")]);
    let (core, edge) = (&hosts["core-fra"], &hosts["edge-nyc"]);

    let units: Vec<_> = members(&core["services"]);
    for gone in ["livekit", "coturn", "rampart-jwt@core"] {
        assert!(!units.contains(&gone), "{units:?}");
    }
    assert_eq!(core["network"]["policyRoutes"], json!([]));
    let secrets = members(&core["secrets"]);
    assert!(!secrets.contains(&"livekit-keys-core") && !secrets.contains(&"tls-turn"), "{secrets:?}");
    for (name, host) in &hosts {
        let text = host["flows"].to_string();
        assert!(!text.contains("\"forward\""), "{name}");
        assert!(!host.to_string().contains("core.sfu."), "{name}");
    }
    let gateway = &hosts["gw-fra"]["services"]["traefik"]["dynamic"];
    assert_eq!(
        (&gateway["tcp"], &gateway["http"]["routers"]["livekit-signalling"]),
        (&Value::Null, &Value::Null)
    );

    // Homeservers point to the edge's relay and share a secret with it; it is the last focus of the list.
    for (host, secret) in [("core-fra", "turn-secret-core"), ("dmz-fra", "turn-secret-partners")] {
        let global = &hosts[host]["services"]["tuwunel"]["global"];
        assert_eq!(global["turn_uris"][0], "turn:turn.meridian.example:3478?transport=udp");
        assert_eq!(hosts[host]["units"]["tuwunel"]["credentials"]["turn-secret"], secret);
    }
    for host in ["gw-fra", "dmz-fra"] {
        let foci = hosts[host]["services"]["rampart-answer"]["discovery"]["foci"].as_array().expect("a list");
        assert_eq!(foci.last().expect("a focus"), "https://rtc.meridian.example/edge-nyc");
        assert_eq!(foci.len(), 4);
    }
    let coturn = &edge["services"]["coturn"];
    let secrets = json!(["turn-secret-core", "turn-secret-partners", "turn-secret-edge-nyc"]);
    assert_eq!(coturn["secrets"], secrets);
    assert_eq!(coturn["settings"]["realm"], "turn.meridian.example");
    assert_eq!(coturn["settings"]["relay-ip"], json!(["192.0.2.74"]));
    assert_eq!(edge["units"]["coturn"]["credentials"]["tls"], "tls-turn");
    let turn = &edge["services"]["traefik"]["dynamic"]["tcp"]["routers"]["turn"];
    assert_eq!(turn["rule"], "HostSNI(`turn.meridian.example`)");
    assert_eq!(turn["tls"]["passthrough"], true);

    // One TURN server on one port: the media server of the edge uses coturn, too.
    let livekit = &edge["services"]["livekit"];
    assert_eq!(livekit["turn"]["enabled"], false);
    assert_eq!(livekit["rtc"]["turn_servers"][0]["host"], "turn.meridian.example");
    assert_eq!(livekit["rtc"]["stun_servers"], json!(["turn.meridian.example:3478"]));
    let opened = edge["firewall"].as_str().expect("text");
    for port in ["udp dport 3478", "tcp dport 3478", "udp dport 52000-53999"] {
        assert!(opened.contains(&format!("iifname \"ens18\" {port} accept comment \"coturn")), "{opened}");
    }
    assert!(!opened.contains("30000-31999") && !opened.contains("5349"), "{opened}");
    assert_eq!(edge["network"]["reservedPorts"], "50000-51799,52000-53999");
}

/// A second tenant with a host of its own: the core knows both, and they share nothing.
const PRESS: &str = r#"[tenant.press]
domain = "press.meridian.example"
title = "Press"

[host.dmz-press]
role = "dmz"
region = "fra"
tenant = "press"
address = "203.0.113.21"
router = "203.0.113.1"
lan = "192.168.21.2/24"
lan-router = "192.168.21.1"
hypervisor = "pve-3"

[host.dmz-fra]"#;

#[test]
fn each_tenant_has_a_host_of_its_own() {
    let hosts = rendered(&[("[host.dmz-fra]", PRESS)]);
    for (name, host) in &hosts {
        assert_eq!(shown(&render::check_host(host)), "", "{name}");
    }
    let core = &hosts["core-fra"];
    let tenants = core["services"]["rampart-bot"]["tenants"].as_array().expect("a list");
    assert_eq!(tenants.len(), 2);
    for (tenant, (name, host)) in tenants.iter().zip([("partners", "dmz-fra"), ("press", "dmz-press")]) {
        let own = &hosts[host];
        assert_eq!((&tenant["name"], &own["facts"]["tenant"]), (&json!(name), &json!(name)));
        assert_eq!(tenant["broker"], own["services"]["rampart-broker"]["guests"]["listen"]);
        let (domain, tunnel) = (&tenant["domain"], own["facts"]["tunnelAddress"].as_str().expect("text"));
        assert_eq!(core["network"]["hosts"][tunnel], json!([domain]));
        let accepted =
            &core["services"]["rampart-jwt@core"]["environment"]["LIVEKIT_FULL_ACCESS_HOMESERVERS"];
        assert!(accepted.as_str().expect("text").split(',').any(|server| domain == server), "{accepted}");
    }
    let secrets = ["dmz-fra", "dmz-press"].map(|host| {
        let secrets = hosts[host]["secrets"].as_object().expect("an object");
        let shared = secrets.iter().filter(|(_, secret)| secret["shared"] == json!(true));
        shared.map(|(name, _)| name.as_str()).collect::<Vec<_>>()
    });
    let of = |tenant: &str| [format!("broker-client-token-{tenant}"), format!("turn-secret-{tenant}")];
    assert_eq!(secrets, [of("partners"), of("press")]);
    let flows = hosts["dmz-press"]["flows"].as_array().expect("a list");
    assert!(flows.iter().all(|flow| flow["from"] != "dmz-fra" && flow["to"] != "dmz-fra"), "{flows:?}");
}

/// Under the audit profile clients are told not to offer encryption, wherever they look and whoever answers.
#[test]
fn clients_are_told_that_encryption_is_off() {
    let off = json!({ "default": false, "force_disable": true });
    let told = |hosts: &BTreeMap<String, Value>| {
        let document =
            |host: &str, path: &str| hosts[host]["services"].pointer(path).expect("a document").clone();
        [
            document("core-fra", "/rampart-steer/document"),
            document("gw-fra", "/rampart-answer/discovery/document"),
            document("dmz-fra", "/rampart-answer/discovery/document"),
        ]
    };
    let hosts = rendered(&[]);
    for document in told(&hosts) {
        assert_eq!(document["io.element.e2ee"], off);
    }
    for host in ["gw-fra", "dmz-fra"] {
        let routers = &hosts[host]["services"]["traefik"]["dynamic"]["http"]["routers"];
        let service = if host == "gw-fra" { "steer" } else { "discovery" };
        for router in ["well-known-client", "rtc-transports"] {
            assert_eq!(routers[router]["service"], service, "{host}: {router}");
        }
    }
    for document in told(&rendered(&[("[audit]\nenable = true", "[audit]\nenable = false")])) {
        assert_eq!(document.get("io.element.e2ee"), None);
    }
    let silent = rendered(&[("rooms = [\"welcome\"]", "calls = \"none\"")]);
    assert_eq!(silent["dmz-fra"]["services"]["rampart-answer"]["discovery"]["foci"], json!([]));
    let routers = &silent["dmz-fra"]["services"]["traefik"]["dynamic"]["http"]["routers"];
    assert_eq!((routers["rtc-transports"].is_null(), routers["well-known-client"].is_null()), (true, false));
}

/// Whoever is behind steering need not know the foci: an edge that is drained does not restart the
/// homeserver.
#[test]
fn the_fleets_homeserver_does_not_change_with_the_foci() {
    let drained = "[host.edge-lon]\nedge.draining-since = \"2026-11-29T00:00:00Z\"\n";
    let (before, after) = (rendered(&[]), rendered(&[("[host.edge-lon]\n", drained)]));
    for (host, service, changes) in [
        ("core-fra", "tuwunel", false),
        ("gw-fra", "rampart-answer", true),
        ("dmz-fra", "rampart-answer", true),
        // Guests are told by it while `rampart-answer` is away.
        ("dmz-fra", "tuwunel", true),
    ] {
        let of = |hosts: &BTreeMap<String, Value>| hosts[host]["services"][service].clone();
        assert_eq!(of(&before) != of(&after), changes, "{host}: {service}");
    }
}

/// The port of TURN is said once, and every place that names it follows.
#[test]
fn the_port_of_turn_is_the_same_everywhere() {
    let core = ("role = \"core\"", "role = \"core\"\ncore.turn.port = 3479");
    let edge = ("address = \"192.0.2.10\"", "address = \"192.0.2.10\"\nedge.turn.port = 3480");
    let hosts = rendered(&[core, edge]);
    let service = |host: &str, unit: &str| hosts[host]["services"][unit].clone();
    assert_eq!(service("core-fra", "coturn")["settings"]["listening-port"], 3479);
    assert_eq!(service("core-fra", "livekit")["rtc"]["stun_servers"][0], "turn.meridian.example:3479");
    let uris = service("dmz-fra", "tuwunel")["global"]["turn_uris"].to_string();
    assert!(uris.contains("turn.meridian.example:3479?transport=tcp"), "{uris}");
    assert_eq!(
        service("edge-lon", "livekit")["rtc"]["stun_servers"][0],
        "edge-lon.turn.meridian.example:3480"
    );
    let text = serde_json::to_string(&hosts).expect("JSON");
    assert_eq!(text.matches("edge-nyc.turn.meridian.example:3478").count(), 2, "LiveKit and its option");

    let backbone = ("mode = \"cluster\"", "mode = \"backbone\"");
    let shared = ("[base]", "[edge]\nturn.port = 3481\n\n[base]");
    let livekit = rendered(&[backbone, shared])["edge-tyo-1"]["services"]["livekit"].clone();
    assert_eq!(livekit["rtc"]["turn_servers"][0]["port"], 3481);
    assert_eq!(livekit["rtc"]["stun_servers"][0], "relay.meridian.example:3481");
}

/// Nothing with an address of the tunnel goes out another way, not even while the tunnel is down.
#[test]
fn what_belongs_into_the_tunnel_leaves_by_it_alone() {
    let around = "oifname != { \"lo\", \"wg-fleet\" } ip";
    for (name, host) in rendered(&[]) {
        let rules = host["firewall"].as_str().expect("text");
        let (_, output) = rules.split_once("chain output {").expect("a chain");
        let mut lines = output.lines().map(str::trim).skip(2);
        assert_eq!(lines.next(), Some(format!("{around} saddr 10.77.0.0/16 drop").as_str()), "{name}");
        assert_eq!(lines.next(), Some(format!("{around} daddr 10.77.0.0/16 reject").as_str()), "{name}");
    }
}

/// A peer of the manifest is allowed by every coturn, in each of its two modes.
#[test]
fn allowed_peers_reach_the_relay() {
    let peers = "turn.allowed-peers = [\"198.18.0.9\"]";
    let backbone = ("mode = \"cluster\"", "mode = \"backbone\"");
    let edge = format!("address = \"192.0.2.202\"\nedge.{peers}");
    let core = format!("role = \"core\"\ncore.{peers}");
    let hosts = rendered(&[backbone, ("address = \"192.0.2.202\"", &edge), ("role = \"core\"", &core)]);
    for host in ["edge-tyo-1", "core-fra"] {
        let allowed = &hosts[host]["services"]["coturn"]["settings"]["allowed-peer-ip"];
        assert!(allowed.as_array().expect("a list").contains(&json!("198.18.0.9")), "{host}: {allowed}");
    }
}

fn members(table: &Value) -> Vec<&str> {
    table.as_object().into_iter().flat_map(|table| table.keys().map(String::as_str)).collect()
}

/// Rules look at files that people have edited: they find fault, they never fall over.
#[test]
fn no_rule_falls_over_a_file_of_another_form() {
    for broken in
        ["null", "[]", "{}", "{\"services\": 3}", "{\"services\": {\"traefik\": {\"dynamic\": []}}}"]
    {
        let report = render::check_host(&serde_json::from_str(broken).unwrap());
        assert!(report.has_errors(false), "{broken}");
    }
    for (name, depth) in [("core-fra", 3), ("edge-tyo-1", 3), ("gw-fra", 2), ("dmz-fra", 2)] {
        let mut host = HOSTS[name].clone();
        for path in pointers(&HOSTS[name], depth) {
            for wrong in [Value::from(7), json!({ "x": ["y"] })] {
                let right = std::mem::replace(host.pointer_mut(&path).unwrap(), wrong);
                let _ = render::check_host(&host);
                *host.pointer_mut(&path).unwrap() = right;
            }
        }
    }
}

/// Pointers to everything down to this level.
fn pointers(value: &Value, depth: usize) -> Vec<String> {
    let mut out = Vec::new();
    let mut queue = vec![(String::new(), value)];
    while let Some((path, value)) = queue.pop() {
        let members: Vec<(String, &Value)> = match value {
            Value::Object(table) if path.matches('/').count() < depth => table
                .iter()
                .map(|(key, value)| (format!("{path}/{}", key.replace('~', "~0").replace('/', "~1")), value))
                .collect(),
            _ => Vec::new(),
        };
        out.push(path);
        queue.extend(members);
    }
    out
}

/// Nix asks the host's file whether a floor holds; the rules on versions ask the fleet. Both must say the same.
#[test]
fn floors_hold_where_the_table_for_nix_says_so() {
    let audit = "[audit]\nenable = true";
    let oidc = "[core]\naccounts = \"oidc\"\noidc.issuer = \"https://id.meridian.example\"\noidc.client-id = \"matrix\"\n\n[audit]";
    let table = render::daemons();
    let held = |replacements: &[(&str, &str)]| {
        let hosts = rendered(replacements);
        let floors = table["daemons"]["tuwunel"]["floors"].as_array().expect("floors").iter();
        let holds = |floor: &Value| {
            let path: Vec<&str> =
                floor["when"]["at"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
            let found = path.iter().try_fold(&hosts["core-fra"], |at, key| at.get(key));
            floor["when"].is_null() || floor["when"].get("is").map_or(found.is_some(), |is| found == Some(is))
        };
        floors.map(holds).collect::<Vec<_>>()
    };
    assert_eq!(held(&[]), [true, true, false, true], "always, audit, provider, broker");
    assert_eq!(held(&[(audit, "[audit]\nenable = false")]), [true, false, false, true]);
    assert_eq!(held(&[("[audit]", oidc)]), [true, true, true, true]);
}

/// An option that feeds a key is laid over the settings once more in Nix, where nothing is taken out again.
#[test]
fn no_option_feeds_a_key_that_only_some_versions_know() {
    let fed = |path: &str| {
        let path: Vec<&str> = path.split('.').collect();
        settings::nixos_sets().iter().any(|set| feeds(&set.options, &path))
    };
    for entry in &settings::daemons::TABLE {
        for key in entry.keys {
            assert!(!fed(&format!("{}.{}", entry.unit, key.path)), "{}", key.path);
        }
    }
    assert!(fed("tuwunel.global.turn_ttl"), "the alarm works");
}

fn feeds(options: &[options::OptionDecl], path: &[&str]) -> bool {
    options.iter().any(|option| match (&option.ty, &option.scope) {
        (options::Type::Submodule(group), _) => feeds(&group.options, path),
        (_, options::Scope::Feeds { unit, key }) => {
            path.split_first().is_some_and(|(first, rest)| first == unit && rest == *key)
        }
        _ => false,
    })
}
