//! Keys of `LiveKit`'s configuration. Its parser is strict: one that it does not know stops it.

use values::Version;

use super::{EVER, Key};

/// Tables below `services.livekit`, each with the keys that versions 1.13 and later know (livekit: pkg/config,
/// mediatransportutil: pkg/rtcconfig).
const TABLES: [(&str, &[&str]); 6] = [
    (
        "",
        &[
            "port",
            "bind_addresses",
            "rtc",
            "redis",
            "audio",
            "video",
            "room",
            "turn",
            "ingress",
            "sip",
            "webhook",
            "node_selector",
            "key_file",
            "keys",
            "region",
            "signal_relay",
            "psrpc",
            "logging",
            "limit",
            "development",
            "prometheus",
            "prometheus_port",
            "log_level",
            "api",
            "metric",
            "agents",
            "data_channel",
            "node_stats",
            "trace",
        ],
    ),
    (
        "rtc",
        &[
            "udp_port",
            "tcp_port",
            "port_range_start",
            "port_range_end",
            "node_ip",
            "stun_servers",
            "turn_servers",
            "use_external_ip",
            "advertise_internal_ip",
            "external_ip_only",
            "skip_external_ip_validation",
            "use_ice_lite",
            "interfaces",
            "ips",
            "enable_loopback_candidate",
            "use_mdns",
            "batch_io",
            "strict_acks",
            "congestion_control",
            "allow_tcp_fallback",
            "packet_buffer_size",
            "packet_buffer_size_video",
            "packet_buffer_size_audio",
            "pli_throttle",
            "reconnect_on_publication_error",
            "reconnect_on_subscription_error",
            "reconnect_on_data_channel_error",
        ],
    ),
    (
        "turn",
        &[
            "enabled",
            "domain",
            "cert_file",
            "key_file",
            "tls_port",
            "udp_port",
            "relay_range_start",
            "relay_range_end",
            "external_tls",
            "bind_addresses",
            "ttl_seconds",
            "allow_restricted_peer_cidrs",
            "deny_peer_cidrs",
        ],
    ),
    (
        "room",
        &[
            "auto_create",
            "enabled_codecs",
            "max_participants",
            "empty_timeout",
            "departure_timeout",
            "enable_remote_unmute",
            "playout_delay",
            "sync_streams",
            "create_room_timeout",
            "create_room_attempts",
            "update_room_metadata_timeout",
            "max_metadata_size",
            "max_room_name_length",
            "max_participant_identity_length",
            "room_configurations",
        ],
    ),
    ("logging", &["level", "pion_level", "json", "sample", "component_levels"]),
    (
        "redis",
        &[
            "address",
            "username",
            "password",
            "db",
            "use_tls",
            "tls",
            "sentinel_master_name",
            "sentinel_addresses",
            "sentinel_username",
            "sentinel_password",
            "cluster_addresses",
            "dial_timeout",
            "read_timeout",
            "write_timeout",
            "max_redirects",
            "pool_size",
            "pool_timeout",
        ],
    ),
];

/// Keys that came or went since 1.13.0, by tag.
const CHANGED: [Key; 5] = [
    Key { path: "rtc.tcp_fallback_rtt_threshold", since: Version::new(1, 13, 1), until: None },
    Key { path: "rtc.allow_udp_unstable_fallback", since: Version::new(1, 13, 1), until: None },
    Key { path: "debug_handler", since: Version::new(1, 13, 2), until: None },
    Key { path: "room.create_room_enabled", since: EVER, until: Some(Version::new(1, 13, 2)) },
    Key { path: "turn.per_user_relay_allocation_limit", since: Version::new(1, 13, 6), until: None },
];

/// The tables whose keys are known, by path below the unit's settings.
pub fn tables() -> impl Iterator<Item = &'static str> {
    TABLES.iter().map(|(table, _)| *table)
}

/// The keys of `table` that `version` knows.
pub fn known(table: &str, version: Version) -> impl Iterator<Item = &'static str> {
    let always = TABLES.iter().filter(move |(name, _)| *name == table).flat_map(|(_, keys)| *keys).copied();
    let changed = CHANGED.iter().filter(move |key| key.is_known_to(version)).filter_map(move |key| {
        let (parent, name) = key.path.rsplit_once('.').unwrap_or(("", key.path));
        (parent == table).then_some(name)
    });
    always.chain(changed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_known_from_its_version_on() {
        let knows =
            |table: &str, key: &str, patch: u32| known(table, Version::new(1, 13, patch)).any(|k| k == key);
        assert!(knows("rtc", "node_ip", 0) && knows("", "port", 9));
        assert!(!knows("", "debug_handler", 1) && knows("", "debug_handler", 2));
        assert!(knows("room", "create_room_enabled", 1) && !knows("room", "create_room_enabled", 2));
    }
}
