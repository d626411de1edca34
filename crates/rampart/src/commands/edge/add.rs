//! `rampart edge add`: a new media server in the manifest.

use anyhow::Result;
use camino::Utf8Path;
use fleet::Resolved;
use serde_json::json;
use settings::region::MediaMode;
use values::Name;

use super::{Told, changed, edge, edit, listed, resolved, to_deploy};
use crate::{Exit, advice::Advice, args::EdgeAdd, commands::secrets, files::Change, output::Output};

/// Adds a host.
pub(super) fn run(args: &EdgeAdd, path: &Utf8Path, out: &mut Output) -> Result<Exit> {
    let name = &args.name;
    let Some(before) = resolved(path, out)? else { return Ok(Exit::Findings) };
    free(name, before.checked.fleet())?;
    let Some((mut fleet, mut plan)) = changed(path, |files| edit::add(files, args), out)? else {
        return Ok(Exit::Findings);
    };
    plan.apply()?;
    let mut bring = Vec::new();
    if let Some(folder) = &args.secrets {
        let Some(all) = secrets::make_missing(folder, path, out)? else { return Ok(Exit::Findings) };
        let own = all.into_iter().filter(|(host, _)| host == name.as_str());
        bring = own.map(|(host, secret)| format!("`{}`", folder.join(host).join(secret))).collect();
        // The public half of its tunnel key is known by now.
        let Some((with_key, second)) = changed(path, |_| Ok(Vec::new()), out)? else {
            return Ok(Exit::Findings);
        };
        second.apply()?;
        plan.changes.extend(second.changes.into_iter().filter(|(_, change)| *change != Change::None));
        fleet = with_key;
    }
    let steps = steps(args, &fleet, &bring, &listed(&to_deploy(&plan, &fleet, path), "nothing"))?;
    Told { host: name, plan: &plan, steps, more: json!({}) }.show(out)?;
    Ok(Exit::Fine)
}

fn free(name: &Name, fleet: &Resolved) -> Result<(), Advice> {
    if fleet.hosts.contains_key(name) {
        let help = "choose another name; `rampart show hosts` lists those that are taken";
        return Err(Advice::new(format!("there is a host `{name}` already"), help));
    }
    Ok(())
}

fn steps(args: &EdgeAdd, fleet: &Resolved, bring: &[String], deploy: &str) -> Result<Vec<String>> {
    let EdgeAdd { name, address, address6, .. } = args;
    let (_, settings) = edge(fleet, name)?;
    let addresses = match address6 {
        Some(address6) => format!("{address} and {address6}"),
        None => address.to_string(),
    };
    let mut steps = Vec::new();
    if args.secrets.is_none() {
        steps.push("`rampart secrets generate --out DIR` makes its keys; then `rampart render`.".to_owned());
    }
    if !bring.is_empty() {
        steps.push(format!("Bring {}, with mode 0400.", bring.join(" and ")));
    }
    let mut names = format!("`{}` and `{name}.turn.{}`", settings.focus_domain, fleet.fleet.domain);
    if settings.mode == MediaMode::Backbone {
        names.push_str(", and the table of `rampart show dns` for the geo-DNS service");
    }
    steps.push(format!("Add DNS records to {addresses}: {names}."));
    steps.push(format!("Install {name} and deploy it; then, in this order, deploy {deploy}."));
    steps.push(
        "Steering names it as soon as it is well; clients that keep their list follow within 24 hours. `rampart edge list` \
         shows it."
            .to_owned(),
    );
    Ok(steps)
}
