//! `rampart edge drain`: no new calls, while those that are there go on.

use anyhow::Result;
use camino::Utf8Path;
use jiff::Timestamp;
use serde_json::json;
use settings::region::MediaMode;
use values::{Moment, Name};

use super::{CACHE_HOURS, Told, changed, edge, edit, listed, live, resolved, to_deploy};
use crate::{Exit, args::EdgeDrain, output::Output};

/// Drains a host, or with `--undo` puts it back.
pub(super) fn run(args: &EdgeDrain, path: &Utf8Path, out: &mut Output) -> Result<Exit> {
    let name = &args.name;
    let Some(before) = resolved(path, out)? else { return Ok(Exit::Findings) };
    let (_, settings) = edge(before.checked.fleet(), name)?;
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

fn now() -> Result<Moment> {
    // Whole seconds are all that a day needs, and all that the form has.
    Ok(Timestamp::from_second(Timestamp::now().as_second())?.to_string().parse()?)
}
