//! The broker.

use std::net::SocketAddr;

use fleet::ports;
use serde_json::Value;
use settings::{
    broker::{Broker, BrokerHomeserver, Directory, Guests, HomeserverKind},
    core::Core,
    dmz::Dmz,
    homeserver::BrokerLimits,
};
use values::{Domain, Duration, Url};

use crate::{
    daemon::tuwunel::SOCKET as HOMESERVER,
    host::value,
    scene::{Scene, credential},
};

/// Where the broker listens beside its address.
pub(super) const SOCKET: &str = "/run/rampart-broker/broker.sock";
/// Where the core's bootstrap leaves the token of the bot's account (crate `broker`, `state`).
pub(crate) const BOT_TOKEN: &str = "/var/lib/rampart-broker/bot-token";
const UNIT: &str = "rampart-broker";

/// The core's instance, which answers one question.
pub(crate) fn core(core: &Core) -> Value {
    value(&Broker { directory: directory(core), ..shared(&core.server_name, &core.broker) })
}

/// The instance on a DMZ host: for the bot through the tunnel, for the page by its socket.
pub(crate) fn dmz(scene: &Scene<'_>, dmz: &Dmz, page_url: Url) -> Value {
    let tenant = scene.fleet.tenants.get(&dmz.tenant);
    let guests = Guests {
        listen: SocketAddr::from((scene.host.host.tunnel_address, ports::BROKER)),
        client_token_file: credential(UNIT, "client-token"),
        sentinel_file: credential(UNIT, "sentinel-token"),
        page_url,
        rooms: tenant.map(|tenant| tenant.rooms.clone()).unwrap_or_default(),
        room_version: dmz.homeserver.room_version.clone(),
        max_ttl: dmz.tokens.longest_life,
        max_uses: u32::try_from(dmz.tokens.most_uses.get()).unwrap_or(1),
    };
    value(&Broker { guests: Some(guests), ..shared(&dmz.domain, &dmz.broker) })
}

fn shared(server_name: &Domain, limits: &BrokerLimits) -> Broker {
    Broker {
        socket: SOCKET.to_owned(),
        homeserver: BrokerHomeserver {
            kind: HomeserverKind::Tuwunel,
            server_name: server_name.clone(),
            socket: Some(HOMESERVER.to_owned()),
            address: None,
            bootstrap_file: credential(UNIT, "homeserver-bootstrap"),
        },
        guests: None,
        directory: None,
        state_directory: "/var/lib/rampart-broker".to_owned(),
        max_connections: 256,
        // A page that is asked by hundreds a second comes to a tenth of this; the limit keeps a runaway client off.
        requests_per_second: 500,
        upstream_timeout: limits.upstream_timeout,
        stop_timeout: Duration::seconds(30),
        log_level: limits.log,
    }
}

/// The directory, wherever one is named: also beside other ways of making accounts it knows who has left.
fn directory(core: &Core) -> Option<Directory> {
    let (uri, base_dn, bind_dn) = core.ldap.searched()?;
    Some(Directory {
        uri: uri.clone(),
        base_dn: base_dn.to_owned(),
        bind_dn: bind_dn.to_owned(),
        password_file: credential(UNIT, "ldap-bind"),
        uid_attribute: core.ldap.uid_attribute.clone(),
        active_filter: core.ldap.active_filter.clone(),
    })
}

/// Whether the broker of the core asks a directory.
pub(crate) fn asks_directory(core: &Core) -> bool {
    directory(core).is_some()
}
