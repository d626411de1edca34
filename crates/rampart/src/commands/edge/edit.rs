//! Changing the text of a manifest. Comments, order and spelling of everything else stay (`toml_edit`).

use anyhow::{Context, Result};
use camino::{Utf8Path, Utf8PathBuf};
use manifest::{Files, Input};
use toml_edit::{DocumentMut, Item, Table, TableLike, value};
use values::{Moment, Name};

use crate::{advice::Advice, args::EdgeAdd};

/// A file of the manifest with its new text, or without one when it goes.
pub(super) struct Changed {
    pub(super) file: Utf8PathBuf,
    pub(super) text: Option<String>,
}

/// Adds a host's table behind the last one.
pub(super) fn add(files: &mut Files, host: &EdgeAdd) -> Result<Vec<Changed>> {
    let mut document = parse(&files.fleet)?;
    let mut table = Table::new();
    table.insert("role", value("edge"));
    table.insert("region", value(host.region.as_str()));
    table.insert("address", value(host.address.to_string()));
    if let Some(address6) = host.address6 {
        table.insert("address6", value(address6.to_string()));
    }
    table.decor_mut().set_prefix("\n");
    let hosts = document.entry("host").or_insert_with(implicit);
    let hosts = hosts.as_table_like_mut().ok_or_else(|| odd(&files.fleet, "host"))?;
    hosts.insert(host.name.as_str(), Item::Table(table));
    Ok(vec![put(&mut files.fleet, &document)])
}

/// Says since when a host is draining, or with `None` that it is not.
pub(super) fn drain(files: &mut Files, host: &Name, since: Option<&Moment>) -> Result<Vec<Changed>> {
    let mut changed = Vec::new();
    // The host's own file stands above the shared one, so the word goes there where there is one, and away in both.
    let own = files.hosts.get_mut(host.as_str());
    let shared = own.is_none() || since.is_none();
    if let Some(file) = own {
        let mut document = parse(file)?;
        mark(document.as_table_mut(), since).ok_or_else(|| odd(file, "edge"))?;
        changed.push(put(file, &document));
    }
    if shared {
        let mut document = parse(&files.fleet)?;
        let table = document.get_mut("host").and_then(|hosts| hosts.get_mut(host.as_str()));
        if let Some(table) = table.and_then(Item::as_table_like_mut) {
            mark(table, since).ok_or_else(|| odd(&files.fleet, &format!("host.{host}.edge")))?;
            changed.push(put(&mut files.fleet, &document));
        }
    }
    Ok(changed)
}

/// Takes a host away, and its own file.
pub(super) fn remove(files: &mut Files, host: &Name) -> Result<Vec<Changed>> {
    let mut changed = Vec::new();
    let mut document = parse(&files.fleet)?;
    let hosts = document.get_mut("host").and_then(Item::as_table_like_mut);
    if hosts.and_then(|hosts| hosts.remove(host.as_str())).is_some() {
        changed.push(put(&mut files.fleet, &document));
    }
    if let Some(file) = files.hosts.remove(host.as_str()) {
        changed.push(Changed { file: Utf8PathBuf::from(file.name), text: None });
    }
    Ok(changed)
}

/// The key `edge.draining-since` of a host's table. `None` when `edge` is no table.
fn mark(host: &mut dyn TableLike, since: Option<&Moment>) -> Option<()> {
    const KEY: &str = "draining-since";
    if let Some(moment) = since {
        let edge = host.entry("edge").or_insert_with(dotted).as_table_like_mut()?;
        edge.insert(KEY, value(moment.as_str()));
        return Some(());
    }
    let Some(edge) = host.get_mut("edge") else { return Some(()) };
    let edge = edge.as_table_like_mut()?;
    edge.remove(KEY);
    if edge.is_empty() {
        host.remove("edge");
    }
    Some(())
}

/// A table without a head of its own.
fn implicit() -> Item {
    let mut table = Table::new();
    table.set_implicit(true);
    Item::Table(table)
}

/// A table that is written as `edge.key = …`.
fn dotted() -> Item {
    let mut table = Table::new();
    table.set_dotted(true);
    Item::Table(table)
}

fn parse(file: &Input) -> Result<DocumentMut> {
    let text = std::str::from_utf8(&file.bytes).with_context(|| format!("`{}` is not UTF-8", file.name))?;
    text.parse().with_context(|| format!("`{}` is no TOML", file.name))
}

fn put(file: &mut Input, document: &DocumentMut) -> Changed {
    let text = document.to_string();
    file.bytes = text.clone().into_bytes();
    Changed { file: Utf8Path::new(&file.name).to_owned(), text: Some(text) }
}

fn odd(file: &Input, key: &str) -> Advice {
    let help = "write it as a table, or change the manifest by hand";
    Advice::new(format!("`{key}` in `{}` is no table", file.name), help)
}

#[cfg(test)]
mod tests {
    use manifest::{Files, Input};
    use values::{Moment, Name};

    use super::{add, drain, remove};
    use crate::args::EdgeAdd;

    const TEXT: &str = "\
# The fleet.
[fleet]
name = \"meridian\" # ours

[host.gw]
role = \"gateway\"   # the door

# London
[host.edge-lon]
role = \"edge\"
region = \"lon\"
edge.livekit.log = \"warn\" # quiet

[tenant.partners]
domain = \"p.meridian.example\"
";

    fn files() -> Files {
        let fleet = Input { name: "hosts/fleet.toml".to_owned(), bytes: TEXT.as_bytes().to_vec() };
        Files { fleet, ..Files::default() }
    }

    fn text(files: &Files) -> String {
        String::from_utf8(files.fleet.bytes.clone()).unwrap()
    }

    fn name(text: &str) -> Name {
        text.parse().unwrap()
    }

    fn moment() -> Moment {
        "2026-11-28T19:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_new_host_stands_behind_the_last_one_and_nothing_else_changes() {
        let mut files = files();
        let host = EdgeAdd {
            name: name("edge-nyc"),
            region: name("nyc"),
            address: "192.0.2.74".parse().unwrap(),
            address6: Some("2001:db8::74".parse().unwrap()),
            secrets: None,
        };
        assert_eq!(add(&mut files, &host).unwrap().len(), 1);
        let table = "\n[host.edge-nyc]\nrole = \"edge\"\nregion = \"nyc\"\naddress = \"192.0.2.74\"\n\
                     address6 = \"2001:db8::74\"\n";
        let (before, after) = TEXT.split_once("\n[tenant").unwrap();
        assert_eq!(text(&files), format!("{before}{table}\n[tenant{after}"));
    }

    #[test]
    fn draining_is_one_line_and_undoing_it_takes_that_line_away() {
        let mut files = files();
        drain(&mut files, &name("edge-lon"), Some(&moment())).unwrap();
        let line = "edge.draining-since = \"2026-11-28T19:00:00Z\"\n";
        assert_eq!(text(&files).replacen(line, "", 1), TEXT);
        assert_ne!(text(&files), TEXT);
        drain(&mut files, &name("edge-lon"), None).unwrap();
        assert_eq!(text(&files), TEXT);
        drain(&mut files, &name("gw"), Some(&moment())).unwrap();
        drain(&mut files, &name("gw"), None).unwrap();
        assert_eq!(text(&files), TEXT);
    }

    #[test]
    fn a_host_with_a_file_of_its_own_is_changed_there() {
        let mut files = files();
        let own = Input {
            name: "hosts/edge-tyo/host.toml".to_owned(),
            bytes: b"# Tokyo\nrole = \"edge\"\n".to_vec(),
        };
        files.hosts.insert("edge-tyo".to_owned(), own);
        let changed = drain(&mut files, &name("edge-tyo"), Some(&moment())).unwrap();
        assert_eq!(changed[0].file, "hosts/edge-tyo/host.toml");
        assert_eq!(
            changed[0].text.as_deref(),
            Some("# Tokyo\nrole = \"edge\"\nedge.draining-since = \"2026-11-28T19:00:00Z\"\n")
        );
        assert_eq!((changed.len(), text(&files).as_str()), (1, TEXT));
        let gone = remove(&mut files, &name("edge-tyo")).unwrap();
        assert!(gone.len() == 1 && gone[0].text.is_none());
    }

    #[test]
    fn a_host_goes_with_its_table_and_the_comment_above() {
        let mut files = files();
        remove(&mut files, &name("edge-lon")).unwrap();
        let (before, rest) = TEXT.split_once("\n# London").unwrap();
        let after = &rest[rest.find("\n[tenant").unwrap()..];
        assert_eq!(text(&files), format!("{before}{after}"));
        assert!(remove(&mut files, &name("edge-lon")).unwrap().is_empty());
    }
}
