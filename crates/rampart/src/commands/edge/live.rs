//! What the core knows of the media servers at this moment: `rampart-steer`, asked where it runs.

use std::process::{Command, Stdio};

use anyhow::Result;
use fleet::Resolved;
use steering::{ServerStatus, State, Status};
use values::Name;

use crate::{advice::Advice, args::ReachCore, output::Output};

/// Asks the core; `None` when it shall not be asked. It may take ten seconds to find out that there is no way to it.
pub(super) fn ask(
    fleet: &Resolved,
    how: &ReachCore,
    words: &[&str],
    out: &mut Output,
) -> Result<Option<Status>> {
    if how.offline {
        return Ok(None);
    }
    let command = command(fleet, how)?;
    let Some((program, before)) = command.split_first() else {
        return Err(
            Advice::new("`--via` names no command", "write it as in `--via \"ssh root@core\"`").into()
        );
    };
    let shown = command.join(" ");
    let fault = |cause: String| {
        let help = "name a way to the core with `--via COMMAND`, or leave it out with `--offline`";
        Advice::new(format!("`{shown} rampart-steer {}`: {cause}", words.join(" ")), help)
    };
    out.progress(format!("asking the core: {shown} …"))?;
    let output = Command::new(program)
        .args(before)
        .arg("rampart-steer")
        .args(words)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| fault("it cannot be started".to_owned()).because(error))?;
    if !output.status.success() {
        let said = String::from_utf8_lossy(&output.stderr);
        return Err(fault(said.trim().lines().last().unwrap_or("it failed").to_owned()).into());
    }
    let status = serde_json::from_slice(&output.stdout).map_err(|error| fault(error.to_string()))?;
    Ok(Some(status))
}

/// By SSH to where the core is deployed: without questions, and without waiting for ever.
fn command(fleet: &Resolved, how: &ReachCore) -> Result<Vec<String>> {
    if let Some(via) = &how.via {
        return Ok(via.split_whitespace().map(str::to_owned).collect());
    }
    let Some((core, _)) = fleet.core() else {
        return Err(Advice::new("the fleet has no core", "`rampart check` says more").into());
    };
    let address = render::deploy_address(core);
    let words = ["ssh", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10"];
    Ok(words.into_iter().map(str::to_owned).chain([format!("root@{address}")]).collect())
}

/// What is known of one host, and whether its focus is told to clients.
pub(super) fn server<'s>(status: &'s Status, host: &Name) -> Option<(State, &'s ServerStatus)> {
    status.foci.iter().find_map(|focus| {
        let found = focus.servers.iter().find(|server| server.host == *host)?;
        Some((focus.state, found))
    })
}

/// Calls and people on a host, in words.
pub(super) fn in_use(status: Option<&Status>, host: &Name) -> String {
    let figures = status.and_then(|status| server(status, host)).and_then(|(_, server)| server.figures);
    match figures {
        Some(figures) => format!("{} calls with {} people", figures.rooms, figures.participants),
        None => "an unknown number of calls".to_owned(),
    }
}
