//! What every host runs.

use fleet::ports;
use serde_json::{Value, json};
use settings::host::RoleName;

use crate::scene::Scene;

/// OpenSSH. Keys of people come by the option `base.ssh-keys`.
pub(crate) fn sshd() -> Value {
    json!({
        "ports": [ports::SSH],
        "settings": {
            "PasswordAuthentication": false,
            "KbdInteractiveAuthentication": false,
            "PermitRootLogin": "prohibit-password",
            "AllowAgentForwarding": "no",
            "AllowTcpForwarding": "no",
            "X11Forwarding": false,
            "MaxAuthTries": 3,
            "LoginGraceTime": 20,
        },
    })
}

/// Time. The servers come by the option `base.time-servers`.
pub(crate) fn timesyncd() -> Value {
    json!({})
}

/// Logs. An edge keeps none over a reboot.
pub(crate) fn journald(scene: &Scene<'_>) -> Value {
    if scene.host.role_name() == RoleName::Edge {
        json!({ "Storage": "volatile", "RuntimeMaxUse": "64M" })
    } else {
        json!({ "Storage": "persistent", "SystemMaxUse": "2G" })
    }
}
