//! What is open before there is a ruleset: at each boot, until the disk is unlocked.

use std::collections::BTreeMap;

use fleet::Resolved;
use values::{Name, Port};

const HEAD: &str = "At boot, until the disk is unlocked, there is no ruleset. Whoever gets there reaches the kernel, which \
                    answers pings, and the SSH of stage 1, which takes the keys that may unlock and no password:";

/// What `show ports` and `show flows` say at their end about all hosts, or about one. Stage 1 is not in the list of flows,
/// which is what rulesets are made of: it has none (modules/parts/unlock.nix).
pub(super) fn note(fleet: &Resolved, only: Option<&Name>) -> String {
    let mut doors: BTreeMap<(Port, &str), Vec<&str>> = BTreeMap::new();
    for host in fleet.hosts.values().filter(|host| only.is_none_or(|name| host.name == *name)) {
        let is_public = host.host.address.is_some();
        let from = if is_public { "the internet" } else { "its segment and whatever is routed there" };
        doors.entry((host.disk.unlock_port, from)).or_default().push(host.name.as_str());
    }
    let doors =
        doors.iter().map(|((port, from), hosts)| format!("\n{port}/tcp from {from}: {}", hosts.join(", ")));
    HEAD.to_owned() + &doors.collect::<String>()
}
