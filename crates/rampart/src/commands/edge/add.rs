//! `rampart edge add`: a new media server in the manifest.

use anyhow::Result;
use camino::Utf8Path;
use fleet::{Resolved, Role};
use serde_json::json;
use settings::region::MediaMode;
use values::Name;

use super::{
    Told, changed, edge, edit, is_one_of_many, listed, names, relay_name, relays, resolved, start_again,
    to_deploy,
};
use crate::{Exit, advice::Advice, args::EdgeAdd, commands::secrets, output::Output};

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
        plan.then(second);
        fleet = with_key;
    }
    let deploy = order(to_deploy(&plan, &fleet, path), name, &fleet);
    let steps = steps(args, &fleet, &bring, &deploy)?;
    Told { host: name, plan: &plan, deploy, steps, more: json!({}) }.show(out)?;
    Ok(Exit::Fine)
}

fn free(name: &Name, fleet: &Resolved) -> Result<(), Advice> {
    if fleet.hosts.contains_key(name) {
        let help = "choose another name; `rampart show hosts` lists those that are taken";
        return Err(Advice::new(format!("there is a host `{name}` already"), help));
    }
    Ok(())
}

/// Whoever tells clients of the new media server comes after those who lead them there: a call on it needs the host, the
/// way through the gateway, and the token service on the core. Guests hear of it by a list that nobody steers, so last.
fn order(mut deploy: Vec<Name>, new: &Name, fleet: &Resolved) -> Vec<Name> {
    let place = |host: &Name| match fleet.hosts.get(host).map(|host| &host.role) {
        Some(Role::Edge(_)) if host == new => 0,
        Some(Role::Edge(_)) | None => 1,
        Some(Role::Gateway(_)) => 2,
        Some(Role::Core(_)) => 3,
        Some(Role::Dmz(_)) => 4,
    };
    // Those of one role stay in the order of their waves.
    deploy.sort_by_key(place);
    deploy
}

fn steps(args: &EdgeAdd, fleet: &Resolved, bring: &[String], deploy: &[Name]) -> Result<Vec<String>> {
    let EdgeAdd { name, address, address6, .. } = args;
    let (host, settings) = edge(fleet, name)?;
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
    // Who comes in by the name of a cluster must not be led to a node that is not there yet.
    let is_node = is_one_of_many(name, fleet);
    match relay_name(host, fleet) {
        Some(relay) if is_node => steps.push(format!("Add a DNS record to {addresses}: {relay}.")),
        None if is_node => {}
        _ => steps.push(format!("Add DNS records to {addresses}: {}.", names(host, settings, fleet))),
    }
    let others: Vec<Name> = deploy.iter().filter(|host| *host != name).cloned().collect();
    let (relays, others) = relays(&others, settings.mode, fleet);
    let order = if others.len() > 1 { ", in this order," } else { "" };
    let last = format!("then{order} deploy {}.", listed(&others, "nothing"));
    if relays.is_empty() {
        steps.push(format!("Install {name} and deploy it; {last}"));
    } else {
        steps.push(format!("Install {name} and deploy it; then deploy {}.", listed(&relays, "nothing")));
        let why = format!(
            "a relay that runs does not lead to {name}, and who comes in by it would not hear the people there"
        );
        steps.push(format!("{} Only {last}", start_again(&relays, &why)));
    }
    steps.push(if is_node {
        format!(
            "Calls begin on it as soon as it runs. When `rampart edge list` shows that it is well, add a DNS record to \
             {addresses}: `{}`. People come in by it, too, from then on.",
            settings.focus_domain
        )
    } else {
        "Steering names it as soon as it is well; clients that keep their list follow within 24 hours. `rampart edge list` \
         shows it."
            .to_owned()
    });
    if settings.mode == MediaMode::Backbone {
        steps.push(format!(
            "Give the geo-DNS service the new table of `rampart show dns`: people near {name} come in by its relay from \
             then on."
        ));
    }
    Ok(steps)
}
