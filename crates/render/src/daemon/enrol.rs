//! The enrolment page.

use std::net::{Ipv4Addr, SocketAddr};

use fleet::ports;
use serde_json::Value;
use settings::{
    dmz::Dmz,
    enrol::{ChatClient, Enrol, Look},
};
use values::{Colour, Duration, Url};

use super::{broker, guard};
use crate::{host::value, scene::Scene};

/// Where people have the page.
pub(crate) fn page_url(dmz: &Dmz) -> Option<Url> {
    format!("https://{}/register", dmz.domain).parse().ok()
}

/// A tenant's page.
pub(crate) fn dmz(scene: &Scene<'_>, dmz: &Dmz) -> Option<Value> {
    let tenant = scene.fleet.tenants.get(&dmz.tenant)?;
    let page = &dmz.page;
    let number = |wanted: i64| u32::try_from(wanted).unwrap_or(u32::MAX);
    Some(value(&Enrol {
        listen: SocketAddr::from((Ipv4Addr::LOCALHOST, ports::ENROL)),
        page_url: page_url(dmz)?,
        server_name: dmz.domain.clone(),
        broker_socket: broker::SOCKET.to_owned(),
        register_socket: guard::ENROL_SOCKET.to_owned(),
        look: Look {
            title: tenant.title.clone(),
            colour: tenant.colour.clone().or_else(plain)?,
            logo_file: page.logo.clone(),
            terms_url: tenant.terms.clone(),
        },
        clients: tenant.clients.iter().map(client).collect(),
        max_connections: 512,
        least_password: number(page.least_password.get()),
        address_per_minute: number(page.address_per_minute.get()),
        token_per_minute: number(page.token_per_minute.get()),
        stop_timeout: Duration::seconds(30),
        log_level: page.log,
    }))
}

/// A blue on which white can be read.
fn plain() -> Option<Colour> {
    "#1a5fb4".parse().ok()
}

/// A link is shown by where it leads.
fn client(url: &Url) -> ChatClient {
    let name = url.as_str().split_once("://").map_or(url.as_str(), |(_, rest)| rest);
    ChatClient { name: name.trim_end_matches('/').to_owned(), url: url.clone() }
}
