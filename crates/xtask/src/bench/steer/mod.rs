//! `cargo xtask bench-steer`: how many clients steering can tell where to go, beside a homeserver's own answer.

mod page;

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs as _},
    os::unix::net::UnixStream,
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result, bail};
use camino::{Utf8Path, Utf8PathBuf};
use serde_json::{Value, json};

use self::page::{Row, Run, Target};
use super::{
    ingress::{Homeserver, free_port},
    release, section,
};
use crate::{ci::Tally, repository};

const PAGE: &str = "docs/media.md";
/// The promise: docs/claims.md.
const PER_CORE: f64 = 5_000.0;
const PATH: &str = "/_matrix/client/unstable/org.matrix.msc4143/rtc/transports";
/// Connections that ask at the same time.
const CLIENTS: usize = 8;
/// Rounds, one place after the other, so that both meet the same weather.
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_secs(2);
const START_LIMIT: Duration = Duration::from_secs(30);
/// Linux counts a process' time in these parts of a second (proc(5); `USER_HZ` is 100 on every platform that we ship for).
const TICKS: f64 = 100.0;

/// What to measure.
#[derive(Debug, clap::Args)]
pub(crate) struct Options {
    /// A homeserver that answers the same question: `host:port`, or the path of its socket. Without it one is started:
    /// Tuwunel where `RAMPART_TUWUNEL` names it, else Synapse as its stand-in.
    #[arg(long, value_name = "PLACE")]
    beside: Option<String>,
    /// Write the figures into `docs/media.md`.
    #[arg(long)]
    write: bool,
    /// Fail when a promise is not kept.
    #[arg(long)]
    strict: bool,
}

/// Measures, prints, and with `--write` writes the section of the page.
pub(crate) fn run(options: &Options) -> Result<Tally> {
    let program = release::program("steer", "rampart-steer")?;
    let idle = idle()?;
    let folder = tempfile::tempdir()?;
    let folder = Utf8Path::from_path(folder.path()).context("a folder of another name")?;
    let steer = Steer::start(&program, folder)?;
    let homeserver = match options.beside {
        Some(_) => None,
        None => Some(own_homeserver(folder)?),
    };
    let ours = Asked { name: "rampart-steer".to_owned(), place: Place::Address(steer.address), token: "" };
    let theirs = match (&options.beside, &homeserver) {
        (Some(place), _) => Asked { name: "homeserver".to_owned(), place: Place::of(place)?, token: "" },
        (None, Some((own, socket))) => {
            Asked { name: own.name.clone(), place: Place::Socket(socket.clone()), token: &own.token }
        }
        (None, None) => bail!("no homeserver"),
    };
    let places = [ours, theirs];
    let mut totals = [Total::default(), Total::default()];
    let before = steer.seconds()?;
    for _ in 0..ROUNDS {
        for (asked, total) in places.iter().zip(&mut totals) {
            total.add(round(asked).with_context(|| asked.name.clone())?);
        }
    }
    let used = steer.seconds()? - before;
    let per_core = count(totals[0].waits.len()) / used.max(1.0 / TICKS);
    let [ours, theirs] = &mut totals;
    let rows = [ours.row(&places[0]), theirs.row(&places[1])];
    let processors = thread::available_parallelism()?.get();
    finish(&Run { idle, processors, clients: CLIENTS, rows, per_core }, options)
}

fn finish(run: &Run, options: &Options) -> Result<Tally> {
    let text = page::section(run);
    println!("\n{text}");
    if options.write {
        section::write(PAGE, "bench-steer", &text)?;
        println!("wrote {PAGE}");
    }
    let targets = run.targets();
    let missed = targets.iter().filter(|Target { kept, .. }| !kept).count();
    let mut tally = super::judged(targets.len() - missed, missed, "targets were missed", options.strict);
    if !run.is_quiet() {
        tally.skipped.push("the processors were busy before: times are those of a busy machine".to_owned());
    }
    Ok(tally)
}

/// Part of the processors that nobody wants, over a second (proc(5), `stat`: the fourth figure is idle, the fifth waits
/// for a disk).
fn idle() -> Result<f64> {
    let figures = || -> Result<Vec<f64>> {
        let text = fs_err::read_to_string("/proc/stat")?;
        let line = text.lines().next().context("an empty stat file")?;
        // Guests' time is in the first two as well.
        Ok(line.split_whitespace().skip(1).take(8).filter_map(|figure| figure.parse().ok()).collect())
    };
    let before = figures()?;
    thread::sleep(Duration::from_secs(1));
    let grown: Vec<f64> = figures()?.iter().zip(&before).map(|(after, before)| after - before).collect();
    let free: f64 = grown.iter().skip(3).take(2).sum();
    Ok(free / grown.iter().sum::<f64>().max(1.0))
}

/// A homeserver with the transports of the example fleet, and its socket.
fn own_homeserver(folder: &Utf8Path) -> Result<(Homeserver, Utf8PathBuf)> {
    println!("starting the homeserver …");
    let socket = folder.join("homeserver.sock");
    Ok((Homeserver::start(folder, free_port()?, &socket)?, socket))
}

/// Who is asked.
struct Asked<'a> {
    name: String,
    place: Place,
    /// Of an account, for who asks for one; empty for none.
    token: &'a str,
}

/// Where the question is asked.
enum Place {
    Address(SocketAddr),
    Socket(Utf8PathBuf),
}

impl Place {
    fn of(text: &str) -> Result<Self> {
        if text.starts_with('/') {
            return Ok(Self::Socket(text.into()));
        }
        let address = text.to_socket_addrs()?.next();
        Ok(Self::Address(address.with_context(|| format!("{text} has no address"))?))
    }

    fn connect(&self) -> Result<Box<dyn Stream>> {
        Ok(match self {
            Self::Address(address) => {
                let stream = TcpStream::connect(address)?;
                stream.set_nodelay(true)?;
                Box::new(stream)
            }
            Self::Socket(path) => Box::new(UnixStream::connect(path)?),
        })
    }
}

trait Stream: Read + Write + Send {}
impl<T: Read + Write + Send> Stream for T {}

/// How long each answer took.
#[derive(Default)]
struct Total {
    waits: Vec<Duration>,
    time: Duration,
}

impl Total {
    fn add(&mut self, round: Self) {
        self.waits.extend(round.waits);
        self.time += round.time;
    }

    fn row(&mut self, asked: &Asked<'_>) -> Row {
        self.waits.sort_unstable();
        let [p50, p99, worst] = [50.0, 99.0, 100.0].map(|percent| self.percentile(percent));
        let answers = count(self.waits.len()) / self.time.as_secs_f64().max(f64::EPSILON);
        Row { name: asked.name.clone(), answers, p50, p99, worst }
    }

    /// Milliseconds. The waits must be sorted.
    fn percentile(&self, percent: f64) -> f64 {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index")]
        let index = (count(self.waits.len()) * percent / 100.0) as usize;
        self.waits
            .get(index.min(self.waits.len().saturating_sub(1)))
            .map_or(0.0, |wait| wait.as_secs_f64() * 1e3)
    }
}

fn count(number: usize) -> f64 {
    u32::try_from(number).map_or(f64::INFINITY, f64::from)
}

/// Some clients ask for some time, each one question after the other.
fn round(asked: &Asked<'_>) -> Result<Total> {
    let start = Instant::now();
    let waits = thread::scope(|scope| {
        let asking = |client| move || ask(asked, client, start + ROUND);
        let clients: Vec<_> = (0..CLIENTS).map(|client| scope.spawn(asking(client))).collect();
        clients
            .into_iter()
            .map(|client| client.join().unwrap_or_else(|_| bail!("a client died")))
            .collect::<Result<Vec<_>>>()
    })?;
    Ok(Total { waits: waits.concat(), time: start.elapsed() })
}

fn ask(asked: &Asked<'_>, client: usize, end: Instant) -> Result<Vec<Duration>> {
    let mut stream = BufReader::new(asked.place.connect()?);
    let mut waits = Vec::new();
    let proof = match asked.token {
        "" => String::new(),
        token => format!("Authorization: Bearer {token}\r\n"),
    };
    while Instant::now() < end {
        // Every question comes from another network.
        let (host, net) = (waits.len() % 250, client + 64);
        let request = format!(
            "GET {PATH} HTTP/1.1\r\nHost: x\r\nX-Forwarded-For: 198.51.100.{}\r\n{proof}\r\n",
            (host + net) % 250
        );
        let before = Instant::now();
        stream.get_mut().write_all(request.as_bytes())?;
        answer(&mut stream)?;
        waits.push(before.elapsed());
    }
    Ok(waits)
}

/// Reads an answer, which must be good.
fn answer(stream: &mut BufReader<Box<dyn Stream>>) -> Result<()> {
    let (mut line, mut length, mut first, mut chunked) = (String::new(), 0, true, false);
    loop {
        line.clear();
        if stream.read_line(&mut line)? == 0 {
            bail!("the connection was closed");
        }
        if std::mem::take(&mut first) && !line.starts_with("HTTP/1.1 200 ") {
            bail!("the answer is {line}");
        }
        if let Some((name, value)) = line.split_once(':')
            && name.eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse()?;
        }
        chunked |= line.to_ascii_lowercase().starts_with("transfer-encoding: chunked");
        if line.trim_end().is_empty() {
            break;
        }
    }
    if chunked { chunks(stream) } else { pass_over(stream, length) }
}

/// Synapse answers in parts (RFC 9112, 7.1).
fn chunks(stream: &mut BufReader<Box<dyn Stream>>) -> Result<()> {
    let mut line = String::new();
    loop {
        line.clear();
        stream.read_line(&mut line)?;
        let length = usize::from_str_radix(line.trim_end(), 16)?;
        pass_over(stream, length + 2)?;
        if length == 0 {
            return Ok(());
        }
    }
}

fn pass_over(stream: &mut impl Read, length: usize) -> Result<()> {
    stream.read_exact(&mut vec![0; length])?;
    Ok(())
}

/// The program with the example fleet's configuration, without its network.
struct Steer {
    child: Child,
    address: SocketAddr,
}

impl Steer {
    fn start(program: &Utf8Path, folder: &Utf8Path) -> Result<Self> {
        let [address, local] = [free()?, free()?];
        let file = configuration(folder, address, local)?;
        let child = Command::new(program)
            .args(["run", "--config", file.as_str()])
            .stdin(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let steer = Self { child, address };
        let end = Instant::now() + START_LIMIT;
        while TcpStream::connect(address).is_err() || TcpStream::connect(local).is_err() {
            if Instant::now() > end {
                bail!("{program} does not start");
            }
            thread::sleep(Duration::from_millis(50));
        }
        // It listens before it has looked at the media servers, which it cannot reach here.
        thread::sleep(Duration::from_secs(1));
        Ok(steer)
    }

    /// Processor's time so far (proc(5), `stat`: utime and stime).
    fn seconds(&self) -> Result<f64> {
        let stat = fs_err::read_to_string(Path::new("/proc").join(self.child.id().to_string()).join("stat"))?;
        let fields = stat.rsplit_once(')').context("an odd stat file")?.1;
        let ticks: f64 =
            fields.split_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok()).sum();
        Ok(ticks / TICKS)
    }
}

impl Drop for Steer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free() -> Result<SocketAddr> {
    Ok(TcpListener::bind("127.0.0.1:0")?.local_addr()?)
}

fn configuration(folder: &Utf8Path, address: SocketAddr, local: SocketAddr) -> Result<Utf8PathBuf> {
    let text = fs_err::read_to_string(repository::root().join("hosts/generated/core-fra.json"))?;
    let host: Value = serde_json::from_str(&text)?;
    let mut settings = host["services"]["rampart-steer"].clone();
    settings["listen"] = json!(address);
    settings["local"] = json!(local);
    settings["trustedProxies"] = json!(["127.0.0.1"]);
    settings["drainFolder"] = json!(folder.join("draining"));
    settings["health"] = json!({ "interval": "1h", "timeout": "500ms", "failures": 100, "successes": 1 });
    let file = folder.join("steer.json");
    fs_err::write(&file, settings.to_string())?;
    Ok(file)
}
