//! The names of NixOS options that modules may set: data/nixos-options.txt, whose head says where it comes from.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};

use super::assignments::Assignment;

const LIST: &str = include_str!("../../data/nixos-options.txt");
/// What a free name looks like in the list.
const FREE: &str = "<name>";

/// The options as a tree of names.
#[derive(Debug, Default)]
pub(super) struct Options {
    children: BTreeMap<String, Options>,
    /// The value may hold names that the list does not have.
    is_open: bool,
    is_option: bool,
}

impl Options {
    /// The list of the repository, and our own options.
    pub(super) fn read() -> Result<Self> {
        let mut options = Self::parse(LIST);
        options.add("rampart", true);
        (!options.children.is_empty()).then_some(options).context("the list of NixOS options is empty")
    }

    /// One option on a line; `.*` at its end says that its value is open.
    fn parse(list: &str) -> Self {
        let mut root = Self::default();
        for line in list.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
            match line.strip_suffix(".*") {
                Some(name) => root.add(name, true),
                None => root.add(line, false),
            }
        }
        root
    }

    fn add(&mut self, name: &str, is_open: bool) {
        let parts = name.split('.');
        let node = parts.fold(self, |node, part| node.children.entry(part.to_owned()).or_default());
        node.is_option = true;
        node.is_open |= is_open;
    }

    /// What is wrong with an assignment, as `:LINE: what`.
    pub(super) fn complaint(&self, assignment: &Assignment) -> Option<String> {
        let mut node = self;
        for (index, part) in assignment.path.iter().enumerate() {
            match node.child(part) {
                Some(child) => node = child,
                None if node.is_open => return None,
                None => {
                    let path = assignment.path[..=index].join(".");
                    return Some(format!(":{}: there is no option `{path}`", assignment.line));
                }
            }
        }
        let may_end = node.is_option || assignment.is_computed;
        let path = assignment.path.join(".");
        (!may_end).then(|| format!(":{}: `{path}` is a group of options, not an option", assignment.line))
    }

    /// The child of this name, or the one that stands for any name.
    fn child(&self, part: &str) -> Option<&Self> {
        self.children.get(part).or_else(|| self.children.get(FREE)).or_else(|| {
            // A computed name may be any of those that are there.
            self.children.values().next().filter(|_| part == FREE)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::nix::assignments;

    const SMALL: &str = "# a comment\nservices.x.enable\nservices.x.settings.*\nusers.<name>.shell\nusers\n";

    fn complaints(module: &str) -> Vec<String> {
        let known = Options::parse(SMALL);
        assignments::of(module).iter().filter_map(|assignment| known.complaint(assignment)).collect()
    }

    #[test]
    fn what_is_in_the_list_is_fine() {
        let module = "{ services.x = { enable = true; settings.any.thing = 1; }; users.root.shell = 1; users.${a} = b; }";
        assert_eq!(complaints(module), Vec::<String>::new());
    }

    #[test]
    fn a_misspelt_option_is_found() {
        assert_eq!(
            complaints("{ services.x.enabel = true; }"),
            [":1: there is no option `services.x.enabel`"]
        );
        assert_eq!(complaints("{ users.root.shel = 1; }"), [":1: there is no option `users.root.shel`"]);
        assert_eq!(complaints("{\n  services.y.enable = true; }"), [":2: there is no option `services.y`"]);
    }

    #[test]
    fn a_group_is_no_option() {
        assert_eq!(
            complaints("{ services.x = true; }"),
            [":1: `services.x` is a group of options, not an option"]
        );
    }

    #[test]
    fn the_list_of_the_repository_has_what_everybody_uses() {
        let known = Options::read().unwrap();
        assert!(known.children["services"].children["traefik"].children["enable"].is_option);
    }
}
