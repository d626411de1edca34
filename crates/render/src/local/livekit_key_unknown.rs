//! Keys that stop the media server.

use diag::{Code, Kind, Report};
use serde_json::Value;

use super::{LocalRule, view};

/// See [`Code::LivekitKeyUnknown`].
pub(super) const RULE: LocalRule = LocalRule {
    code: Code::LivekitKeyUnknown,
    example: include_str!("../../tests/cases/err/livekit_key_unknown/case/host.json"),
    check,
};

fn check(host: &Value, report: &mut Report) {
    for (path, known) in TABLES {
        for (key, _) in view::table(host, path).filter(|(key, _)| !known.contains(&key.as_str())) {
            let did_you_mean = diag::nearest(key, known.iter().copied()).map(str::to_owned);
            report.push(Kind::LivekitKeyUnknown { path: format!("{path}.{key}"), did_you_mean });
        }
    }
}

/// Tables of LiveKit's configuration with the keys that it knows (livekit: pkg/config, v1.13).
const TABLES: [(&str, &[&str]); 6] = [
    (
        "services.livekit",
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
            "debug_handler",
            "trace",
        ],
    ),
    (
        "services.livekit.rtc",
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
            "tcp_fallback_rtt_threshold",
            "allow_udp_unstable_fallback",
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
        "services.livekit.turn",
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
        "services.livekit.room",
        &[
            "auto_create",
            "enabled_codecs",
            "max_participants",
            "empty_timeout",
            "departure_timeout",
            "enable_remote_unmute",
            "playout_delay",
            "sync_streams",
            "create_room_enabled",
            "create_room_timeout",
            "create_room_attempts",
            "update_room_metadata_timeout",
            "max_metadata_size",
            "max_room_name_length",
            "max_participant_identity_length",
            "room_configurations",
        ],
    ),
    ("services.livekit.logging", &["level", "pion_level", "json", "sample", "component_levels"]),
    (
        "services.livekit.redis",
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
