//! Traefik with the rendered rules, and what stands behind it: an echo in the place of the guard, another one in the place
//! of `rampart-answer`.

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

const GATEWAY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../hosts/generated/gw-fra.json");
const PATIENCE: Duration = Duration::from_secs(30);

/// How a request ended.
#[derive(Debug)]
pub(super) enum Answer {
    /// It came to the guard.
    Arrived { method: String, target: String, body: String },
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
    pub(super) fn start(program: &Path) -> Self {
        let gateway: Value = serde_json::from_str(&fs::read_to_string(GATEWAY).unwrap()).unwrap();
        let host = gateway["options"]["gateway"]["clientDomain"].as_str().unwrap().to_owned();
        let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let folder = env::temp_dir().join(format!("rampart-verdicts-{}", id()));
        fs::create_dir_all(&folder).unwrap();
        let (rules, settings) = (folder.join("rules.yaml"), folder.join("traefik.yaml"));
        fs::write(&rules, dynamic(&gateway, echo("guard"), echo("answer")).to_string()).unwrap();
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
            let Some(reply) = sent.ok().and_then(|()| Message::read(&mut connection)) else { continue };
            if reply.is_framed && !reply.closes {
                self.connection = Some(connection);
            }
            return answer(&reply);
        }
    }
}

fn answer(reply: &Message) -> Answer {
    let status = reply.first.split(' ').nth(1).unwrap().parse().unwrap();
    match reply.speaker.as_str() {
        "guard" => {
            let (line, body) = reply.body.split_once('\n').unwrap();
            let mut words = line.split(' ');
            let mut word = || words.next().unwrap().to_owned();
            Answer::Arrived { method: word(), target: word(), body: body.to_owned() }
        }
        "answer" => Answer::Refused,
        _ => Answer::Other(status),
    }
}

fn open(port: u16) -> Option<BufReader<TcpStream>> {
    let stream = TcpStream::connect(("127.0.0.1", port)).ok()?;
    stream.set_nodelay(true).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    Some(BufReader::new(stream))
}

/// The routers that deny, and those of the homeserver, without limits: how often somebody may ask is no verdict.
fn dynamic(gateway: &Value, guard: u16, answer: u16) -> Value {
    let rendered = &gateway["services"]["traefik"]["dynamic"]["http"];
    let ours = |name: &str| ["deny-", "matrix-"].iter().any(|word| name.starts_with(word));
    let mut routers = Map::new();
    for (name, router) in rendered["routers"].as_object().unwrap().iter().filter(|(name, _)| ours(name)) {
        let mut router = router.clone();
        router["middlewares"] = json!(["matrix"]);
        router.as_object_mut().unwrap().remove("tls");
        routers.insert(name.clone(), router);
    }
    let service =
        |port| json!({ "loadBalancer": { "servers": [{ "url": format!("http://127.0.0.1:{port}") }] } });
    json!({ "http": {
        "routers": routers,
        "middlewares": { "matrix": rendered["middlewares"]["matrix"] },
        "services": { "guard": service(guard), "answer": service(answer) },
    } })
}

/// A server that says what it was sent, and who it is. It ends with the test.
fn echo(name: &'static str) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for stream in listener.incoming().flatten() {
            thread::spawn(move || {
                let mut connection = BufReader::new(stream);
                while let Some(Message { first, body, .. }) = Message::read(&mut connection) {
                    let text = format!("{first}\n{body}");
                    let head = format!(
                        "HTTP/1.1 200 OK\r\nSpeaker: {name}\r\nContent-Length: {}\r\n\r\n",
                        text.len()
                    );
                    if connection.get_mut().write_all((head + &text).as_bytes()).is_err() {
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
    speaker: String,
    body: String,
    /// Its end is known without the end of the connection.
    is_framed: bool,
    closes: bool,
}

impl Message {
    fn read(from: &mut BufReader<TcpStream>) -> Option<Self> {
        let mut lines = Vec::new();
        loop {
            let mut line = Vec::new();
            if from.read_until(b'\n', &mut line).ok()? == 0 {
                return None;
            }
            let line = String::from_utf8_lossy(line.trim_ascii_end()).into_owned();
            if line.is_empty() {
                break;
            }
            lines.push(line);
        }
        let field = |name: &str| {
            lines
                .iter()
                .find_map(|line| line.split_once(": ").filter(|(found, _)| found.eq_ignore_ascii_case(name)))
        };
        let first = lines.first()?.clone();
        let length = field("content-length").and_then(|(_, length)| length.parse().ok());
        let length = length.or_else(|| (!first.starts_with("HTTP/")).then_some(0));
        let mut body = Vec::new();
        match length {
            Some(length) => {
                body.resize(length, 0);
                from.read_exact(&mut body).ok()?;
            }
            None => drop(from.read_to_end(&mut body).ok()?),
        }
        Some(Self {
            speaker: field("speaker").map(|(_, name)| name.to_owned()).unwrap_or_default(),
            body: String::from_utf8_lossy(&body).into_owned(),
            is_framed: length.is_some(),
            closes: field("connection").is_some_and(|(_, word)| word.eq_ignore_ascii_case("close")),
            first,
        })
    }
}
