//! Reading the configuration file, and what no single key can say about itself.

use std::path::Path;

use daemon::config::{self, ConfigError, Fault};

use settings::guard::Guard;
use values::Duration;

/// The least room that the HTTP parser works with.
pub(crate) const LEAST_HEADER_BYTES: u32 = 8192;

/// Reads and checks `file`.
pub fn load(file: &Path) -> Result<Guard, ConfigError> {
    check(file, config::load(file)?)
}

/// The audit profile as it is by default, for judging without a configuration.
pub fn audit_profile() -> Result<Guard, ConfigError> {
    config::parse(Path::new("the audit profile"), include_str!("audit_profile.json"))
}

fn check(file: &Path, guard: Guard) -> Result<Guard, ConfigError> {
    config::checked(file, guard, faults)
}

/// What makes the guard useless.
fn faults(guard: &Guard) -> [(bool, Fault); 8] {
    let relative = "the path is relative, so it depends on where the program is started";
    let at_once = "0 ends every request at once";
    [
        (
            guard.listen.is_empty() && guard.enrol_socket.is_none(),
            ("listen", "there is no door: no address and no enrol socket", "name at least one address"),
        ),
        (
            guard.enrol_socket.as_deref().is_some_and(is_relative),
            ("enrolSocket", relative, "write it from `/`"),
        ),
        (is_relative(&guard.upstream_socket), ("upstreamSocket", relative, "write it from `/`")),
        (guard.max_connections == 0, ("maxConnections", "0 lets nobody in", "allow at least 1")),
        (
            guard.max_header_bytes < LEAST_HEADER_BYTES,
            ("maxHeaderBytes", "clients send more than that", "allow at least 8192"),
        ),
        (
            guard.metrics.is_some_and(|address| !address.ip().is_loopback()),
            ("metrics", "the numbers would be readable from other machines", "use a loopback address"),
        ),
        (is_zero(guard.upstream_connect_timeout), ("upstreamConnectTimeout", at_once, "allow at least 1ms")),
        (is_zero(guard.header_timeout), ("headerTimeout", at_once, "allow at least 1ms")),
    ]
}

fn is_relative(path: &str) -> bool {
    !Path::new(path).is_absolute()
}

fn is_zero(duration: Duration) -> bool {
    duration.as_std().is_zero()
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use daemon::config::parse;
    use serde_json::{Value, json};
    use settings::guard::Guard;

    use super::check;

    fn sample() -> Value {
        json!({
            "listen": ["10.77.0.1:8010"],
            "metrics": "127.0.0.1:9101",
            "enrolSocket": "/run/rampart-guard/enrol.sock",
            "upstreamSocket": "/run/tuwunel/tuwunel.sock",
            "trustedProxies": ["10.77.0.2", "fd00::2"],
            "registration": "enrol-socket-only",
            "policy": {
                "audit": {
                    "enable": true, "reads": "guarded", "encryptedCreate": "strip",
                    "blinding": false, "keys": false, "edits": false, "accounts": ["@officer:x.org"],
                },
                "roomVersion": "11",
                "federation": false,
            },
            "maxConnections": 1024,
            "maxHeaderBytes": 65536,
            "maxBodyBytes": 104_857_600,
            "upstreamConnectTimeout": "5s",
            "headerTimeout": "2m",
            "stopTimeout": "35s",
            "logUsers": "hash",
            "logLevel": "info",
        })
    }

    fn checked(change: impl FnOnce(&mut Value)) -> Result<Guard, String> {
        let mut value = sample();
        change(&mut value);
        let file = Path::new("guard.json");
        parse(file, &value.to_string()).and_then(|guard| check(file, guard)).map_err(|e| e.to_string())
    }

    #[test]
    fn the_built_in_profile_can_be_used() {
        let guard = super::audit_profile().unwrap();
        assert!(guard.policy.audit.enable);
        assert!(super::faults(&guard).iter().all(|(is_wrong, _)| !is_wrong));
    }

    #[test]
    fn a_complete_file_is_read_and_written_alike() {
        let guard = checked(|_| ()).unwrap();
        assert_eq!(serde_json::to_value(&guard).unwrap(), sample());
    }

    #[test]
    fn the_enrol_socket_may_be_absent_or_null() {
        assert!(checked(|v| v["enrolSocket"] = Value::Null).unwrap().enrol_socket.is_none());
        assert!(checked(|v| drop(v.as_object_mut().unwrap().remove("enrolSocket"))).is_ok());
    }

    #[test]
    fn useless_values_are_named() {
        let cases: [(&str, Value); 9] = [
            ("maxConnections", json!(0)),
            ("maxHeaderBytes", json!(512)),
            ("upstreamSocket", json!("tuwunel.sock")),
            ("enrolSocket", json!("enrol.sock")),
            ("metrics", json!("10.77.0.1:9101")),
            ("upstreamConnectTimeout", json!("0s")),
            ("headerTimeout", json!("30")),
            ("registration", json!("open")),
            ("trustedProxies", json!(["gateway"])),
        ];
        for (key, value) in cases {
            let error = checked(|v| v[key] = value).unwrap_err();
            assert!(error.contains(key), "{key}: {error}");
        }
    }

    #[test]
    fn a_guard_without_a_door_is_refused() {
        let error = checked(|v| {
            v["listen"] = json!([]);
            v["enrolSocket"] = Value::Null;
        });
        assert!(error.unwrap_err().contains("there is no door"));
    }
}
