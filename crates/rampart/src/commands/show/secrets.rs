//! `rampart show secrets`: which secrets which host needs. Only names; Rampart never renders a value.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use values::Name;

use super::listed;
use crate::output::{Output, Table};

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
pub(super) fn show(hosts: &[(Name, Value)], only: Option<&Name>, out: &mut Output) -> Result<()> {
    let secrets = needed(hosts, only)?;
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

fn needed(hosts: &[(Name, Value)], only: Option<&Name>) -> Result<Vec<Secret>> {
    let mut needed: BTreeMap<(String, File), (Vec<Name>, BTreeSet<String>)> = BTreeMap::new();
    for (host, file) in hosts.iter().filter(|(host, _)| only.is_none_or(|name| host == name)) {
        let secrets = BTreeMap::<String, Entry>::deserialize(&file["secrets"])
            .with_context(|| format!("the rendered secrets of `{host}` have another form"))?;
        for (name, Entry { file, units: users }) in secrets {
            let (having, units) = needed.entry((name, file)).or_default();
            having.push(host.clone());
            units.extend(users);
        }
    }
    let secret = |((name, file), (hosts, units))| Secret { name, file, hosts, units };
    Ok(needed.into_iter().map(secret).collect())
}
