//! The bot that takes orders about guests.

use std::net::{Ipv4Addr, SocketAddr};

use fleet::ports;
use serde_json::Value;
use settings::{
    bot::{Bot, BotTenant, Orders},
    core::Core,
    dmz::Dmz,
};
use values::{Duration, Name};

use super::broker;
use crate::{
    host::value,
    scene::{self, Scene},
};

/// Its unit, and the local part of its account.
pub(crate) const UNIT: &str = "rampart-bot";

/// Name, inside the unit, of the credential for a tenant's broker.
pub(crate) fn credential(tenant: &Name) -> String {
    format!("client-token-{tenant}")
}

/// The bot of a fleet whose tenants have servers.
pub(crate) fn core(scene: &Scene<'_>, core: &Core) -> Option<Value> {
    let tenants: Vec<_> =
        scene.fleet.dmzs().filter_map(|(host, dmz)| tenant(scene, host.host.tunnel_address, dmz)).collect();
    if tenants.is_empty() {
        return None;
    }
    let options = &core.bot;
    Some(value(&Bot {
        homeserver: SocketAddr::from((scene.host.host.tunnel_address, ports::GUARD)),
        server_name: core.server_name.clone(),
        user: format!("@{UNIT}:{}", core.server_name).parse().ok()?,
        token_file: scene::credential(UNIT, "token"),
        room_version: core.homeserver.room_version.clone(),
        accounts_socket: broker::SOCKET.to_owned(),
        prefix: options.prefix.clone(),
        orders: Orders {
            power_level: options.power_level,
            allowed: options.allowed.clone(),
            second_approval: options.second_approval,
            default_life: options.default_life,
            quota: options.quota,
            per_minute: options.per_minute,
            confirm_timeout: options.confirm_timeout,
            longest_delay: options.longest_delay,
        },
        tenants,
        watch_interval: Duration::seconds(30),
        // The broker itself waits for its homeserver, several times for some verbs.
        broker_timeout: Duration::minutes(1),
        state_directory: "/var/lib/rampart-bot".to_owned(),
        metrics: SocketAddr::from((Ipv4Addr::LOCALHOST, ports::BOT_METRICS)),
        stop_timeout: Duration::seconds(30),
        log_level: options.log,
    }))
}

fn tenant(scene: &Scene<'_>, address: Ipv4Addr, dmz: &Dmz) -> Option<BotTenant> {
    let tenant = scene.fleet.tenants.get(&dmz.tenant)?;
    Some(BotTenant {
        name: dmz.tenant.clone(),
        title: tenant.title.clone(),
        domain: dmz.domain.clone(),
        staff: tenant.staff.clone(),
        broker: SocketAddr::from((address, ports::BROKER)),
        client_token_file: scene::credential(UNIT, &credential(&dmz.tenant)),
    })
}
