//! `rampart edge remove`: a drained media server leaves the manifest.

use anyhow::Result;
use camino::Utf8Path;
use fleet::ResolvedHost;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use settings::edge::Edge;
use steering::Status;
use values::Name;

use super::{
    CACHE_HOURS, Told, changed, edge, edit, listed, live, names, relays, resolved, start_again, to_deploy,
};
use crate::{Exit, advice::Advice, args::EdgeRemove, commands::secrets, output::Output};

/// Removes a host.
pub(super) fn run(args: &EdgeRemove, path: &Utf8Path, out: &mut Output) -> Result<Exit> {
    let name = &args.name;
    let Some(before) = resolved(path, out)? else { return Ok(Exit::Findings) };
    let fleet = before.checked.fleet();
    let (host, settings) = edge(fleet, name)?;
    if !args.force {
        rested(name, settings, Timestamp::now())?;
        empty(name, live::ask(fleet, &args.core, &["status"], out)?.as_ref())?;
    }
    // A cluster's name belongs to its other nodes, too, which only lose an address.
    let kept = if settings.focus == *name { "" } else { "its address at " };
    let names = format!("{kept}{}", names(host, settings, fleet));
    let Some(had) = secrets::places(path, out)? else { return Ok(Exit::Findings) };
    let Some((after, plan)) = changed(path, |files| edit::remove(files, name), out)? else {
        return Ok(Exit::Findings);
    };
    plan.apply()?;
    let Some(has) = secrets::places(path, out)? else { return Ok(Exit::Findings) };
    let gone: Vec<&String> = had.difference(&has).collect();
    let deploy = to_deploy(&plan, &after, path);
    let mut steps = vec![format!(
        "Commit, and deploy {}: the tunnel and the lists forget {name}.",
        listed(&deploy, "nothing")
    )];
    let (relays, _) = relays(&deploy, settings.mode, &after);
    if !relays.is_empty() {
        steps.push(start_again(&relays, &format!("a relay that runs still takes the secret of {name}")));
    }
    steps.extend(relayed(host, settings));
    steps.extend([
        format!("Turn {name} off, and erase its disk: its keys are on it."),
        format!("Delete its secrets where they are kept: {}.", kept_at(name, &gone)),
        format!("Last, delete its DNS records: {names}."),
    ]);
    Told { host: name, plan: &plan, deploy, steps, more: json!({ "secrets": gone }) }.show(out)?;
    Ok(Exit::Fine)
}

/// How to see who is still relayed. Neither steering nor `--force` knows them: they are in calls of other media servers,
/// and coturn, whose control panel is off, tells nobody. It opens one socket in this range for each of them.
fn relayed(host: &ResolvedHost, settings: &Edge) -> Option<String> {
    host.relay().filter(|relay| relay.is_coturn())?;
    let (name, first, last) = (&host.name, settings.turn.relay_port_first, settings.turn.relay_port_last);
    Some(format!(
        "Who comes in by its relay to calls elsewhere is counted nowhere. Wait until this is silent on {name}: \
         `ss -Huan 'sport >= :{first} and sport <= :{last}'`."
    ))
}

/// The folder of a host, and what it shares with others: `the folder a, b/x and c/x`.
fn kept_at(name: &Name, places: &[&String]) -> String {
    let own = format!("{name}/");
    let shared = places.iter().filter(|place| !place.starts_with(&own)).map(|place| format!("`{place}`"));
    let all: Vec<String> = std::iter::once(format!("the folder `{name}`")).chain(shared).collect();
    listed(&all, "nowhere")
}

/// Clients that kept a list must have had the time to ask again.
fn rested(name: &Name, settings: &Edge, now: Timestamp) -> Result<(), Advice> {
    let Some(since) = &settings.draining_since else {
        let help = format!("`rampart edge drain {name}` first; `--force` removes it whatever is on it");
        return Err(Advice::new(format!("`{name}` is not draining"), help));
    };
    let day = SignedDuration::from_hours(CACHE_HOURS);
    // A day that is not in the calendar is no day that has passed.
    let begun = since.as_str().parse::<Timestamp>().ok();
    if begun.is_some_and(|begun| now.duration_since(begun) >= day) {
        return Ok(());
    }
    let end = begun.and_then(|begun| begun.checked_add(day).ok());
    let help = match end {
        Some(end) => format!("wait until {end}; `--force` removes it whatever is on it"),
        None => "correct `draining-since`".to_owned(),
    };
    let fault =
        format!("`{name}` is draining since {since}; some clients keep their list for {CACHE_HOURS} hours");
    Err(Advice::new(fault, help))
}

fn empty(name: &Name, status: Option<&Status>) -> Result<(), Advice> {
    let figures = status.and_then(|status| live::server(status, name)).and_then(|(_, server)| server.figures);
    let help = "`rampart edge list` shows it; `--force` removes it whatever is on it";
    match figures {
        Some(figures) if figures.participants == 0 && figures.rooms == 0 => Ok(()),
        Some(_) => Err(Advice::new(format!("there are {} on `{name}`", live::in_use(status, name)), help)),
        None => Err(Advice::new(format!("nobody can say whether calls run on `{name}`"), help)),
    }
}
