//! Flows as JSON. A thousand hosts have twenty thousand of them: to clone a table costs a third of hashing its keys anew.

use std::sync::LazyLock;

use fleet::{Flow, Net, Party, Passage, Protocol};
use serde_json::{Map, Value};
use values::PortRange;

use crate::{host, scene::table};

/// A flow with all its keys; the keys are those of its `Serialize`.
static SHAPE: LazyLock<Map<String, Value>> = LazyLock::new(|| {
    table(host::value(&Flow {
        from: Party::Internet,
        to: Party::Internet,
        net: Net::Public,
        protocol: Protocol::Tcp,
        ports: PortRange::one(0),
        passage: Passage::Accept,
        unit: String::new(),
        why: "",
    }))
});

/// The same as [`host::value`] of it.
pub(crate) fn value(flow: &Flow) -> Value {
    let mut out = SHAPE.clone();
    let (kind, via) = flow.passage.words();
    for (key, slot) in &mut out {
        match key.as_str() {
            "from" => *slot = flow.from.as_str().into(),
            "to" => *slot = flow.to.as_str().into(),
            "net" => *slot = host::value(&flow.net),
            "protocol" => *slot = flow.protocol.as_str().into(),
            "ports" => fill(slot, flow.ports),
            "kind" => *slot = kind.into(),
            "via" => *slot = via.map(values::Name::as_str).into(),
            "unit" => *slot = flow.unit.as_str().into(),
            "why" => *slot = flow.why.into(),
            _ => {}
        }
    }
    Value::Object(out)
}

fn fill(ports: &mut Value, range: PortRange) {
    for (key, slot) in ports.as_object_mut().into_iter().flatten() {
        *slot = if key == "first" { range.first } else { range.last }.into();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_is_what_serde_makes_of_it() {
        let host = |name: &str| Party::Host(name.parse().unwrap());
        let flow = Flow {
            from: host("core"),
            to: host("edge"),
            net: Net::Tunnel,
            protocol: Protocol::Udp,
            ports: PortRange::new(50_000, 51_799),
            passage: Passage::Forward("gw".parse().unwrap()),
            unit: "livekit".to_owned(),
            why: "media",
        };
        let open = Flow { from: Party::Admins, passage: Passage::Accept, net: Net::Lan, ..flow.clone() };
        for flow in [flow, open] {
            assert_eq!(value(&flow), host::value(&flow));
        }
    }
}
