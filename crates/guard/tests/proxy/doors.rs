//! Which door lets what through, and what is written about refusals.

use std::{
    os::unix::{fs::PermissionsExt, net::UnixListener},
    process::Child,
};

use fs_err as fs;

use crate::{
    harness::{Guard, SOON, Setup, ended},
    upstream::Homeserver,
    wire::{exchange, exchange_unix, head},
};

const REGISTER: &str = "/_matrix/client/v3/register";
const VALIDITY: &str = "/_matrix/client/v1/register/m.login.registration_token/validity?token=secret";

fn start(setup: Setup) -> (Guard, Homeserver) {
    let homeserver = Homeserver::start(&setup.homeserver_socket());
    (setup.start(), homeserver)
}

#[test]
fn accounts_are_made_only_through_the_enrol_socket() {
    let (guard, homeserver) = start(Setup::new().with_enrol_socket());
    for (method, target) in [("POST", REGISTER), ("GET", VALIDITY), ("POST", "/_matrix/client/r0/register")] {
        let request = head(method, target, "Content-Length: 0\r\n");
        exchange(guard.address, &request).assert_matrix_error(403, "M_FORBIDDEN");
        assert!(homeserver.seen().iter().all(|seen| seen.target != target), "{target}");
        assert_eq!(exchange_unix(&guard.setup.enrol_socket(), &request).status(), 200, "{target}");
    }
    assert_eq!(homeserver.seen().len(), 3);
}

#[test]
fn registration_everywhere_means_everywhere() {
    let (guard, homeserver) = start(Setup::new().with("registration", "everywhere"));
    assert_eq!(exchange(guard.address, &head("POST", REGISTER, "Content-Length: 0\r\n")).status(), 200);
    assert_eq!(homeserver.only().target, REGISTER);
}

#[test]
fn a_browser_may_ask_before_it_is_refused() {
    let (guard, homeserver) = start(Setup::new());
    for target in [REGISTER, "/_synapse/admin/v1/users"] {
        let reply =
            exchange(guard.address, &head("OPTIONS", target, "Access-Control-Request-Method: POST\r\n"));
        assert_eq!((reply.status(), reply.header("access-control-allow-origin")), (204, Some("*")));
        assert!(reply.header("access-control-allow-methods").unwrap().contains("POST"));
    }
    assert!(homeserver.seen().is_empty());
}

#[test]
fn only_matrix_paths_exist() {
    let (guard, homeserver) = start(Setup::new().with_enrol_socket());
    for (target, status, errcode) in [
        ("/_synapse/admin/v1/users", 403, "M_FORBIDDEN"),
        ("/_tuwunel/server_version", 403, "M_FORBIDDEN"),
        ("/metrics", 404, "M_UNRECOGNIZED"),
        ("/", 404, "M_UNRECOGNIZED"),
    ] {
        exchange(guard.address, &head("GET", target, "")).assert_matrix_error(status, errcode);
        exchange_unix(&guard.setup.enrol_socket(), &head("GET", target, ""))
            .assert_matrix_error(status, errcode);
    }
    assert!(homeserver.seen().is_empty());
    assert_eq!(exchange(guard.address, &head("GET", "/.well-known/matrix/client", "")).status(), 200);
}

#[test]
fn a_refusal_is_one_record_without_secrets() {
    let (guard, _homeserver) = start(Setup::new().with("trustedProxies", vec!["127.0.0.1"]));
    let lines = "Authorization: Bearer secret\r\nX-Forwarded-For: 198.51.100.7\r\n";
    exchange(guard.address, &head("GET", VALIDITY, lines)).assert_matrix_error(403, "M_FORBIDDEN");
    let record = guard.log.wait_for("registration_closed");
    assert_eq!(record["client"], "198.51.100.7");
    assert_eq!((&record["method"], &record["status"]), (&"GET".into(), &403.into()));
    assert_eq!(record["endpoint"], "/_matrix/client/v1/register");
    let text = guard.log.text();
    assert_eq!(text.matches("registration_closed").count(), 1, "{text}");
    assert!(!text.contains("secret"), "{text}");
}

#[test]
fn the_enrol_socket_is_for_its_group_and_goes_with_the_guard() {
    let (mut guard, _homeserver) = start(Setup::new().with_enrol_socket());
    let path = guard.setup.enrol_socket();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o660);
    guard.terminate();
    assert!(guard.wait(SOON).unwrap().success());
    assert!(!path.exists());
}

#[test]
fn a_socket_that_a_killed_guard_left_is_replaced() {
    let setup = Setup::new().with_enrol_socket();
    drop(UnixListener::bind(setup.enrol_socket()).unwrap());
    let (guard, _homeserver) = start(setup);
    let reply = exchange_unix(&guard.setup.enrol_socket(), &head("POST", REGISTER, "Content-Length: 0\r\n"));
    assert_eq!(reply.status(), 200);
}

#[test]
fn a_socket_in_use_or_a_file_in_its_place_is_left_alone() {
    let setup = Setup::new().with_enrol_socket();
    let listener = UnixListener::bind(setup.enrol_socket()).unwrap();
    assert_eq!(exit_code(setup.spawn()), Some(1));
    assert!(setup.enrol_socket().exists());
    drop(listener);
    fs::remove_file(setup.enrol_socket()).unwrap();
    fs::write(setup.enrol_socket(), "mine").unwrap();
    assert_eq!(exit_code(setup.spawn()), Some(1));
    assert_eq!(fs::read_to_string(setup.enrol_socket()).unwrap(), "mine");
}

/// The exit code of a guard that cannot open its door.
fn exit_code(child: Child) -> Option<i32> {
    let (code, text) = ended(child);
    assert!(text.contains("cannot listen on"), "{text}");
    code
}
