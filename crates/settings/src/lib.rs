//! Layer 1: one file per role, part or manifest table; the struct in it *is* the setting.
//!
//! A struct with `#[describe(set = "…")]` is at once the NixOS option set, its documentation, the JSON Schema of its
//! table, the rendered settings and their parser. See `docs/architecture.md`.

pub mod answer;
pub mod audit;
pub mod base;
pub mod bot;
pub mod broker;
pub mod core;
pub mod daemons;
pub mod discovery;
pub mod disk;
pub mod dmz;
pub mod edge;
pub mod enrol;
pub mod fleet;
pub mod gateway;
pub mod guard;
pub mod homeserver;
pub mod host;
pub mod link;
pub mod livekit;
pub mod mesh;
pub mod platform;
pub mod region;
pub mod secrets;
pub mod steer;
pub mod steering;
pub mod tenant;
pub mod tls;
pub mod turn;
pub mod versions;

use options::{Describe, OptionSet};

/// The sets that become `rampart.<set>.*` in NixOS, in the order of the documentation.
pub fn nixos_sets() -> Vec<OptionSet> {
    vec![
        base::Base::describe(),
        mesh::Mesh::describe(),
        disk::Disk::describe(),
        platform::Platform::describe(),
        secrets::Secrets::describe(),
        tls::Tls::describe(),
        audit::Audit::describe(),
        versions::Versions::describe(),
        gateway::Gateway::describe(),
        core::Core::describe(),
        edge::Edge::describe(),
        dmz::Dmz::describe(),
    ]
}

/// The tables that stay in the manifest: they describe the fleet, not one host.
pub fn manifest_tables() -> Vec<OptionSet> {
    vec![
        fleet::Fleet::describe(),
        region::Region::describe(),
        host::Host::describe(),
        tenant::Tenant::describe(),
    ]
}
