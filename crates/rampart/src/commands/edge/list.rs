//! `rampart edge list`: every media server of a region, and what the core sees of it.

use anyhow::Result;
use camino::Utf8Path;
use fleet::Resolved;
use serde::Serialize;
use serde_json::json;
use settings::region::MediaMode;
use steering::{State, Status};
use values::{Moment, Name};

use super::{live, resolved};
use crate::{
    Exit,
    args::EdgeList,
    output::{Output, Table},
};

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Shown<'a> {
    name: &'a Name,
    region: &'a Name,
    focus: &'a Name,
    mode: MediaMode,
    draining_since: Option<&'a Moment>,
    /// Whether clients are told its focus; none where the core was not asked or does not know the host.
    state: Option<State>,
    healthy: Option<bool>,
    draining: Option<bool>,
    fault: Option<&'a str>,
    rooms: Option<u64>,
    participants: Option<u64>,
    /// Processors in use.
    cpus: Option<f64>,
}

/// Lists them.
pub(super) fn run(args: &EdgeList, path: &Utf8Path, out: &mut Output) -> Result<Exit> {
    let Some(rendered) = resolved(path, out)? else { return Ok(Exit::Findings) };
    let fleet = rendered.checked.fleet();
    let status = live::ask(fleet, &args.core, &["status"], out)?;
    let edges = edges(fleet, status.as_ref());
    if out.is_json() {
        out.json(&json!({ "edges": edges }))?;
        return Ok(Exit::Fine);
    }
    let mut table = Table::new(["Edge", "Region", "Focus", "State", "Calls", "People", "CPUs"]);
    for edge in &edges {
        let number = |n: Option<u64>| n.map_or("?".to_owned(), |n| n.to_string());
        table.row([
            edge.name.to_string(),
            edge.region.to_string(),
            edge.focus.to_string(),
            word(edge),
            number(edge.rooms),
            number(edge.participants),
            edge.cpus.map_or("?".to_owned(), |cpus| format!("{cpus:.2}")),
        ]);
    }
    out.table(&table)?;
    if status.is_none() {
        out.note("\nThe core was not asked: what it sees is not known.")?;
    }
    Ok(Exit::Fine)
}

fn edges<'a>(fleet: &'a Resolved, status: Option<&'a Status>) -> Vec<Shown<'a>> {
    fleet
        .edges()
        .map(|(host, edge)| {
            let seen = status.and_then(|status| live::server(status, &host.name));
            let server = seen.map(|(_, server)| server);
            let figures = server.and_then(|server| server.figures);
            Shown {
                name: &host.name,
                region: &host.host.region,
                focus: &edge.focus,
                mode: edge.mode,
                draining_since: edge.draining_since.as_ref(),
                state: seen.map(|(state, _)| state),
                healthy: server.map(|server| server.healthy),
                draining: server.map(|server| server.draining),
                fault: server.and_then(|server| server.fault.as_deref()),
                rooms: figures.map(|figures| figures.rooms),
                participants: figures.map(|figures| figures.participants),
                cpus: figures.and_then(|figures| figures.cpus),
            }
        })
        .collect()
}

/// What is the matter with it.
fn word(edge: &Shown<'_>) -> String {
    let draining = edge.draining.unwrap_or(edge.draining_since.is_some());
    match (draining, edge.healthy, edge.fault) {
        (true, Some(false), _) => "draining, not well".to_owned(),
        (true, _, _) => "draining".to_owned(),
        (false, Some(false), Some(fault)) => format!("not well: {fault}"),
        (false, Some(false), None) => "not well".to_owned(),
        (false, Some(true), _) => "open".to_owned(),
        (false, None, _) => "?".to_owned(),
    }
}
