//! `rampart check`: every complaint of every stage, and a summary when there are no errors.

mod summary;

use anyhow::{Context, Result};
use camino::Utf8Path;
use diag::{Report, Sources};
use serde_json::Value;

use crate::{
    Exit,
    advice::Advice,
    args::Check,
    output::{Output, failed},
    stages,
};
use summary::Summary;

/// Checks the fleet, or one host.
pub(crate) fn run(args: &Check, fleet: &Utf8Path, out: &mut Output) -> Result<Exit> {
    let found = match &args.host_json {
        Some(file) => host(file, out)?,
        None => whole(fleet, out)?,
    };
    Ok(Exit::findings(found.has_errors(args.deny_warnings)))
}

fn whole(path: &Utf8Path, out: &mut Output) -> Result<Report> {
    let waiting = out.waiting(stages::WAIT);
    let verdict = stages::judge(path, &[], drop)?;
    drop(waiting);
    let summary = verdict.fleet.as_ref().map(|fleet| Summary::of(fleet.checked.fleet()));
    if out.is_json() {
        let mut json = verdict.report.to_json(&verdict.sources);
        if let (Some(summary), Some(Value::Object(counts))) = (summary, json.get_mut("summary")) {
            counts.extend(summary.counts());
        }
        out.json(&json)?;
    } else {
        out.report(&verdict.report, &verdict.sources)?;
        if let Some(summary) = summary {
            summary.print(out)?;
        }
        conclude(&verdict.report, out)?;
    }
    Ok(verdict.report)
}

fn host(file: &Utf8Path, out: &mut Output) -> Result<Report> {
    let report = render::check_host(&read_host(file)?);
    let sources = Sources::new();
    if out.is_json() {
        out.json(&report.to_json(&sources))?;
    } else {
        out.report(&report, &sources)?;
        conclude(&report, out)?;
    }
    Ok(report)
}

fn read_host(file: &Utf8Path) -> Result<Value> {
    let help = "name the JSON of one host, such as hosts/generated/<host>.json";
    let text = fs_err::read_to_string(file)
        .map_err(|error| Advice::new(format!("`{file}` cannot be read"), help).because(error))?;
    serde_json::from_str(&text).context(Advice::new(format!("`{file}` is not JSON"), help))
}

fn conclude(report: &Report, out: &mut Output) -> Result<()> {
    let line = match (report.errors(), report.is_empty()) {
        (0, true) => "No complaints.".to_owned(),
        (0, false) => format!("No errors, {}.", report.tally()),
        _ => failed(report),
    };
    Ok(out.line(line)?)
}
