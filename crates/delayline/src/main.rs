//! `delayline --device NAME --atlas FILE`: holds each packet that the router sends into the device, and gives it back.
//!
//! Prints a line of JSON each second: packets so far, how late they came out, how many did not fit.
#![expect(clippy::print_stdout, reason = "its numbers are what it is asked for")]

use std::{
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};
use clap::Parser;
use delayline::{Atlas, Lateness, Line, Way, ends};
use serde_json::json;
use tun_rs::{DeviceBuilder, SyncDevice};

/// Packets that are held at once: 200 ms of a Gbit/s.
const CAPACITY: usize = 20_000;
const LARGEST: usize = 65_536;
const REPORT: Duration = Duration::from_secs(1);

#[derive(Parser)]
#[command(about = "Delays packets between regions, on a TUN device")]
struct Arguments {
    /// Name of the device; it is made, and goes with the program.
    #[arg(long)]
    device: String,
    /// JSON: where networks are, and how far apart.
    #[arg(long)]
    atlas: std::path::PathBuf,
    /// Seed of the jitter.
    #[arg(long, default_value_t = 1)]
    seed: u64,
}

struct Shared {
    device: SyncDevice,
    start: Instant,
    line: Mutex<Line<Option<Way>, Vec<u8>>>,
    /// Something is due sooner than before.
    sooner: Condvar,
    lateness: Mutex<Lateness>,
    overflowed: AtomicU64,
}

impl Shared {
    fn now(&self) -> Duration {
        self.start.elapsed()
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn main() -> Result<()> {
    let arguments = Arguments::parse();
    let place = arguments.atlas.display();
    let atlas =
        Atlas::read(&fs_err::read_to_string(&arguments.atlas)?).with_context(|| format!("{place}"))?;
    let device = DeviceBuilder::new().name(&arguments.device).build_sync();
    let device = device.with_context(|| format!("the device {} cannot be made", arguments.device))?;
    let shared = Arc::new(Shared {
        device,
        start: Instant::now(),
        line: Mutex::new(Line::new(CAPACITY)),
        sooner: Condvar::new(),
        lateness: Mutex::default(),
        overflowed: AtomicU64::new(0),
    });
    for work in [give_back, report] {
        let shared = Arc::clone(&shared);
        thread::spawn(move || work(&shared));
    }
    take(&shared, &atlas, arguments.seed)
}

/// Takes packets in, until the device is gone.
fn take(shared: &Shared, atlas: &Atlas, seed: u64) -> Result<()> {
    let mut random = fastrand::Rng::with_seed(seed);
    let mut buffer = vec![0; LARGEST];
    loop {
        let length = shared.device.recv(&mut buffer)?;
        let packet = buffer.get(..length).unwrap_or_default();
        let way = ends(packet).and_then(|(from, to)| atlas.way(from, to));
        let delay = way.map_or(Duration::ZERO, |way| atlas.delay(way) + atlas.jitter.mul_f64(random.f64()));
        let mut line = locked(&shared.line);
        let before = line.next_due();
        match line.push(shared.now(), way, delay, packet.to_vec()) {
            Ok(due) if before.is_none_or(|before| due < before) => shared.sooner.notify_one(),
            Ok(_) => {}
            Err(_) => {
                shared.overflowed.fetch_add(1, Ordering::Relaxed);
            }
        }
    }
}

/// Gives packets back when they are due.
fn give_back(shared: &Shared) {
    let mut line = locked(&shared.line);
    loop {
        let now = shared.now();
        if let Some((_, due, packet)) = line.pop(now) {
            drop(line);
            // A packet that the kernel does not take is lost, as on any wire.
            let _ = shared.device.send(&packet);
            locked(&shared.lateness).add(shared.now().saturating_sub(due));
            line = locked(&shared.line);
            continue;
        }
        let wait = line.next_due().map_or(REPORT, |due| due.saturating_sub(now));
        line = match shared.sooner.wait_timeout(line, wait) {
            Ok((line, _)) => line,
            Err(error) => error.into_inner().0,
        };
    }
}

fn report(shared: &Shared) {
    loop {
        let late = locked(&shared.lateness).summary();
        println!("{}", json!({ "late": late, "overflowed": shared.overflowed.load(Ordering::Relaxed) }));
        thread::sleep(REPORT);
    }
}
