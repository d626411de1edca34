//! The real homeserver: Tuwunel where `RAMPART_TUWUNEL` names one, else Synapse, which the lab installs.

use std::{env, process::Command};

use anyhow::{Context as _, Result, bail, ensure};
use camino::{Utf8Path, Utf8PathBuf};
use fs_err as fs;
use serde_json::{Value, json};

use super::{
    process::Process,
    wire::{Answer, Connection, request},
};
use crate::{cache, repository};

/// A homeserver with somebody in a room.
pub(in crate::bench) struct Homeserver {
    _process: Process,
    /// What it is, for the report.
    pub(in crate::bench) name: String,
    pub(in crate::bench) token: String,
    pub(super) room: String,
    /// Server and identifier of media.
    pub(super) media: String,
}

/// Where media go up.
pub(super) const UPLOAD: &str = "/_matrix/media/v3/upload";
/// How large the media of a real homeserver are.
pub(super) const MEDIA_MIB: usize = 8;

/// Messages in the room, of which a page of ten is read.
const MESSAGES: usize = 20;

impl Homeserver {
    /// Starts one on an address and a socket, and makes an account and a room.
    pub(in crate::bench) fn start(folder: &Utf8Path, port: u16, socket: &Utf8Path) -> Result<Self> {
        let (name, mut command) = match env::var("RAMPART_TUWUNEL").ok().filter(|path| !path.is_empty()) {
            Some(path) => ("Tuwunel".to_owned(), tuwunel(folder, port, socket, &path)?),
            None => ("Synapse (stand-in for Tuwunel)".to_owned(), synapse(folder, port, socket)?),
        };
        let process = Process::start("homeserver", &mut command, folder)?.listening(port)?.serving(socket)?;
        let mut connection = Connection::open(port)?;
        let token = register(&mut connection)?;
        let room = room(&mut connection, &token)?;
        let media = media(&mut connection, &token)?;
        Ok(Self { _process: process, name, token, room, media })
    }
}

/// Where calls can be: as long a list as the example fleet's gateway has for its clients.
fn transports() -> Result<Value> {
    let text = fs::read_to_string(repository::root().join("hosts/generated/gw-fra.json"))?;
    let host: Value = serde_json::from_str(&text)?;
    let foci = host["services"]["rampart-answer"]["discovery"]["foci"].as_array().context("no foci")?;
    Ok(foci.iter().map(|url| json!({ "type": "livekit", "livekit_service_url": url })).collect())
}

fn transports_of_tuwunel() -> Result<String> {
    let entries = transports()?;
    let lines = entries.as_array().into_iter().flatten().map(|entry| {
        format!(
            "[[global.well_known.rtc_transports]]\ntype = {}\nlivekit_service_url = {}\n",
            entry["type"], entry["livekit_service_url"]
        )
    });
    Ok(lines.collect())
}

fn tuwunel(folder: &Utf8Path, port: u16, socket: &Utf8Path, program: &str) -> Result<Command> {
    let file = folder.join("tuwunel.toml");
    let text = format!(
        "[global]\nserver_name = \"bench.example\"\nunix_socket_path = \"{socket}\"\n\
         database_path = \"{}\"\nallow_registration = true\nregistration_token = \"bench\"\n\
         allow_federation = false\nmax_request_size = 67108864\ntrusted_servers = []\nlog = \"error\"\n{}",
        folder.join("tuwunel"),
        transports_of_tuwunel()?
    );
    fs::write(&file, text)?;
    let mut command = Command::new(program);
    command.env("TUWUNEL_CONFIG", file).env("TUWUNEL_ADDRESS", "127.0.0.1");
    command.env("TUWUNEL_PORT", port.to_string());
    Ok(command)
}

fn synapse(folder: &Utf8Path, port: u16, socket: &Utf8Path) -> Result<Command> {
    let python = cache::folder().join("synapse/bin/python");
    ensure!(python.exists(), "{python} is not there: run tests/lab/install");
    let many = json!({ "per_second": 100_000, "burst_count": 100_000 });
    let resources = json!([{ "names": ["client"] }]);
    let settings = json!({
        "server_name": "bench.example",
        "pid_file": folder.join("synapse.pid"),
        "signing_key_path": folder.join("signing.key"),
        "media_store_path": folder.join("media"),
        "log_config": log(folder)?,
        "database": { "name": "sqlite3", "args": { "database": folder.join("homeserver.db") } },
        "listeners": [
            { "type": "http", "path": socket, "x_forwarded": true, "resources": resources },
            { "type": "http", "port": port, "bind_addresses": ["127.0.0.1"], "x_forwarded": true, "resources": resources },
        ],
        "enable_registration": true,
        "registration_requires_token": false,
        "enable_registration_without_verification": true,
        "trusted_key_servers": [],
        "report_stats": false,
        "experimental_features": { "msc4143_enabled": true },
        "matrix_rtc": { "transports": transports()? },
        "rc_message": many, "rc_registration": many,
        "rc_login": { "address": many, "account": many, "failed_attempts": many },
    });
    let file = folder.join("synapse.yaml");
    // JSON is YAML.
    fs::write(&file, settings.to_string())?;
    let start = ["-m", "synapse.app.homeserver", "--config-path"];
    let keys = Command::new(&python).args(start).arg(&file).arg("--generate-keys").output()?;
    ensure!(keys.status.success(), "{}", String::from_utf8_lossy(&keys.stderr));
    let mut command = Command::new(python);
    command.args(start).arg(file);
    Ok(command)
}

fn log(folder: &Utf8Path) -> Result<Utf8PathBuf> {
    let file = folder.join("log.yaml");
    let settings = json!({
        "version": 1,
        "handlers": { "console": { "class": "logging.StreamHandler" } },
        "root": { "level": "ERROR", "handlers": ["console"] },
    });
    fs::write(&file, settings.to_string())?;
    Ok(file)
}

fn register(connection: &mut Connection) -> Result<String> {
    let mut wanted = json!({ "username": "bench", "password": "correct-horse-battery-staple" });
    // With interactive authentication the first answer says what is asked for.
    for _ in 0..3 {
        let answer = post(connection, "/_matrix/client/v3/register", "", &wanted)?;
        let said: Value = serde_json::from_slice(&answer.body)?;
        if answer.status == 200 {
            return Ok(said["access_token"].as_str().context("no token")?.to_owned());
        }
        let stage = said["flows"][0]["stages"][0].as_str().with_context(|| said.to_string())?;
        wanted["auth"] = json!({ "type": stage, "session": said["session"], "token": "bench" });
    }
    bail!("the homeserver makes no account")
}

fn room(connection: &mut Connection, token: &str) -> Result<String> {
    let wanted = json!({ "preset": "private_chat" });
    let answer = post(connection, "/_matrix/client/v3/createRoom", token, &wanted)?;
    let said: Value = serde_json::from_slice(&answer.body)?;
    let room = said["room_id"].as_str().with_context(|| said.to_string())?.to_owned();
    for number in 0..MESSAGES {
        let target = format!("/_matrix/client/v3/rooms/{room}/send/m.room.message/fill{number}");
        let body =
            json!({ "msgtype": "m.text", "body": format!("message {number}, a sentence of usual length.") });
        let answer =
            connection.ask(&request("PUT", "localhost", &target, token, body.to_string().as_bytes()))?;
        ensure!(answer.status == 200, "{}", String::from_utf8_lossy(&answer.body));
    }
    Ok(room)
}

fn media(connection: &mut Connection, token: &str) -> Result<String> {
    let file = vec![b'x'; MEDIA_MIB * 1024 * 1024];
    let answer = connection.ask(&request("POST", "localhost", UPLOAD, token, &file))?;
    let said: Value = serde_json::from_slice(&answer.body)?;
    let address = said["content_uri"].as_str().and_then(|address| address.strip_prefix("mxc://"));
    Ok(address.with_context(|| said.to_string())?.to_owned())
}

fn post(connection: &mut Connection, target: &str, token: &str, body: &Value) -> Result<Answer> {
    connection.ask(&request("POST", "localhost", target, token, body.to_string().as_bytes()))
}
