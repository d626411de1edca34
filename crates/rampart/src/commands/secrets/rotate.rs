//! `rampart secrets rotate wireguard`: a new key for a host, without losing the way to it.
//!
//! An interface has one private key, so both ends have to change at the same moment. They do by their own timers, each with
//! a second one that takes everything back unless somebody has seen that the link works.

use std::io::ErrorKind;

use anyhow::Result;
use camino::{Utf8Path, Utf8PathBuf};
use fs_err as fs;
use render::HostFile;
use secrets::{NoRandomness, Place, SecretValue};
use serde_json::{Value, json};
use values::Name;
use zeroize::Zeroizing;

use super::{
    public_keys,
    store::{Form, Store},
};
use crate::{
    Exit,
    advice::Advice,
    args::{Rotated, SecretsRotate},
    files::Plan,
    folder,
    output::Output,
    stages,
};

/// Name of the secret.
const KEY: &str = "wireguard-private";
/// Name of the one that comes.
const NEXT: &str = "wireguard-private.next";
/// Seconds between the order and the change: enough to give the order on every host.
const AHEAD: u32 = 60;
/// Seconds after which a change that nobody confirmed is taken back.
const BACK: u32 = 180;

/// What is looked at of a host: how its tunnel is set up, and where it is deployed.
struct End {
    name: Name,
    tunnel: Value,
    address: Value,
    directory: Value,
}

/// A command, and the host that it is for.
struct Order {
    host: Name,
    address: String,
    /// What happens at the moment of change.
    forth: String,
    /// What takes it back.
    back: String,
}

/// Makes the new key and prints the plan, or makes it the one that counts.
pub(super) fn run(args: &SecretsRotate, fleet: &Utf8Path, out: &mut Output) -> Result<Exit> {
    let Rotated::Wireguard = args.what;
    let Some(rendered) = stages::rendered(fleet, &[], end, out)? else { return Ok(Exit::Findings) };
    let ends = rendered.hosts;
    let Some(own) = ends.iter().find(|end| end.name == args.host) else {
        let help = "`rampart show hosts` lists the hosts";
        return Err(Advice::new(format!("there is no host `{}`", args.host), help).into());
    };
    let old = own_public(args, fleet)?;
    if args.finish {
        return finish(args, fleet, &old, out);
    }
    let (file, new) = next(args)?;
    let orders = orders(own, &ends, &old, &new);
    if out.is_json() {
        let shown = |order: &Order| json!({ "host": order.host, "address": order.address, "forth": order.forth, "back": order.back });
        let orders: Vec<Value> = orders.iter().map(shown).collect();
        out.json(&json!({ "host": args.host, "file": file, "publicKey": new, "orders": orders }))?;
    } else {
        out.text(&plan(args, own, &file, &orders))?;
    }
    Ok(Exit::Fine)
}

fn end(mut host: HostFile) -> End {
    End {
        name: host.name,
        tunnel: host.json["services"]["wg-fleet"].take(),
        address: host.json["facts"]["deployAddress"].take(),
        directory: host.json["options"]["secrets"]["directory"].take(),
    }
}

/// The public half that the fleet knows.
fn own_public(args: &SecretsRotate, fleet: &Utf8Path) -> Result<String> {
    let keys = public_keys(fleet)?;
    keys.wireguard.get(args.host.as_str()).map(ToString::to_string).ok_or_else(|| {
        let help = "`rampart secrets generate --out DIR` makes its first one";
        Advice::new(format!("`{}` has no key in the tunnel yet", args.host), help).into()
    })
}

/// The file of the new key, made unless it is there, and its public half.
fn next(args: &SecretsRotate) -> Result<(Utf8PathBuf, String)> {
    let store = Store::at(&args.out);
    let place = Place { host: args.host.to_string(), name: NEXT.to_owned() };
    let file = store.path(&place, Form::Plain);
    if let Some(private) = read(&file)? {
        return Ok((file.clone(), public(&private, &file)?));
    }
    let (private, public) =
        secrets::tunnel_pair(&mut |bytes: &mut [u8]| getrandom::fill(bytes).map_err(|_| NoRandomness))?;
    store.put(&place, Form::Plain, private.expose())?;
    Ok((file, public))
}

fn public(private: &SecretValue, file: &Utf8Path) -> Result<String> {
    secrets::tunnel_public(private).ok_or_else(|| {
        Advice::new(format!("`{file}` is no key of the tunnel"), "delete it; the command makes another one")
            .into()
    })
}

fn read(file: &Utf8Path) -> Result<Option<SecretValue>> {
    match fs::read(file).map(Zeroizing::new) {
        Ok(bytes) => Ok(Some(SecretValue::new(&bytes))),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => {
            let help = "run the command as the user who owns the secrets";
            Err(Advice::new(format!("`{file}` cannot be read"), help).because(error).into())
        }
    }
}

/// What every end of the host's links has to do.
fn orders(own: &End, ends: &[End], old: &str, new: &str) -> Vec<Order> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let interface = text(&own.tunnel["interface"]);
    let key = |name: &str| format!("wg set {interface} private-key {}/{name}", text(&own.directory));
    let mut orders =
        vec![Order { host: own.name.clone(), address: text(&own.address), forth: key(NEXT), back: key(KEY) }];
    for end in ends {
        let peers = end.tunnel["peers"].as_array().into_iter().flatten();
        let Some(peer) = peers.into_iter().find(|peer| peer["name"] == own.name.as_str()) else { continue };
        let interface = text(&end.tunnel["interface"]);
        let change = |from: &str, to: &str| {
            let networks: Vec<_> = peer["allowedIPs"].as_array().into_iter().flatten().map(text).collect();
            let endpoint = peer["endpoint"].as_str().map(|to| format!(" endpoint {to}"));
            let keepalive = peer["persistentKeepalive"].as_u64();
            let keepalive = keepalive.map(|seconds| format!(" persistent-keepalive {seconds}"));
            format!(
                "wg set {interface} peer {from} remove peer {to} allowed-ips {}{}{}",
                networks.join(","),
                endpoint.unwrap_or_default(),
                keepalive.unwrap_or_default(),
            )
        };
        orders.push(Order {
            host: end.name.clone(),
            address: text(&end.address),
            forth: change(old, new),
            back: change(new, old),
        });
    }
    orders
}

/// Both steps, for people. Commands stand on lines of their own, whole, to be copied.
fn plan(args: &SecretsRotate, own: &End, file: &Utf8Path, orders: &[Order]) -> String {
    let (host, directory) = (&args.host, own.directory.as_str().unwrap_or_default());
    let begin = format!(
        "Step 1: bring the new key beside the old one. Nothing changes yet.\n\n  \
         scp -p {file} root@{}:{directory}/{NEXT}\n\n\
         Step 2: let both ends change at the same moment, {AHEAD} s after the order. Give all\n\
         orders within that time. The link rests for up to five seconds, the time between\n\
         two tries of a handshake; what is sent meanwhile waits. What nobody confirms is\n\
         taken back after {BACK} s.\n\n  \
         at=$(( $(date +%s) + {AHEAD} ))\n",
        own.address.as_str().unwrap_or_default(),
    );
    let give = |order: &Order| {
        let timer = |name: &str, moment: &str, command: &str| {
            format!(
                "systemd-run --quiet --unit=rampart-rotate-{name} --timer-property=AccuracySec=100ms \
                 --on-calendar=@{moment} {command}"
            )
        };
        let forth = timer("forth", "$at", &order.forth);
        let back = timer("back", &format!("$((at + {BACK}))"), &order.back);
        // The moment is the same everywhere because it is written into the order here.
        format!("  ssh root@{} \"{forth} && {back}\"\n", order.address)
    };
    let confirm =
        |order: &Order| format!("  ssh root@{} systemctl stop rampart-rotate-back.timer\n", order.address);
    let end = format!(
        "\nand here, so that a restart finds the new key, too:\n\n  \
         rampart secrets rotate wireguard {host} --out {} --finish\n",
        args.out
    );
    let given: String = orders.iter().map(give).collect();
    let confirmed: String = orders.iter().map(confirm).collect();
    format!("{begin}{given}\nDoes the link work? Then, on every one of these hosts:\n\n{confirmed}{end}")
}

/// The new key takes the place of the old one, and the fleet its public half.
fn finish(args: &SecretsRotate, fleet: &Utf8Path, old: &str, out: &mut Output) -> Result<Exit> {
    let store = Store::at(&args.out);
    let [now, next] = [KEY, NEXT]
        .map(|name| store.path(&Place { host: args.host.to_string(), name: name.to_owned() }, Form::Plain));
    let Some(private) = read(&next)? else {
        let help = "run the command without `--finish` first";
        return Err(Advice::new(format!("there is no new key at `{next}`"), help).into());
    };
    let new = public(&private, &next)?;
    // The public half first: with it in place, the old private half is known to be old.
    let path = fleet.join(folder::KEYS);
    let mut keys = public_keys(fleet)?;
    keys.wireguard.insert(args.host.clone(), new.parse()?);
    let mut plan = Plan::default();
    plan.want(path.clone(), render::text(&serde_json::to_value(&keys)?))?;
    plan.apply()?;
    fs::rename(&next, &now)?;
    if out.is_json() {
        out.json(&json!({ "host": args.host, "file": now, "publicKey": new, "replaced": old }))?;
    } else {
        out.line(format!("wrote    {path}\nwrote    {now}"))?;
        out.line("Next: `rampart render`, bring the key to the host under its usual name, deploy.")?;
    }
    Ok(Exit::Fine)
}
