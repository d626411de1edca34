//! Who reads an option besides rendering and rules: a Nix module, or a listing for people.

use anyhow::Result;
use camino::Utf8Path;

use super::Asked;
use crate::repository;

/// Sources of readers.
pub(super) struct Readers {
    modules: String,
    listings: String,
}

impl Readers {
    pub(super) fn find() -> Result<Self> {
        Ok(Self {
            modules: texts("modules", "nix")?,
            listings: texts("crates/rampart/src/commands/show", "rs")?,
        })
    }

    /// Whether a module names the option, or a listing shows it. `disk.unlockPort`, or after `inherit (disk)`.
    pub(super) fn read(&self, asked: &Asked) -> bool {
        let name = asked.option.camel();
        let group = asked.path.iter().rev().nth(1).map_or(asked.set, String::as_str);
        let group = options::camel(group);
        // `versions.${daemon}` reads every option of the group.
        let by_computed_name = self.modules.contains(&format!("{group}.${{"));
        let named = by_computed_name
            || names(&self.modules, &format!("{group}.{name}"))
            || self.inherits(&group, &name);
        let is_manifest_only = settings::manifest_tables().iter().any(|set| set.set == asked.set);
        named && !is_manifest_only
            || is_manifest_only && names(&self.listings, &format!("{}.{}", asked.set, asked.option.ident))
    }

    fn inherits(&self, group: &str, name: &str) -> bool {
        let lists = self.modules.split("inherit (").skip(1).filter_map(|rest| rest.split_once(')'));
        lists.filter(|(from, _)| from.ends_with(group)).any(|(_, rest)| {
            rest.split(';').next().is_some_and(|list| list.split_whitespace().any(|word| word == name))
        })
    }
}

/// Whether `name` stands there as a whole, with anything but a word before and after.
fn names(text: &str, name: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name).any(|(at, _)| {
        let before = text[..at].chars().next_back();
        let after = text[at + name.len()..].chars().next();
        ![before, after].into_iter().flatten().any(is_word)
    })
}

fn texts(folder: &str, extension: &str) -> Result<String> {
    let wanted = |path: &&camino::Utf8PathBuf| {
        path.starts_with(folder) && path.extension() == Some(extension) && !is_generated(path)
    };
    let mut all = String::new();
    for path in repository::files()?.iter().filter(wanted) {
        all += &fs_err::read_to_string(repository::root().join(path))?;
    }
    Ok(all)
}

fn is_generated(path: &Utf8Path) -> bool {
    path.components().any(|part| part.as_str() == "generated")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_read_as_a_whole_word_only() {
        assert!(names("port = disk.unlockPort;", "disk.unlockPort"));
        assert!(!names("port = disk.unlockPorts;", "disk.unlockPort"));
        assert!(!names("port = mydisk.unlockPort;", "disk.unlockPort"));
        let modules = "inherit (disk) device other;".to_owned();
        let readers = Readers { modules, listings: String::new() };
        assert!(readers.inherits("disk", "device") && !readers.inherits("disk", "dev"));
        let readers = Readers { modules: "cfg.versions.${name}".to_owned(), listings: String::new() };
        let asked = |set: &str| super::super::all().into_iter().find(|asked| asked.set == set).unwrap();
        assert!(readers.read(&asked("versions")) && !readers.read(&asked("disk")));
    }
}
