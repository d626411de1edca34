//! The options that a NixOS module sets, as far as its text says so.
//!
//! The walk goes through what modules are made of: attribute sets, `let … in`, `if`, `//`, and calls such as `mkIf`,
//! `mkMerge` and `optionalAttrs`. Where a value is computed in another way, the path so far is what is known.

use camino::Utf8Path;
use rnix::{
    Root,
    ast::{Attr, AttrSet, Attrpath, BinOpKind, Entry, Expr, HasEntry as _},
};
use rowan::ast::AstNode as _;

/// Functions that give back their last argument, perhaps under a condition or a priority.
const TRANSPARENT: [&str; 9] = [
    "mkIf",
    "mkMerge",
    "mkDefault",
    "mkForce",
    "mkBefore",
    "mkAfter",
    "mkOverride",
    "mkOrder",
    "optionalAttrs",
];

/// Names at the top of a module that are not options.
const NOT_OPTIONS: [&str; 7] =
    ["imports", "options", "config", "_file", "key", "disabledModules", "freeformType"];

/// One place where a module sets something.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Assignment {
    /// Names of the path; a computed one is `<name>`.
    pub(super) path: Vec<String>,
    /// Whether the value may hold more names that the text does not say.
    pub(super) is_computed: bool,
    /// Line in the file.
    pub(super) line: usize,
}

/// Whether the file is a NixOS module of ours.
pub(super) fn is_module(path: &Utf8Path) -> bool {
    let folders = ["modules/roles", "modules/parts", "modules/daemons"];
    folders.iter().any(|folder| path.starts_with(folder))
        || path == "modules/host.nix"
        || path == "tests/consumer/local.nix"
}

/// Everything that a module sets.
pub(super) fn of(source: &str) -> Vec<Assignment> {
    let mut walk = Walk { source, found: Vec::new() };
    if let Some(module) = Root::parse(source).tree().expr().and_then(body) {
        walk.module(&module);
    }
    walk.found
}

/// What a function of arguments gives, without the `let`s before it.
fn body(expr: Expr) -> Option<Expr> {
    match expr {
        Expr::Lambda(lambda) => body(lambda.body()?),
        Expr::LetIn(inner) => body(inner.body()?),
        Expr::Paren(inner) => body(inner.expr()?),
        Expr::With(with) => body(with.body()?),
        other => Some(other),
    }
}

struct Walk<'a> {
    source: &'a str,
    found: Vec<Assignment>,
}

impl Walk<'_> {
    /// A module is either options alone, or has them below `config`.
    fn module(&mut self, module: &Expr) {
        let Expr::AttrSet(set) = module else { return };
        for entry in set.entries() {
            let Entry::AttrpathValue(pair) = entry else { continue };
            let (Some(path), Some(value)) = (pair.attrpath(), pair.value()) else { continue };
            let mut names = names(&path);
            if names.first().is_some_and(|first| first == "config") {
                names.remove(0);
                self.value(&value, &names);
            } else if names.first().is_some_and(|first| !NOT_OPTIONS.contains(&first.as_str())) {
                self.value(&value, &names);
            }
        }
    }

    fn value(&mut self, expr: &Expr, path: &[String]) {
        match expr {
            Expr::AttrSet(set) => self.set(set, path),
            Expr::Paren(inner) => self.maybe(inner.expr(), path),
            Expr::LetIn(inner) => self.maybe(inner.body(), path),
            Expr::With(with) => self.maybe(with.body(), path),
            Expr::IfElse(choice) => {
                self.maybe(choice.body(), path);
                self.maybe(choice.else_body(), path);
            }
            Expr::BinOp(both) if both.operator() == Some(BinOpKind::Update) => {
                self.maybe(both.lhs(), path);
                self.maybe(both.rhs(), path);
            }
            Expr::Apply(call) => match transparent(&call.clone().into()) {
                Some(Expr::List(all)) => all.items().for_each(|item| self.value(&item, path)),
                Some(inner) => self.value(&inner, path),
                None => self.found(expr, path, true),
            },
            Expr::Str(_) | Expr::Literal(_) | Expr::List(_) => self.found(expr, path, false),
            Expr::Ident(name) if ["true", "false", "null"].contains(&name.to_string().as_str()) => {
                self.found(expr, path, false);
            }
            _ => self.found(expr, path, true),
        }
    }

    fn maybe(&mut self, expr: Option<Expr>, path: &[String]) {
        if let Some(expr) = expr {
            self.value(&expr, path);
        }
    }

    fn set(&mut self, set: &AttrSet, path: &[String]) {
        for entry in set.entries() {
            match entry {
                Entry::AttrpathValue(pair) => {
                    let (Some(inner), Some(value)) = (pair.attrpath(), pair.value()) else { continue };
                    self.value(&value, &[path, &names(&inner)].concat());
                }
                Entry::Inherit(inherit) => {
                    for attr in inherit.attrs() {
                        let full = [path, &[name(&attr)]].concat();
                        self.found_at(attr.syntax().text_range().start().into(), &full, true);
                    }
                }
            }
        }
    }

    fn found(&mut self, expr: &Expr, path: &[String], is_computed: bool) {
        self.found_at(expr.syntax().text_range().start().into(), path, is_computed);
    }

    fn found_at(&mut self, offset: usize, path: &[String], is_computed: bool) {
        // An empty path is a computed `config` as a whole.
        if !path.is_empty() {
            let line = self.source[..offset].matches('\n').count() + 1;
            self.found.push(Assignment { path: path.to_vec(), is_computed, line });
        }
    }
}

/// The last argument of a call of a transparent function.
fn transparent(expr: &Expr) -> Option<Expr> {
    let Expr::Apply(call) = expr else { return None };
    let mut function = call.lambda()?;
    while let Expr::Apply(inner) = &function {
        function = inner.lambda()?;
    }
    let text = function.syntax().text().to_string();
    let name = text.rsplit('.').next()?;
    TRANSPARENT.contains(&name).then(|| call.argument())?
}

fn names(path: &Attrpath) -> Vec<String> {
    path.attrs().map(|attr| name(&attr)).collect()
}

fn name(attr: &Attr) -> String {
    match attr {
        Attr::Ident(ident) => ident.to_string(),
        Attr::Str(text) => {
            let quoted = text.to_string();
            let plain = quoted.trim_matches('"');
            if plain.contains("${") { "<name>".to_owned() } else { plain.to_owned() }
        }
        Attr::Dynamic(_) => "<name>".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paths(source: &str) -> Vec<String> {
        of(source).into_iter().map(|it| it.path.join(".") + if it.is_computed { ".?" } else { "" }).collect()
    }

    #[test]
    fn a_module_without_config_sets_everything() {
        assert_eq!(
            paths("{ lib, ... }: { imports = [ ]; services.x.enable = true; }"),
            ["services.x.enable"]
        );
    }

    #[test]
    fn conditions_merges_and_updates_are_seen_through() {
        let source = "{ lib, ... }:\nlet a = 1; in {\n  options.x = 1;\n  config = lib.mkIf a (lib.mkMerge [\n    { b.c = lib.mkDefault 1; }\n    (lib.mkIf a { d = if a then { e = 1; } else { f = 2; }; })\n    (lib.optionalAttrs a { g = { h = [ ]; } // { i = \"\"; }; })\n  ]);\n}";
        assert_eq!(paths(source), ["b.c", "d.e", "d.f", "g.h", "g.i"]);
    }

    #[test]
    fn what_is_computed_is_marked() {
        let source = "{ systemd.services.\"a-${b}\" = f x; users.${c}.d = e; inherit q; services = { inherit (x) y; }; }";
        assert_eq!(paths(source), ["systemd.services.<name>.?", "users.<name>.d.?", "services.y.?"]);
    }

    #[test]
    fn lines_are_counted() {
        assert_eq!(of("{\n  a = {\n    b = 1;\n  };\n}")[0].line, 3);
    }
}
