//! The one table of daemons: what each pinned package gives, below which version none is run, and which of the keys that
//! we write only some versions know. Rendering, the rules on versions, `modules/generated/daemons.json` and through it the
//! NixOS modules all read it (decision 0010).
//!
//! A row is added when a key that is rendered comes or goes with a version; a key that every version above the floors
//! knows needs none.

pub mod livekit_keys;

use std::{fmt, str::FromStr};

use values::Version;

/// The daemons of others whose versions matter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Daemon {
    /// Traefik.
    Traefik,
    /// Tuwunel.
    Tuwunel,
    /// `LiveKit`.
    Livekit,
    /// coturn.
    Coturn,
    /// lk-jwt-service.
    TokenService,
}

/// Everything about one daemon.
#[derive(Debug)]
pub struct Entry {
    /// The daemon.
    pub daemon: Daemon,
    /// Its unit, or how the names of its units begin.
    pub unit: &'static str,
    /// Its attribute in nixpkgs.
    pub package: &'static str,
    /// The version that the newer of the two pinned package sets gives. See decision 0010 for how it is known.
    pub pinned: Version,
    /// Versions below which it is not run, the lowest first.
    pub floors: &'static [Floor],
    /// Keys that we write and that not every version above the floors takes.
    pub keys: &'static [Key],
}

/// A version below which a daemon must not be run.
#[derive(Debug)]
pub struct Floor {
    /// The lowest version that will do.
    pub at_least: Version,
    /// Which hosts it concerns.
    pub when: When,
    /// Why, as the end of a sentence.
    pub reason: &'static str,
}

/// On which hosts a floor holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum When {
    /// Wherever the daemon runs.
    Always,
    /// Under the audit profile.
    Audit,
    /// Where people log in at an `OpenID` provider.
    Oidc,
    /// Beside `rampart-broker`.
    Broker,
}

/// A key that only some versions take.
#[derive(Debug)]
pub struct Key {
    /// Where it stands below the unit's settings. `*` is any key.
    pub path: &'static str,
    /// The first version that knows it.
    pub since: Version,
    /// The first version that does not know it any more.
    pub until: Option<Version>,
}

impl Key {
    /// Whether a version takes the key.
    pub fn is_known_to(&self, version: Version) -> bool {
        self.since <= version && self.until.is_none_or(|until| version < until)
    }
}

/// The lowest version there is.
const EVER: Version = Version::new(0, 0, 0);

/// The table.
pub const TABLE: [Entry; 5] = [
    Entry {
        daemon: Daemon::Traefik,
        unit: "traefik",
        package: "traefik",
        pinned: Version::new(3, 7, 8),
        floors: &[
            Floor {
                at_least: Version::new(3, 7, 2),
                when: When::Always,
                // pkg/observability/types/logs.go; 3.6.18 has it too, 3.7.0 and 3.7.1 do not.
                reason: "older ones cannot leave query strings, where old clients put access tokens, out of their log",
            },
            Floor {
                at_least: Version::new(3, 7, 13),
                when: When::Always,
                reason: "CVE-2026-88009: a request target without a path root is routed as `/`, whatever its path",
            },
        ],
        // docs/content/migrate/v3.md. An unknown key in the static file stops it; both keys with different values, too.
        keys: &[
            Key {
                path: "static.entryPoints.*.http.underscoreHeadersStrategy",
                since: Version::new(3, 7, 6),
                until: Some(Version::new(3, 7, 12)),
            },
            Key {
                path: "static.entryPoints.*.http.aliasHeadersStrategy",
                since: Version::new(3, 7, 12),
                until: None,
            },
        ],
    },
    Entry {
        daemon: Daemon::Tuwunel,
        unit: "tuwunel",
        package: "matrix-tuwunel",
        pinned: Version::new(1, 8, 3),
        floors: &[
            Floor {
                at_least: Version::new(1, 6, 1),
                when: When::Always,
                // src/core/config/mod.rs: error_on_unknown_config_opts and registration_token_file came with 1.5.0,
                // disable_local_redactions with 1.5.1, allowed_remote_server_names_experimental with 1.6.0,
                // ip_source with 1.6.1.
                reason: "older ones do not know the guard rails that are set",
            },
            Floor {
                at_least: Version::new(1, 8, 1),
                when: When::Audit,
                reason: "older ones cannot lock encryption and redaction by power level (default_power_level_content_override)",
            },
            Floor {
                at_least: Version::new(1, 9, 0),
                when: When::Oidc,
                reason: "older ones let an account of a provider in by password",
            },
            Floor {
                at_least: Version::new(1, 9, 0),
                when: When::Broker,
                reason: "the broker's calls of the admin API are measured on 1.9",
            },
        ],
        // src/core/config/mod.rs by tag. Unknown keys stop it, because we ask for that.
        keys: &[
            Key { path: "global.oidc_native_auth", since: Version::new(1, 8, 1), until: None },
            Key {
                path: "global.default_power_level_content_override",
                since: Version::new(1, 8, 1),
                until: None,
            },
            Key { path: "global.rendezvous_enabled", since: Version::new(1, 8, 3), until: None },
        ],
    },
    Entry {
        daemon: Daemon::Livekit,
        unit: "livekit",
        package: "livekit",
        pinned: Version::new(1, 13, 2),
        floors: &[Floor {
            at_least: Version::new(1, 13, 0),
            when: When::Always,
            // pkg/config: secret_file came with 1.13.0, the lifetime of TURN credentials is checked since 1.12;
            // livekit#4383: TURN addresses of 1.10.0 that no client parses.
            reason: "older ones take a relay's secret only in their settings, and 1.10.0 hands out malformed relay addresses",
        }],
        keys: &[],
    },
    Entry {
        daemon: Daemon::Coturn,
        unit: "coturn",
        package: "coturn",
        pinned: Version::new(4, 13, 1),
        floors: &[Floor {
            at_least: Version::new(4, 11, 0),
            when: When::Always,
            reason: "older ones start with a malformed denied-peer-ip and then relay to private addresses",
        }],
        // src/apps/relay/mainrelay.c: from 4.7 on, TLS 1.0 and 1.1 are off unless asked for.
        keys: &[
            Key { path: "settings.no-tlsv1", since: EVER, until: Some(Version::new(4, 7, 0)) },
            Key { path: "settings.no-tlsv1_1", since: EVER, until: Some(Version::new(4, 7, 0)) },
        ],
    },
    Entry {
        daemon: Daemon::TokenService,
        unit: "rampart-jwt@",
        package: "lk-jwt-service",
        pinned: Version::new(0, 4, 4),
        floors: &[Floor {
            at_least: Version::new(0, 4, 0),
            when: When::Always,
            // config.go: LIVEKIT_JWT_BIND came with 0.4.0.
            reason: "older ones listen on every address",
        }],
        keys: &[],
    },
];

/// The version of a daemon that the pins give.
pub const fn pinned(daemon: Daemon) -> Version {
    daemon.entry().pinned
}

impl Daemon {
    /// Its entry in the table.
    pub const fn entry(self) -> &'static Entry {
        // The order of `TABLE`, which a test compares.
        &TABLE[self as usize]
    }

    /// Its name, and that of its option in `versions`.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Traefik => "traefik",
            Self::Tuwunel => "tuwunel",
            Self::Livekit => "livekit",
            Self::Coturn => "coturn",
            Self::TokenService => "token-service",
        }
    }

    /// Its name in NixOS: `rampart.<name>.package`.
    pub fn nix_name(self) -> String {
        options::camel(&self.name().replace('-', "_"))
    }
}

impl Entry {
    /// Whether a pinned package set has a version that is not below `floor`. If so the floor is an error, and else a
    /// warning, since an error would make every host unbuildable.
    pub fn reaches(&self, floor: &Floor) -> bool {
        floor.at_least <= self.pinned
    }
}

impl fmt::Display for Daemon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Daemon {
    type Err = DaemonUnknown;

    fn from_str(text: &str) -> Result<Self, DaemonUnknown> {
        let found = TABLE.iter().map(|entry| entry.daemon).find(|daemon| daemon.name() == text);
        found.ok_or(DaemonUnknown)
    }
}

/// A word that is no daemon of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct DaemonUnknown;

impl fmt::Display for DaemonUnknown {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names: Vec<&str> = TABLE.iter().map(|entry| entry.daemon.name()).collect();
        write!(f, "the daemons are {}", names.join(", "))
    }
}

impl std::error::Error for DaemonUnknown {}

#[cfg(test)]
mod tests {
    use options::Describe;

    use super::*;
    use crate::versions::Versions;

    #[test]
    fn every_daemon_has_its_entry_and_its_option() {
        let options = Versions::describe().options;
        assert_eq!(options.len(), TABLE.len());
        for (entry, option) in TABLE.iter().zip(options) {
            assert_eq!(entry.daemon.entry().daemon, entry.daemon);
            assert_eq!(entry.daemon.name(), option.kebab());
            assert_eq!(entry.daemon.name().parse(), Ok(entry.daemon));
        }
    }

    /// A floor below a lower one would never be told.
    #[test]
    fn floors_go_up() {
        for entry in &TABLE {
            assert!(entry.floors.is_sorted_by_key(|floor| floor.at_least), "{}", entry.daemon);
        }
    }

    #[test]
    fn a_key_is_known_between_its_two_versions() {
        let key = Key { path: "a", since: Version::new(1, 2, 0), until: Some(Version::new(1, 4, 0)) };
        let known = [(1, 1), (1, 2), (1, 3), (1, 4)].map(|(a, b)| key.is_known_to(Version::new(a, b, 0)));
        assert_eq!(known, [false, true, true, false]);
    }
}
