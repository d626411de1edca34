//! The survey against a stand-in of the admin API; the lab has it against a real homeserver.

use std::{
    io::{BufRead, BufReader, Write},
    os::unix::net::UnixListener,
    path::Path,
    process::Output,
    thread,
};

use fs_err as fs;
use serde_json::{Value, json};

use crate::harness::{Setup, program};

/// Answers one request for each connection: 250 rooms on three pages, of which two are not as they should be.
fn homeserver(socket: &Path) {
    let listener = UnixListener::bind(socket).unwrap();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let mut stream = stream.unwrap();
            let mut lines = BufReader::new(stream.try_clone().unwrap()).lines().map(Result::unwrap);
            let target = lines.next().unwrap().split(' ').nth(1).unwrap().to_owned();
            let head: Vec<String> = lines.take_while(|line| !line.is_empty()).collect();
            let known = head.iter().any(|line| line == "authorization: Bearer syt_admin");
            let (status, body) =
                if known { (200, answer(&target)) } else { (401, json!({"errcode": "M_UNKNOWN_TOKEN"})) };
            let body = body.to_string();
            write!(stream, "HTTP/1.1 {status} X\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        }
    });
}

fn answer(target: &str) -> Value {
    let number = |name: &str| {
        let value = target.split(['?', '&']).find_map(|pair| pair.strip_prefix(name)).unwrap();
        value.parse::<usize>().unwrap()
    };
    if target.contains("/rooms?") {
        let from = number("from=");
        let rooms: Vec<Value> =
            (from..(from + 100).min(250)).map(|n| json!({ "room_id": format!("!{n}:x") })).collect();
        return if from < 200 {
            json!({ "rooms": rooms, "next_batch": from + 100 })
        } else {
            json!({ "rooms": rooms })
        };
    }
    if target.contains("/users?") {
        let users = json!([{ "name": "@root:x", "admin": true }, { "name": "@alice:x", "admin": false }]);
        return if number("from=") == 0 {
            json!({ "users": users, "next_token": "100" })
        } else {
            json!({ "users": [] })
        };
    }
    let event = |kind: &str, content: Value| json!({ "type": kind, "state_key": "", "content": content });
    let lock = json!({ "redact": 150, "events": { "m.room.encryption": 150, "m.room.redaction": 150 } });
    let mut state = vec![
        event(
            "m.room.create",
            json!({ "room_version": if target.contains("%21249%3Ax") { "12" } else { "11" } }),
        ),
        event("m.room.power_levels", lock),
    ];
    if target.contains("%217%3Ax") {
        state.push(event("m.room.encryption", json!({ "algorithm": "m.megolm.v1.aes-sha2" })));
    }
    json!({ "state": state })
}

fn survey(token: &str, more: &[&str]) -> Output {
    let setup = Setup::new();
    homeserver(&setup.homeserver_socket());
    let file = setup.dir.path().join("token");
    fs::write(&file, token).unwrap();
    let mut command = program();
    command.arg("survey").arg("--config").arg(setup.write()).arg("--token-file").arg(file);
    command.args(more).output().unwrap()
}

#[test]
fn every_page_is_looked_at_and_findings_are_named() {
    let output = survey("syt_admin\n", &[]);
    let text = String::from_utf8(output.stdout).unwrap();
    assert_eq!(output.status.code(), Some(1), "{text}");
    let wanted = "250 rooms\nalready encrypted: 1\n  !7:x: m.megolm.v1.aes-sha2\nwithout the lock: 0\n\
                  of another version: 1\n  !249:x: 12\nserver administrators: 1\n  @root:x\n";
    assert_eq!(text, wanted);
}

#[test]
fn programs_read_it_as_json() {
    let output = survey("syt_admin", &["--format", "json"]);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&json["survey"]["rooms"], &json["survey"]["administrators"]),
        (&json!(250), &json!(["@root:x"]))
    );
    assert_eq!(json["survey"]["encrypted"][0]["room"], "!7:x");
}

#[test]
fn a_wrong_token_is_said_and_not_shown() {
    for (token, word) in
        [("syt_stranger", "401 M_UNKNOWN_TOKEN"), ("", "there is no token in it"), ("a b", "no token")]
    {
        let output = survey(token, &[]);
        let text = String::from_utf8(output.stderr).unwrap();
        assert_eq!(output.status.code(), Some(2), "{text}");
        assert!(
            text.contains(word) && text.contains("\n  help: ") && !text.contains("syt_stranger"),
            "{text}"
        );
    }
}
