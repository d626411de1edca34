//! `rampart edge drain`: no new calls, while those that are there go on.

use anyhow::Result;
use camino::Utf8Path;
use fleet::ResolvedHost;
use jiff::Timestamp;
use serde_json::json;
use settings::{edge::Edge, region::MediaMode};
use values::{Moment, Name};

use super::{CACHE_HOURS, Told, changed, edge, edit, is_one_of_many, listed, live, resolved, to_deploy};
use crate::{Exit, args::EdgeDrain, output::Output};

/// Drains a host, or with `--undo` puts it back.
pub(super) fn run(args: &EdgeDrain, path: &Utf8Path, out: &mut Output) -> Result<Exit> {
    let name = &args.name;
    let Some(before) = resolved(path, out)? else { return Ok(Exit::Findings) };
    let (host, settings) = edge(before.checked.fleet(), name)?;
    let is_node = is_one_of_many(name, before.checked.fleet());
    let is_way_in = settings.mode == MediaMode::Backbone;
    // A second run must not begin the day anew.
    let since = match (&settings.draining_since, args.undo) {
        (_, true) => None,
        (Some(since), false) => Some(since.clone()),
        (None, false) => Some(now()?),
    };
    let Some((fleet, plan)) = changed(path, |files| edit::drain(files, name, since.as_ref()), out)? else {
        return Ok(Exit::Findings);
    };
    plan.apply()?;
    let word = if args.undo { "undrain" } else { "drain" };
    let asked = live::ask(&fleet, &args.core, &[word, name.as_str()], out);
    let status = match &asked {
        Ok(status) => status.as_ref(),
        Err(error) => {
            out.note(format!(
                "The core was not told: {error}\nUntil it is deployed, it tells clients as before."
            ))?;
            None
        }
    };
    let hosts = to_deploy(&plan, &fleet, path);
    let deploy = listed(&hosts, "nothing");
    let mut steps = match &since {
        Some(_) if is_node => emptied(host, settings, &deploy, &live::in_use(status, name)),
        None if is_node => vec![format!(
            "Commit, and deploy {deploy}; `{}` gets a DNS record to {name} again.",
            settings.focus_domain
        )],
        Some(since) => drained(name, since, &deploy, status.is_some(), &live::in_use(status, name)),
        None => {
            vec![format!("Commit, and deploy {deploy}: the lists that are not steered name {name} again.")]
        }
    };
    if is_way_in {
        let why = if args.undo { "names it again" } else { "leaves it out" };
        let table = format!(
            "Give the geo-DNS service the table of `rampart show dns`, which {why}: the relay of {name} is the way in to \
             calls elsewhere, too."
        );
        steps.insert(usize::from(status.is_some() && !args.undo), table);
    }
    let figures = status.and_then(|status| live::server(status, name)).and_then(|(_, server)| server.figures);
    let more = json!({
        "drainingSince": since,
        "told": status.is_some(),
        "rooms": figures.map(|figures| figures.rooms),
        "participants": figures.map(|figures| figures.participants),
    });
    Told { host: name, plan: &plan, deploy: hosts, steps, more }.show(out)?;
    Ok(Exit::findings(asked.is_err()))
}

fn drained(name: &Name, since: &Moment, deploy: &str, told: bool, in_use: &str) -> Vec<String> {
    let mut steps = Vec::new();
    if told {
        steps.push(format!("Done: steering names {name} to nobody. On it are {in_use}; they go on."));
    }
    steps.push(format!("Commit, and deploy {deploy}: the lists that are not steered leave {name} out, too."));
    steps.push(format!(
        "Wait until {CACHE_HOURS} hours after {since}: until then some clients come with a list that they kept. Their token \
         service stays."
    ));
    steps.push(format!(
        "`rampart edge list` shows who is still there; when nobody is, `rampart edge remove {name}`."
    ));
    steps
}

/// A node of a cluster: its focus stays, and LiveKit knows nothing of draining until it is stopped.
fn emptied(host: &ResolvedHost, settings: &Edge, deploy: &str, in_use: &str) -> Vec<String> {
    let (name, domain) = (&host.name, &settings.focus_domain);
    vec![
        format!(
            "Commit, and deploy {deploy}. `{}` stays in all lists, because its other nodes serve it, and calls still begin \
             on {name}. On it are {in_use}.",
            settings.focus
        ),
        format!(
            "Delete the DNS record of `{domain}` that leads to {name}, and wait for as long as the longest call: whoever \
             comes in by {name} is hung up on when it stops, wherever the call is."
        ),
        format!("On {name} run `systemctl stop livekit`: it takes no new calls, and waits for those on it."),
        format!(
            "When it has stopped, `rampart edge remove {name} --force`: nobody can say then who is on it."
        ),
    ]
}

fn now() -> Result<Moment> {
    // Whole seconds are all that a day needs, and all that the form has.
    Ok(Timestamp::from_second(Timestamp::now().as_second())?.to_string().parse()?)
}
