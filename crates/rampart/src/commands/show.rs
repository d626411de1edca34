//! `rampart show`: what follows from the manifest, as table or JSON.

mod boot;
mod diagram;
mod dns;
mod flows;
mod hosts;
mod ports;
mod regions;
mod secrets;

use anyhow::Result;
use camino::Utf8Path;
use fleet::Resolved;
use serde::Serialize;
use serde_json::{Value, json};
use values::Name;

use crate::{
    Exit,
    advice::Advice,
    args::{OfHost, What},
    output::Output,
    stages,
};

/// Shows one of the lists.
pub(crate) fn run(what: &What, path: &Utf8Path, out: &mut Output) -> Result<Exit> {
    let Some(rendered) = stages::rendered(path, &[], stages::secrets, out)? else {
        return Ok(Exit::Findings);
    };
    let fleet = rendered.checked.fleet();
    match what {
        What::Flows(only) => flows::show(fleet, known(only, fleet)?.as_ref(), out)?,
        What::Ports(only) => ports::show(fleet, known(only, fleet)?.as_ref(), out)?,
        What::Secrets(only) => secrets::show(&rendered.hosts, known(only, fleet)?.as_ref(), out)?,
        What::Hosts => hosts::show(fleet, out)?,
        What::Dns => dns::show(fleet, out)?,
        What::Regions => regions::show(fleet, out)?,
        What::Diagram { svg } => diagram::show(fleet, *svg, out)?,
    }
    Ok(Exit::Fine)
}

/// `{"<name>": […]}`.
fn listed(name: &str, items: &[impl Serialize]) -> Result<Value> {
    Ok(json!({ name: serde_json::to_value(items)? }))
}

/// The host that a list is narrowed to. It must exist: an empty list would read as "nothing is open".
fn known(only: &OfHost, fleet: &Resolved) -> Result<Option<Name>> {
    let Some(word) = &only.host else { return Ok(None) };
    let hosts = &fleet.hosts;
    if let Some((name, _)) = hosts.get_key_value(word.as_str()) {
        return Ok(Some(name.clone()));
    }
    let help = match diag::nearest(word, hosts.keys().map(Name::as_str)) {
        Some(guess) => format!("did you mean `{guess}`?"),
        None => "`rampart show hosts` lists the hosts".to_owned(),
    };
    Err(Advice::new(format!("there is no host `{word}`"), help).into())
}

/// The word that a value has in JSON.
fn word(value: &impl Serialize) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => word,
        Ok(other) => other.to_string(),
        Err(_) => String::new(),
    }
}
