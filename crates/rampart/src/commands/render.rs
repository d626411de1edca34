//! `rampart render`: the settings of every host, or, with `--check`, whether the written ones are fresh.

mod git;

use anyhow::Result;
use camino::{Utf8Path, Utf8PathBuf};
use fleet::Resolved;
use render::HostFile;
use serde_json::{Value, json};
use values::Name;

use crate::{
    Exit,
    args::Render,
    files::{Change, Plan},
    folder,
    output::Output,
    stages::{self, Rendered},
};

/// Longest list of files; a fleet may have thousands.
const LISTED: usize = 20;
/// What every generated file begins with.
const MARKER: &str = "\"_generated\"";

/// Renders the fleet.
pub(crate) fn run(args: &Render, path: &Utf8Path, out: &mut Output) -> Result<Exit> {
    let keep = |host: HostFile| (host.text(), host.name);
    let Some(Rendered { checked, hosts }) = stages::rendered(path, &args.installed, keep, out)? else {
        return Ok(Exit::Findings);
    };
    let number = hosts.len();
    let waiting = out.waiting(if args.check { "comparing the files" } else { "writing the files" });
    let plan = plan(path, checked.fleet(), hosts)?;
    if !args.check {
        plan.apply()?;
    }
    drop(waiting);
    if out.is_json() {
        out.json(&answer(&plan))?;
    } else if args.check {
        tell_stale(&plan, out)?;
    } else {
        tell_written(&plan, number, out)?;
        git::remind(path, out)?;
    }
    Ok(Exit::findings(args.check && plan.stale().next().is_some()))
}

/// What has to happen so that the folder holds this fleet.
pub(super) fn plan(path: &Utf8Path, fleet: &Resolved, hosts: Vec<(String, Name)>) -> Result<Plan> {
    let mut plan = Plan::default();
    plan.want(path.join(folder::ALLOCATIONS), render::allocations(fleet))?;
    let generated = path.join(folder::GENERATED);
    for (text, host) in hosts {
        plan.want(file_of(&generated, &host), text)?;
    }
    for file in ours(&generated)? {
        if !plan.changes.contains_key(&file) {
            plan.drop(file);
        }
    }
    Ok(plan)
}

fn file_of(generated: &Utf8Path, host: &Name) -> Utf8PathBuf {
    generated.join(format!("{host}.json"))
}

/// Files that an earlier run wrote: named like a host and marked as generated. Others are not ours to remove.
fn ours(generated: &Utf8Path) -> Result<Vec<Utf8PathBuf>> {
    if !generated.is_dir() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for path in folder::entries(generated)? {
        let host = path.file_name().and_then(|name| name.strip_suffix(".json"));
        let named = host.is_some_and(|host| host.parse::<Name>().is_ok());
        if named && path.is_file() && fs_err::read_to_string(&path).is_ok_and(|text| text.contains(MARKER)) {
            found.push(path);
        }
    }
    Ok(found)
}

fn answer(plan: &Plan) -> Value {
    let files: Vec<Value> =
        plan.changes.iter().map(|(path, change)| json!({ "file": path, "change": change.word() })).collect();
    json!({ "files": files })
}

fn tell_written(plan: &Plan, hosts: usize, out: &mut Output) -> Result<()> {
    list(plan, out, written)?;
    let changed = plan.stale().count();
    let unchanged = plan.changes.len() - changed;
    Ok(out.line(format!("{hosts} hosts rendered; {changed} files changed, {unchanged} unchanged."))?)
}

/// A line about a file that was changed.
pub(super) fn written(path: &Utf8Path, change: &Change) -> String {
    let word = if *change == Change::Obsolete { "removed" } else { "wrote" };
    format!("{word:<9}{path}")
}

fn tell_stale(plan: &Plan, out: &mut Output) -> Result<()> {
    let stale = plan.stale().count();
    if stale == 0 {
        return Ok(out.line(format!("All {} files are fresh.", plan.changes.len()))?);
    }
    list(plan, out, |path, change| match change {
        Change::Stale(now) => {
            format!("{:<9}{path}\n{}", "stale", hint(now, plan.text(path).unwrap_or_default()))
        }
        Change::Obsolete => format!("{:<9}{path}", "obsolete"),
        Change::New | Change::None => format!("{:<9}{path}", "missing"),
    })?;
    Ok(out.line(format!("{stale} of {} files are stale; run `rampart render`.", plan.changes.len()))?)
}

pub(super) fn list(
    plan: &Plan,
    out: &mut Output,
    entry: impl Fn(&Utf8Path, &Change) -> String,
) -> Result<()> {
    for (path, change) in plan.stale().take(LISTED) {
        out.line(entry(path, change))?;
    }
    match plan.stale().count().checked_sub(LISTED) {
        Some(more @ 1..) => Ok(out.line(format!("… and {more} more"))?),
        _ => Ok(()),
    }
}

/// The first line that differs.
fn hint(now: &str, wanted: &str) -> String {
    let (mut now, mut wanted) = (now.lines(), wanted.lines());
    let mut number = 1;
    loop {
        match (now.next(), wanted.next()) {
            (None, None) => return "         only white space at the end differs".to_owned(),
            (a, b) if a == b => number += 1,
            (a, b) => {
                let show = |line: Option<&str>| line.map_or("(end)".to_owned(), |line| cut(line.trim()));
                return format!("         line {number}:\n         - {}\n         + {}", show(a), show(b));
            }
        }
    }
}

/// A line may be a whole firewall.
fn cut(line: &str) -> String {
    let mut shown: String = line.chars().take(64).collect();
    if shown.len() < line.len() {
        shown.push('…');
    }
    shown
}
