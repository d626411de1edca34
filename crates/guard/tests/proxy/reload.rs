//! The policy is read again while requests go on; a file that cannot be used changes nothing.

use std::os::unix::net::UnixDatagram;

use fs_err as fs;
use serde_json::Value;

use crate::{
    harness::{Guard, SOON, Setup},
    upstream::Homeserver,
    wire::{exchange, head},
};

const REDACT: &str = "/_matrix/client/v3/rooms/!r:x.org/redact/$e/1";

fn audited(setup: &mut Setup, on: bool) {
    setup.config["policy"]["audit"]["enable"] = on.into();
}

fn redact(guard: &Guard) -> u16 {
    let body = "Content-Length: 2\r\nContent-Type: application/json\r\n";
    exchange(guard.address, &(head("PUT", REDACT, body) + "{}")).status()
}

fn told(guard: &Guard, message: &str) -> Value {
    guard.signal("HUP");
    guard.log.wait_for(message)
}

#[test]
fn a_new_policy_holds_without_a_restart() {
    let mut setup = Setup::new();
    audited(&mut setup, false);
    let _homeserver = Homeserver::start(&setup.homeserver_socket());
    let mut guard = setup.start();
    assert_eq!(redact(&guard), 200);
    audited(&mut guard.setup, true);
    guard.setup.config["maxConnections"] = 2.into();
    guard.setup.write();
    told(&guard, "the policy was read again");
    let waiting = guard.log.wait_for("these keys need a restart and still have their old values");
    assert_eq!(waiting["keys"], "maxConnections");
    assert_eq!(redact(&guard), 403);
}

#[test]
fn a_broken_file_leaves_the_old_policy() {
    let setup = Setup::new();
    let _homeserver = Homeserver::start(&setup.homeserver_socket());
    let guard = setup.start();
    let file = guard.setup.write();
    let text = fs::read_to_string(&file).unwrap();
    for broken in [&text[..text.len() / 2], &text.replace("\"edits\"", "\"edit\""), ""] {
        fs::write(&file, broken).unwrap();
        let error = told(&guard, "the old policy stays")["error"].as_str().unwrap().to_owned();
        assert!(error.contains("guard.json"), "{error}");
        assert_eq!(redact(&guard), 403);
    }
}

#[test]
fn systemd_is_told_about_a_reload() {
    let setup = Setup::new();
    let path = setup.dir.path().join("notify.sock");
    let systemd = UnixDatagram::bind(&path).unwrap();
    systemd.set_read_timeout(Some(SOON)).unwrap();
    let hear = || {
        let mut buffer = [0; 512];
        let length = systemd.recv(&mut buffer).unwrap();
        String::from_utf8(buffer[..length].to_vec()).unwrap()
    };
    let guard = setup.notifying(&path).start();
    assert!(hear().starts_with("READY=1\n"));
    guard.signal("HUP");
    let reloading = hear();
    assert!(reloading.starts_with("RELOADING=1\nMONOTONIC_USEC="), "{reloading}");
    let ready = hear();
    assert!(ready.starts_with("READY=1\n") && ready.contains("the policy was read again"), "{ready}");
    fs::write(guard.setup.dir.path().join("guard.json"), "{").unwrap();
    guard.signal("HUP");
    hear();
    let ready = hear();
    assert!(ready.starts_with("READY=1\n") && ready.contains("the old policy stays"), "{ready}");
}
