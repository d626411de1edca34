//! The picture as Mermaid text, which Git forges draw by themselves.

use std::{collections::BTreeMap, fmt::Write};

use values::Name;

use super::{Kind, Picture};

/// Draws it. Hosts get numbers for identifiers, because a host may be named like a word of Mermaid.
pub(super) fn draw(picture: &Picture<'_>) -> String {
    let mut text = format!("---\ntitle: {}\n---\nflowchart LR\n  internet((Internet))\n", picture.title);
    let mut ids: BTreeMap<&Name, String> = BTreeMap::new();
    for (index, (title, nodes)) in picture.groups.iter().enumerate() {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  subgraph region{index}[\"{}\"]", escaped(title));
        for node in nodes {
            let id = format!("host{}", ids.len());
            let _ = writeln!(text, "    {id}[\"{}<br/>{}\"]", node.name, node.role);
            ids.insert(node.name, id);
        }
        text.push_str("  end\n");
    }
    for link in &picture.links {
        let id = |name: Option<&Name>| name.and_then(|name| ids.get(name)).map_or("internet", String::as_str);
        let arrow = match link.kind {
            Kind::Public => "-->",
            Kind::Forward => "==>",
            Kind::Tunnel => "-.->",
        };
        let units = link.units.iter().copied().collect::<Vec<_>>().join(", ");
        let _ = writeln!(text, "  {} {arrow}|\"{units}\"| {}", id(link.from), id(Some(link.to)));
    }
    text
}

fn escaped(text: &str) -> String {
    text.replace('&', "#amp;").replace('"', "#quot;").replace('<', "#lt;").replace('>', "#gt;")
}
