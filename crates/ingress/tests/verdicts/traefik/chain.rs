//! Traefik with the rendered rules, and what stands behind it: an echo in the place of the guard, of `rampart-answer`, and of
//! the homeserver where reads go there directly.

use std::{
    env,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio, id},
    thread,
    time::{Duration, Instant},
};

use fs_err as fs;
use serde_json::{Map, Value, json};

const PATIENCE: Duration = Duration::from_secs(30);

/// How a request ended.
#[derive(Debug)]
pub(super) enum Answer {
    /// It came to the guard, or past it to the homeserver. Of the answer to HEAD only the head is seen, so no body.
    Arrived { at_guard: bool, method: String, target: String, body: String },
    /// It came to `rampart-answer`.
    Refused,
    /// Traefik answered itself.
    Other(u16),
}

/// A running Traefik; it ends with this.
pub(super) struct Chain {
    traefik: Child,
    folder: PathBuf,
    port: u16,
    host: String,
    connection: Option<BufReader<TcpStream>>,
}

impl Drop for Chain {
    fn drop(&mut self) {
        let _ = self.traefik.kill();
        let _ = self.traefik.wait();
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Chain {
    /// With the rules of a gateway's file, by its path in the repository.
    pub(super) fn start(program: &Path, gateway: &str) -> Self {
        let file = format!("{}/../../{gateway}", env!("CARGO_MANIFEST_DIR"));
        let gateway: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        let host = gateway["options"]["gateway"]["clientDomain"].as_str().unwrap().to_owned();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let folder = env::temp_dir().join(format!("rampart-verdicts-{}-{port}", id()));
        fs::create_dir_all(&folder).unwrap();
        let (rules, settings) = (folder.join("rules.yaml"), folder.join("traefik.yaml"));
        fs::write(&rules, dynamic(&gateway).to_string()).unwrap();
        let rendered = &gateway["services"]["traefik"]["static"];
        let mut point = rendered["entryPoints"]["websecure"].clone();
        point["address"] = format!("127.0.0.1:{port}").into();
        let file = json!({
            "global": rendered["global"], "log": { "level": "ERROR" },
            "entryPoints": { "websecure": point }, "providers": { "file": { "filename": rules } },
        });
        fs::write(&settings, file.to_string()).unwrap();
        let mut command = Command::new(program);
        command.arg(format!("--configfile={}", settings.display()));
        let traefik = command.stdout(Stdio::null()).stderr(Stdio::inherit()).spawn().unwrap();
        let mut chain = Self { traefik, folder, port, host, connection: None };
        let start = Instant::now();
        while !matches!(chain.ask("GET", "/_matrix/client/versions", ""), Answer::Arrived { .. }) {
            assert!(start.elapsed() < PATIENCE, "Traefik does not read its rules");
            thread::sleep(Duration::from_millis(50));
        }
        chain
    }

    /// Sends a request as it is written.
    pub(super) fn ask(&mut self, method: &str, target: &str, body: &str) -> Answer {
        let head = format!(
            "{method} {target} HTTP/1.1\r\nHost: {}\r\nContent-Length: {}\r\n\r\n",
            self.host,
            body.len()
        );
        let start = Instant::now();
        loop {
            assert!(start.elapsed() < PATIENCE, "no answer to {method} {target}");
            let Some(mut connection) = self.connection.take().or_else(|| open(self.port)) else {
                thread::sleep(Duration::from_millis(20));
                continue;
            };
            let sent = connection.get_mut().write_all((head.clone() + body).as_bytes());
            // A connection that was closed meanwhile says nothing about the request.
            let read = |connection: &mut _| Message::read(connection, method == "HEAD");
            let Some(reply) = sent.ok().and_then(|()| read(&mut connection)) else { continue };
            if reply.is_framed && !reply.closes {
                self.connection = Some(connection);
            }
            return answer(&reply);
        }
    }
}

fn answer(reply: &Message) -> Answer {
    let status = reply.first.split(' ').nth(1).unwrap().parse().unwrap();
    match reply.field("speaker") {
        None => Answer::Other(status),
        Some("answer") => Answer::Refused,
        Some(speaker) => {
            let mut words = reply.field("asked").unwrap().split(' ');
            let mut word = || words.next().unwrap().to_owned();
            let body = reply.body.clone();
            Answer::Arrived { at_guard: speaker == "guard", method: word(), target: word(), body }
        }
    }
}

fn open(port: u16) -> Option<BufReader<TcpStream>> {
    let stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_nodelay(true).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    Some(BufReader::new(stream))
}

/// The routers that deny, and those of the homeserver, without limits: how often somebody may ask is no verdict.
fn dynamic(gateway: &Value) -> Value {
    let rendered = &gateway["services"]["traefik"]["dynamic"]["http"];
    let ours = |name: &str| ["deny-", "matrix-"].iter().any(|word| name.starts_with(word));
    let (mut routers, mut services) = (Map::new(), Map::new());
    for (name, router) in rendered["routers"].as_object().unwrap().iter().filter(|(name, _)| ours(name)) {
        let mut router = router.clone();
        router["middlewares"] = json!(["matrix"]);
        router.as_object_mut().unwrap().remove("tls");
        let service = router["service"].as_str().unwrap().to_owned();
        services.entry(service.clone()).or_insert_with(|| {
            let url = format!("http://127.0.0.1:{}", echo(service));
            json!({ "loadBalancer": { "servers": [{ "url": url }] } })
        });
        routers.insert(name.clone(), router);
    }
    json!({ "http": {
        "routers": routers,
        "middlewares": { "matrix": rendered["middlewares"]["matrix"] },
        "services": services,
    } })
}

/// A server that says what it was sent, and who it is. It ends with the test.
fn echo(name: String) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            let name = name.clone();
            thread::spawn(move || {
                let mut connection = BufReader::new(stream);
                while let Some(Message { first, body, .. }) = Message::read(&mut connection, false) {
                    let is_head = first.starts_with("HEAD ");
                    let head = format!(
                        "HTTP/1.1 200 OK\r\nSpeaker: {name}\r\nAsked: {first}\r\nContent-Length: {}\r\n\r\n",
                        body.len()
                    );
                    let text = if is_head { head } else { head + &body };
                    if connection.get_mut().write_all(text.as_bytes()).is_err() {
                        return;
                    }
                }
            });
        }
    });
    port
}

/// A request or an answer.
struct Message {
    first: String,
    fields: Vec<(String, String)>,
    body: String,
    /// Its end is known without the end of the connection.
    is_framed: bool,
    closes: bool,
}

impl Message {
    /// `is_head`: an answer that announces a body and has none.
    fn read(from: &mut BufReader<TcpStream>, is_head: bool) -> Option<Self> {
        let first = line(from)?;
        let mut fields = Vec::new();
        loop {
            let line = line(from)?;
            let Some((name, value)) = line.split_once(": ") else { break };
            fields.push((name.to_ascii_lowercase(), value.to_owned()));
        }
        let mut message = Self { first, fields, body: String::new(), is_framed: true, closes: false };
        let length = message.field("content-length").and_then(|length| length.parse().ok());
        let length = length.or_else(|| (!message.first.starts_with("HTTP/")).then_some(0));
        let length = length.or(is_head.then_some(0));
        let mut body = Vec::new();
        match length {
            Some(length) => {
                body.resize(if is_head { 0 } else { length }, 0);
                from.read_exact(&mut body).ok()?;
            }
            None => drop(from.read_to_end(&mut body).ok()?),
        }
        message.body = String::from_utf8_lossy(&body).into_owned();
        message.is_framed = length.is_some();
        message.closes = message.field("connection").is_some_and(|word| word.eq_ignore_ascii_case("close"));
        Some(message)
    }

    /// The value of a header, whose name is in lower case.
    fn field(&self, name: &str) -> Option<&str> {
        self.fields.iter().find(|(found, _)| found == name).map(|(_, value)| value.as_str())
    }
}

fn line(from: &mut BufReader<TcpStream>) -> Option<String> {
    let mut line = Vec::new();
    let read = from.read_until(b'\n', &mut line).ok()?;
    (read > 0).then(|| String::from_utf8_lossy(line.trim_ascii_end()).into_owned())
}
