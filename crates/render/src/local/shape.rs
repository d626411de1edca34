//! The file of a host as types: what Nix takes from it without asking.

use std::collections::BTreeMap;

use serde::{Deserialize, de::IgnoredAny};
use serde_json::Value;
use settings::{
    answer::Answer, audit::Audit, base::Base, bot::Bot, broker::Broker, core::Core, disk::Disk, dmz::Dmz,
    edge::Edge, enrol::Enrol, gateway::Gateway, guard::Guard, host::RoleName, mesh::Mesh, platform::Platform,
    secrets::Secrets, steer::Steer, tls::Tls, versions::Versions,
};
use values::{Cidr, InterfaceName, Name, WireguardKey};

/// The whole file. Members that are only looked up by one rule are not spelt out.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "the form is what is checked")]
pub(super) struct HostFile<'v> {
    _generated: &'v str,
    #[serde(borrow)]
    pub(super) facts: Facts<'v>,
    options: IgnoredAny,
    #[serde(borrow)]
    secrets: Table<'v, Secret<'v>>,
    #[serde(borrow)]
    units: Table<'v, Unit<'v>>,
    services: IgnoredAny,
    #[serde(borrow)]
    network: Network<'v>,
    firewall: &'v str,
    #[serde(borrow)]
    files: Table<'v, File<'v>>,
    #[serde(borrow)]
    flows: Vec<Flow<'v>>,
    /// What the file said before Nix laid its values over it; only a build has it.
    rendered: Option<IgnoredAny>,
}

/// A table whose keys are free.
type Table<'v, T> = BTreeMap<&'v str, T>;

/// Who the host is. What people want to read besides is free.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "the form is what is checked")]
pub(super) struct Facts<'v> {
    fleet: Name,
    host: Name,
    pub(super) role: RoleName,
    region: Name,
    domain: values::Domain,
    system: &'v str,
    state_version: values::StateVersion,
    tags: Vec<&'v str>,
    tunnel_address: std::net::Ipv4Addr,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "the form is what is checked")]
struct Secret<'v> {
    path: &'v str,
    owner: &'v str,
    group: &'v str,
    mode: Mode,
    units: Vec<&'v str>,
    shared: bool,
}

/// `0400` and the like, in octal digits.
#[derive(Deserialize)]
#[serde(try_from = "&str")]
struct Mode;

impl TryFrom<&str> for Mode {
    type Error = &'static str;

    fn try_from(text: &str) -> Result<Self, Self::Error> {
        let octal = text.len() == 4 && text.bytes().all(|digit| (b'0'..=b'7').contains(&digit));
        if octal { Ok(Self) } else { Err("a mode has four octal digits") }
    }
}

/// Further members are settings of systemd that only Nix looks at.
#[derive(Deserialize)]
#[expect(dead_code, reason = "the form is what is checked")]
struct Unit<'v> {
    #[serde(borrow)]
    credentials: Table<'v, &'v str>,
    #[serde(borrow)]
    made: Option<Table<'v, &'v str>>,
    after: Vec<&'v str>,
    environment: Option<Table<'v, &'v str>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(dead_code, reason = "the form is what is checked")]
struct Network<'v> {
    #[serde(borrow)]
    interfaces: Table<'v, Interface>,
    #[serde(borrow)]
    hosts: BTreeMap<std::net::IpAddr, Vec<&'v str>>,
    forward: bool,
    reserved_ports: &'v str,
    policy_routes: Vec<IgnoredAny>,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "the form is what is checked")]
struct Interface {
    name: InterfaceName,
    addresses: Vec<Cidr>,
    gateway: Option<std::net::IpAddr>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "the form is what is checked")]
struct File<'v> {
    text: &'v str,
    mode: Mode,
}

#[derive(Deserialize)]
#[expect(dead_code, reason = "the form is what is checked")]
struct Flow<'v> {
    from: &'v str,
    to: &'v str,
    net: &'v str,
    protocol: &'v str,
    ports: values::PortRange,
    kind: &'v str,
    unit: &'v str,
}

/// The tunnel, `services.wg-fleet`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "the form is what is checked")]
pub(super) struct Tunnel {
    interface: InterfaceName,
    address: Cidr,
    listen_port: u16,
    mtu: u16,
    private_key: String,
    peers: Vec<Peer>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[expect(dead_code, reason = "the form is what is checked")]
struct Peer {
    name: Name,
    public_key: Option<WireguardKey>,
    #[serde(rename = "allowedIPs")]
    allowed_ips: Vec<Cidr>,
    endpoint: Option<String>,
    persistent_keepalive: Option<u16>,
}

/// Reads a value as a type and tells what is wrong and where: path inside the value, and the fault.
pub(super) type Reader = fn(&Value) -> Result<(), (String, String)>;

/// Reads a value as `T`.
pub(super) fn read<'v, T: Deserialize<'v>>(value: &'v Value) -> Result<T, (String, String)> {
    // To keep the path costs more than reading itself, and nearly every file is good.
    if let Ok(good) = T::deserialize(value) {
        return Ok(good);
    }
    serde_path_to_error::deserialize(value)
        .map_err(|error| (error.path().to_string(), error.inner().to_string()))
}

fn reads<T: for<'v> Deserialize<'v>>(value: &Value) -> Result<(), (String, String)> {
    read::<T>(value).map(|_| ())
}

/// The option sets that every host has.
pub(super) const SETS: [(&str, Reader); 8] = [
    ("base", reads::<Base>),
    ("mesh", reads::<Mesh>),
    ("disk", reads::<Disk>),
    ("platform", reads::<Platform>),
    ("secrets", reads::<Secrets>),
    ("tls", reads::<Tls>),
    ("audit", reads::<Audit>),
    ("versions", reads::<Versions>),
];

/// The option set of a role.
pub(super) fn role_set(role: RoleName) -> (&'static str, Reader) {
    match role {
        RoleName::Gateway => ("gateway", reads::<Gateway>),
        RoleName::Core => ("core", reads::<Core>),
        RoleName::Edge => ("edge", reads::<Edge>),
        RoleName::Dmz => ("dmz", reads::<Dmz>),
    }
}

/// Settings of daemons that are of ours, or that only one of our modules reads.
pub(super) const SERVICES: [(&str, Reader); 7] = [
    ("wg-fleet", reads::<Tunnel>),
    ("rampart-guard", reads::<Guard>),
    ("rampart-answer", reads::<Answer>),
    ("rampart-steer", reads::<Steer>),
    ("rampart-broker", reads::<Broker>),
    ("rampart-bot", reads::<Bot>),
    ("rampart-enrol", reads::<Enrol>),
];
