//! `rampart edge`: media servers come and go. The manifest is changed, what follows from it is written in the same run, and
//! the steps that are left to the operator are printed.

mod add;
mod drain;
mod edit;
mod list;
mod live;
mod remove;

use anyhow::Result;
use camino::{Utf8Path, Utf8PathBuf};
use fleet::{Relay, Resolved, ResolvedHost, Role};
use manifest::Files;
use render::HostFile;
use serde_json::{Value, json};
use settings::{edge::Edge, region::MediaMode};
use values::Name;

use super::render as rendering;
use crate::{
    Exit,
    advice::Advice,
    args::EdgeWhat,
    files::{Change, Plan},
    folder,
    output::Output,
    stages,
};

/// Hours for which clients keep a list of foci (matrix-rust-sdk, crates/matrix-sdk-common/src/ttl.rs).
const CACHE_HOURS: i64 = 24;

/// Does one of them.
pub(crate) fn run(what: &EdgeWhat, path: &Utf8Path, out: &mut Output) -> Result<Exit> {
    match what {
        EdgeWhat::Add(args) => add::run(args, path, out),
        EdgeWhat::Drain(args) => drain::run(args, path, out),
        EdgeWhat::Remove(args) => remove::run(args, path, out),
        EdgeWhat::List(args) => list::run(args, path, out),
    }
}

/// The fleet as it stands; `None` when it has errors, which have been shown.
fn resolved(path: &Utf8Path, out: &mut Output) -> Result<Option<stages::Rendered<Name>>> {
    stages::rendered(path, &[], |host| host.name, out)
}

/// A host of the fleet that is an edge.
fn edge<'f>(fleet: &'f Resolved, name: &Name) -> Result<(&'f ResolvedHost, &'f Edge)> {
    match fleet.hosts.get(name).map(|host| (host, &host.role)) {
        Some((host, Role::Edge(edge))) => Ok((host, edge)),
        Some((host, _)) => {
            let help = "`rampart edge list` lists the edges";
            Err(Advice::new(format!("`{name}` is no edge, but has the role `{}`", host.host.role), help)
                .into())
        }
        None => {
            let edges = fleet.edges().map(|(host, _)| host.name.as_str());
            let help = match diag::nearest(name.as_str(), edges) {
                Some(guess) => format!("did you mean `{guess}`?"),
                None => "`rampart edge list` lists the edges".to_owned(),
            };
            Err(Advice::new(format!("there is no host `{name}`"), help).into())
        }
    }
}

/// The fleet with a changed file of the manifest, and what has to be written; `None` when the changed fleet has errors,
/// which have been shown. Nothing is written yet.
fn changed(
    path: &Utf8Path,
    change: impl FnOnce(&mut Files) -> Result<Vec<edit::Changed>>,
    out: &mut Output,
) -> Result<Option<(Resolved, Plan)>> {
    let mut files = folder::read(path)?.files;
    let texts = change(&mut files)?;
    let keep = |host: HostFile| (host.text(), host.name);
    let stages::Verdict { report, sources, fleet } = stages::judge_files(files, &[], keep);
    let Some(stages::Rendered { checked, hosts }) = fleet else {
        out.refusal(&report, &sources)?;
        return Ok(None);
    };
    let mut plan = rendering::plan(path, checked.fleet(), hosts)?;
    for edit::Changed { file, text } in texts {
        match text {
            Some(text) => plan.want(file, text)?,
            None => plan.drop(file),
        }
    }
    Ok(Some((checked.fleet().clone(), plan)))
}

/// Hosts to whom their file says something new, in the order in which they are deployed.
fn to_deploy(plan: &Plan, fleet: &Resolved, path: &Utf8Path) -> Vec<Name> {
    let generated: Utf8PathBuf = path.join(folder::GENERATED);
    let host = |file: &Utf8Path| file.file_stem().and_then(|stem| stem.parse::<Name>().ok());
    let stale = plan.stale().filter(|(file, _)| file.parent() == Some(generated.as_path()));
    let news = stale.filter(|(file, change)| reaches_host(change, plan.text(file)));
    let mut hosts: Vec<Name> =
        news.filter_map(|(file, _)| host(file)).filter(|host| fleet.hosts.contains_key(host)).collect();
    hosts.sort_by_key(|host| fleet.wave_of(host));
    hosts
}

/// Whether a host learns of a change to its file. When it is deployed and with whom is only for those who deploy it.
fn reaches_host(change: &Change, after: Option<&str>) -> bool {
    let for_host = |text: &str| {
        let mut file: Value = serde_json::from_str(text).ok()?;
        let facts = file.get_mut("facts")?.as_object_mut()?;
        facts.retain(|fact, _| fact != "wave" && fact != "tags");
        Some(file)
    };
    let (Change::Stale(before), Some(after)) = (change, after) else { return true };
    let before = for_host(before);
    before.is_none() || before != for_host(after)
}

/// Of hosts, those whose relay leads to the media server of an edge of this mode, and the rest. A deployment restarts no
/// relay, because that hangs up on people (modules/daemons/coturn.nix), and one that runs learns neither addresses nor
/// secrets.
fn relays(hosts: &[Name], mode: MediaMode, fleet: &Resolved) -> (Vec<Name>, Vec<Name>) {
    let leads = |host: &Name| {
        fleet.edges().any(|(edge, settings)| edge.name == *host && settings.mode == MediaMode::Backbone)
    };
    hosts.iter().cloned().partition(|host| mode == MediaMode::Backbone && leads(host))
}

/// What to do with relays, and why.
fn start_again(relays: &[Name], why: &str) -> String {
    let how = if relays.len() > 1 { ", one after the other" } else { "" };
    format!(
        "On {} run `systemctl restart coturn`{how}: {why}. It hangs up on those that it relays; their clients are back \
         within half a minute.",
        listed(relays, "nothing")
    )
}

/// The public names of an edge.
fn names(host: &ResolvedHost, settings: &Edge, fleet: &Resolved) -> String {
    let relay = relay_name(host, fleet).map(|relay| format!(" and {relay}"));
    format!("`{}`{}", settings.focus_domain, relay.unwrap_or_default())
}

/// That of its relay, where it has one of its own.
fn relay_name(host: &ResolvedHost, fleet: &Resolved) -> Option<String> {
    let relay = host.relay().filter(|relay| *relay == Relay::Own)?;
    Some(format!("`{}.{}`", relay.label(&host.name), fleet.fleet.domain))
}

/// Whether other hosts serve the focus of an edge, too, so that it stays whatever becomes of this one.
fn is_one_of_many(name: &Name, fleet: &Resolved) -> bool {
    let hosts = fleet.focus_of(name).map(|focus| &focus.hosts).into_iter().flatten();
    hosts
        .filter(|other| *other != name)
        .any(|other| fleet.hosts.get(other).is_some_and(|other| !other.is_draining()))
}

/// What was done and what is left to do.
struct Told<'a> {
    host: &'a Name,
    plan: &'a Plan,
    /// In this order.
    deploy: Vec<Name>,
    steps: Vec<String>,
    /// Further members for programs.
    more: Value,
}

impl Told<'_> {
    fn show(self, out: &mut Output) -> Result<()> {
        let Self { host, plan, deploy, steps, more } = self;
        if out.is_json() {
            let files: Vec<Value> =
                plan.stale().map(|(file, change)| json!({ "file": file, "change": change.word() })).collect();
            let mut answer = json!({ "host": host, "files": files, "deploy": deploy, "steps": steps });
            if let (Some(answer), Value::Object(more)) = (answer.as_object_mut(), more) {
                answer.extend(more);
            }
            return Ok(out.json(&answer)?);
        }
        rendering::list(plan, out, rendering::written)?;
        out.line("\nNext:")?;
        for (number, step) in steps.iter().enumerate() {
            out.paragraph(&format!("{:>3}. {step}", number + 1))?;
        }
        Ok(())
    }
}

/// `a, b and c`, or what stands for none.
fn listed<T: ToString>(names: &[T], none: &str) -> String {
    let names: Vec<String> = names.iter().map(T::to_string).collect();
    match names.as_slice() {
        [] => none.to_owned(),
        [one] => one.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}
