//! `rampart show secrets`: which secrets which host needs. Only names; Rampart never renders a value.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use values::Name;

use super::listed;
use crate::{
    output::{Output, Table},
    stages::Rendered,
};

/// A secret as one rendered host names it.
#[derive(Debug, Deserialize)]
struct Entry {
    #[serde(flatten)]
    file: File,
    units: Vec<String>,
}

/// Where it lies at run time, and who may read it.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct File {
    path: String,
    owner: String,
    group: String,
    mode: String,
}

/// A secret and all that need it.
#[derive(Debug, Serialize)]
struct Secret {
    name: String,
    #[serde(flatten)]
    file: File,
    hosts: Vec<Name>,
    units: BTreeSet<String>,
}

/// Shows the secrets of the fleet, or those of one host.
pub(super) fn show(rendered: &Rendered, only: Option<&Name>, out: &mut Output) -> Result<()> {
    let secrets = needed(rendered, only)?;
    if out.is_json() {
        return Ok(out.json(&listed("secrets", &secrets)?)?);
    }
    let mut table = Table::new(["Secret", "Owner", "Hosts", "Units"]);
    for Secret { name, file, hosts, units } in secrets {
        let hosts: Vec<_> = hosts.iter().map(Name::as_str).collect();
        let units: Vec<_> = units.iter().map(String::as_str).collect();
        table.row([name, file.owner, hosts.join(", "), units.join(", ")]);
    }
    out.table(&table)?;
    Ok(out.line("\nThe operator keeps each at DIR/<host>/<secret>. None is ever in the Nix store.")?)
}

fn needed(rendered: &Rendered, only: Option<&Name>) -> Result<Vec<Secret>> {
    let mut needed: BTreeMap<(String, File), (Vec<Name>, BTreeSet<String>)> = BTreeMap::new();
    for host in rendered.hosts().filter(|host| only.is_none_or(|name| host.name == *name)) {
        let secrets = host.json.get("secrets").cloned().unwrap_or_default();
        let secrets: BTreeMap<String, Entry> = serde_json::from_value(secrets)
            .with_context(|| format!("the rendered secrets of `{}` have another form", host.name))?;
        for (name, Entry { file, units: users }) in secrets {
            let (hosts, units) = needed.entry((name, file)).or_default();
            hosts.push(host.name.clone());
            units.extend(users);
        }
    }
    let secret = |((name, file), (hosts, units))| Secret { name, file, hosts, units };
    Ok(needed.into_iter().map(secret).collect())
}
