//! `[versions]`: which versions of the daemons the settings are rendered for.

use options_derive::Describe;
use serde::{Deserialize, Serialize};
use values::Version;

use crate::daemons::{Daemon, pinned};

/// Versions of the daemons that settings are rendered for. NixOS asserts that its packages take the same settings. The
/// defaults are what the pins of `flake.lock` give.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[describe(set = "versions")]
pub struct Versions {
    /// Traefik.
    #[option(derived, default = pinned(Daemon::Traefik), example = "3.7.13")]
    pub traefik: Version,
    /// Tuwunel, the homeserver.
    #[option(derived, default = pinned(Daemon::Tuwunel), example = "1.9.0")]
    pub tuwunel: Version,
    /// `LiveKit`, the media server.
    #[option(derived, default = pinned(Daemon::Livekit), example = "1.13.5")]
    pub livekit: Version,
    /// coturn, the relay.
    #[option(derived, default = pinned(Daemon::Coturn), example = "4.17.1")]
    pub coturn: Version,
    /// lk-jwt-service, the token service.
    #[option(derived, default = pinned(Daemon::TokenService), example = "0.5.0")]
    pub token_service: Version,
}

impl Versions {
    /// The version of one daemon.
    pub const fn of(&self, daemon: Daemon) -> Version {
        match daemon {
            Daemon::Traefik => self.traefik,
            Daemon::Tuwunel => self.tuwunel,
            Daemon::Livekit => self.livekit,
            Daemon::Coturn => self.coturn,
            Daemon::TokenService => self.token_service,
        }
    }

    /// Changes the version of one daemon.
    pub const fn set(&mut self, daemon: Daemon, version: Version) {
        let slot = match daemon {
            Daemon::Traefik => &mut self.traefik,
            Daemon::Tuwunel => &mut self.tuwunel,
            Daemon::Livekit => &mut self.livekit,
            Daemon::Coturn => &mut self.coturn,
            Daemon::TokenService => &mut self.token_service,
        };
        *slot = version;
    }
}
