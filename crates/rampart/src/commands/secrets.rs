//! `rampart secrets`: makes what is missing, checks what is there. Values stay in [`SecretValue`](secrets::SecretValue)s
//! and in the files of the secrets; nothing here prints one.

mod check;
mod generate;
mod store;

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use camino::Utf8Path;
use manifest::PublicKeys;
use secrets::{Identities, Need};

use crate::{Exit, advice::Advice, args::SecretsWhat, folder, output::Output, stages};

/// Makes or checks the secrets.
pub(crate) fn run(what: &SecretsWhat, fleet: &Utf8Path, out: &mut Output) -> Result<Exit> {
    let Some(rendered) = stages::rendered(fleet, &[], stages::secrets, out)? else {
        return Ok(Exit::Findings);
    };
    let keys = public_keys(fleet)?;
    let hosts = rendered.hosts.iter().map(|(host, secrets)| (host.as_str(), secrets));
    let asked = Asked { needs: secrets::plan(hosts), keys };
    match what {
        SecretsWhat::Generate(args) => generate::run(args, &asked, fleet, out),
        SecretsWhat::Check(args) => check::run(args, &asked, out),
    }
}

/// What the fleet asks for, and the public halves that it has.
struct Asked {
    needs: Vec<Need>,
    keys: PublicKeys,
}

impl Asked {
    /// Public halves by host.
    fn public(&self) -> BTreeMap<String, String> {
        self.keys.wireguard.iter().map(|(host, key)| (host.to_string(), key.to_string())).collect()
    }

    /// Whether the fleet has the host.
    fn has_host(&self, host: &str) -> bool {
        self.needs.iter().any(|need| need.hosts.iter().any(|name| name == host))
    }
}

/// The file was read and judged with the manifest; this reads it once more as what it is.
fn public_keys(fleet: &Utf8Path) -> Result<PublicKeys> {
    let path = fleet.join(folder::KEYS);
    if !path.exists() {
        return Ok(PublicKeys::default());
    }
    serde_json::from_slice(&fs_err::read(&path)?).with_context(|| format!("`{path}` has another form"))
}

/// The age keys in a file.
fn identities(file: Option<&Utf8Path>) -> Result<Identities> {
    let Some(file) = file else { return Ok(Identities::default()) };
    let help = "name a file with age keys, as `age-keygen -o FILE` writes it";
    let text = fs_err::read_to_string(file)
        .map(zeroize::Zeroizing::new)
        .map_err(|error| Advice::new(format!("`{file}` cannot be read"), help).because(error))?;
    Identities::read(&text).map_err(|error| Advice::new(format!("`{file}`: {error}"), help).into())
}
