//! `rampart secrets`: makes what is missing, checks what is there. Values stay in [`SecretValue`](secrets::SecretValue)s
//! and in the files of the secrets; nothing here prints one.

mod check;
mod generate;
mod rotate;
mod store;

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use camino::Utf8Path;
use manifest::PublicKeys;
use secrets::{Identities, Need};

use crate::{
    Exit,
    advice::Advice,
    args::{SecretsGenerate, SecretsWhat},
    folder,
    output::Output,
    stages,
};

/// Makes or checks the secrets.
pub(crate) fn run(what: &SecretsWhat, fleet: &Utf8Path, out: &mut Output) -> Result<Exit> {
    let needs = |out: &mut Output| asked(fleet, out);
    match what {
        SecretsWhat::Generate(args) => match needs(out)? {
            Some(asked) => generate::run(args, &asked, fleet, out),
            None => Ok(Exit::Findings),
        },
        SecretsWhat::Check(args) => match needs(out)? {
            Some(asked) => check::run(args, &asked, out),
            None => Ok(Exit::Findings),
        },
        SecretsWhat::Rotate(args) => rotate::run(args, fleet, out),
    }
}

/// Makes every secret that is missing, in plain files below `folder`, as another command's step. Gives the files that the
/// operator has to bring; `None` when there is a reason not to make any, which has been shown.
pub(crate) fn make_missing(
    folder: &Utf8Path,
    fleet: &Utf8Path,
    out: &mut Output,
) -> Result<Option<Vec<(String, String)>>> {
    let Some(asked) = asked(fleet, out)? else { return Ok(None) };
    let args = SecretsGenerate { out: folder.to_owned(), age: Vec::new(), identity: None };
    let made = generate::make(&args, &asked, fleet, out)?;
    Ok(made.map(|made| {
        made.work.to_bring.iter().map(|(place, _)| (place.host.clone(), place.name.clone())).collect()
    }))
}

/// Where the secrets of a fleet are kept, as `host/name`; `None` when it has errors, which have been shown.
pub(crate) fn places(fleet: &Utf8Path, out: &mut Output) -> Result<Option<BTreeSet<String>>> {
    let Some(asked) = asked(fleet, out)? else { return Ok(None) };
    let of = |need: Need| need.hosts.into_iter().map(move |host| format!("{host}/{}", need.name));
    Ok(Some(asked.needs.into_iter().flat_map(of).collect()))
}

fn asked(fleet: &Utf8Path, out: &mut Output) -> Result<Option<Asked>> {
    let Some(rendered) = stages::rendered(fleet, &[], stages::secrets, out)? else { return Ok(None) };
    let keys = public_keys(fleet)?;
    let hosts = rendered.hosts.iter().map(|(host, secrets)| (host.as_str(), secrets));
    Ok(Some(Asked { needs: secrets::plan(hosts), keys }))
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
