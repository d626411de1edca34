//! The list of secrets: the union of what the rendered hosts name.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// What a secret is, which decides how it is made and judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Private half of a tunnel key.
    TunnelKey,
    /// Key and secret of a focus.
    LivekitKeys,
    /// A text that two programs show each other.
    Token,
    /// What opens a LUKS volume.
    Passphrase,
    /// A certificate with its key, from an authority.
    Certificate,
    /// Something that another party gives out.
    Foreign,
}

impl Kind {
    /// The kind of the secret of this name. A name that is not known is nothing that could be made.
    fn of(name: &str) -> Self {
        match name {
            "wireguard-private" => Self::TunnelKey,
            "sentinel-token" | "homeserver-bootstrap" => Self::Token,
            _ if name.starts_with("livekit-keys-") => Self::LivekitKeys,
            _ if name.starts_with("luks-") => Self::Passphrase,
            _ if name.starts_with("tls-") => Self::Certificate,
            _ if ["turn-secret-", "redis-", "broker-"].iter().any(|start| name.starts_with(start)) => {
                Self::Token
            }
            _ => Self::Foreign,
        }
    }

    /// What the operator has to bring; `None` when it is made here.
    pub fn to_bring(self) -> Option<&'static str> {
        match self {
            Self::Certificate => Some("a certificate chain and its private key in one PEM file"),
            Self::Foreign => Some("a secret that another party gives out"),
            Self::TunnelKey | Self::LivekitKeys | Self::Token | Self::Passphrase => None,
        }
    }
}

/// One secret: one value, on each of its hosts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Need {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: Kind,
    /// The hosts that have it, in order; several only when it is shared.
    pub hosts: Vec<String>,
    /// The tenant whose guests' machine has it; none inside.
    pub tenant: Option<String>,
}

/// Every secret of these hosts: name and rendered file of each. The file says which ones are shared; one that does not say
/// so is the host's own.
pub fn plan<'h>(hosts: impl IntoIterator<Item = (&'h str, &'h Value)>) -> Vec<Need> {
    let mut shared: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    let mut needs = Vec::new();
    for (host, file) in hosts {
        let tenant = file.pointer("/facts/tenant").and_then(Value::as_str);
        let secrets = file.get("secrets").and_then(Value::as_object);
        for (name, entry) in secrets.into_iter().flat_map(Map::iter) {
            if entry.get("shared") == Some(&Value::Bool(true)) {
                shared.entry(name).or_default().push(host.to_owned());
            } else {
                needs.push(need(name, vec![host.to_owned()], tenant));
            }
        }
    }
    needs.extend(shared.into_iter().map(|(name, hosts)| need(name, hosts, None)));
    needs
}

fn need(name: &str, hosts: Vec<String>, tenant: Option<&str>) -> Need {
    Need { name: name.to_owned(), kind: Kind::of(name), hosts, tenant: tenant.map(str::to_owned) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_shared_name_is_one_secret_and_any_other_is_one_for_each_host() {
        let keys = json!({ "shared": true });
        let file = json!({ "secrets": { "livekit-keys-lon": keys, "tls-web": {}, "wireguard-private": {} } });
        let needs = plan([("core", &file), ("edge", &file)]);
        let shown: Vec<_> = needs.iter().map(|need| (need.name.as_str(), need.hosts.len())).collect();
        let own = [("tls-web", 1), ("wireguard-private", 1)];
        assert_eq!(shown[..4], [own, own].concat());
        assert_eq!(shown[4..], [("livekit-keys-lon", 2)]);
    }
}
