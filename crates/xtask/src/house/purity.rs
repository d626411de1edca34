//! Layers 0–4 do no I/O: they name nothing of the standard library, and use no crate, that reaches outside the process.
//!
//! A plain scan of the syntax, test modules left out: paths in code, `use` trees with their renames, and the tokens of
//! macro calls. Methods cannot reach outside without a value of a type that is named here.

use std::collections::BTreeMap;

use proc_macro2::{Span, TokenStream, TokenTree};
use syn::{Attribute, Item, UseTree, spanned::Spanned as _, visit::Visit};

use super::{architecture::Architecture, fault::Fault, files::Text};

/// The last layer without effects.
const LAST_PURE_LAYER: u8 = 4;

/// What must not be named, and why.
const BANNED: [(&str, &str); 21] = [
    ("std::env", "take the value as an argument"),
    ("std::fs", "take the text as an argument; files are read in `rampart`"),
    ("std::io::stdin", "take the text as an argument"),
    ("std::io::stdout", "return the text"),
    ("std::io::stderr", "return the text"),
    ("std::net::TcpListener", "the layer has no network"),
    ("std::net::TcpStream", "the layer has no network"),
    ("std::net::ToSocketAddrs", "the layer resolves no names"),
    ("std::net::UdpSocket", "the layer has no network"),
    ("std::os", "the layer knows no operating system"),
    ("std::path::Path", "it can look at the disk; use text"),
    ("std::path::PathBuf", "it can look at the disk; use text"),
    ("std::process", "the layer starts nothing and ends nothing"),
    ("std::thread", "the layer is plain functions"),
    ("std::time::Instant", "take the time as an argument"),
    ("std::time::SystemTime", "take the time as an argument"),
    ("camino", "it can look at the disk; use text"),
    ("fs_err", "take the text as an argument; files are read in `rampart`"),
    ("tempfile", "the layer has no files"),
    ("tokio", "the layer waits for nothing"),
    ("rand", "take the value as an argument"),
];

/// Looks at every source file of the pure layers.
pub(super) fn check(page: &Architecture, texts: &[Text]) -> Vec<Fault> {
    let pure = page.rows.iter().filter(|row| row.layer.is_some_and(|layer| layer <= LAST_PURE_LAYER));
    let folders: Vec<String> = pure.map(|row| format!("crates/{}/src/", row.name)).collect();
    let is_pure = |text: &&Text| {
        text.path.extension() == Some("rs")
            && folders.iter().any(|folder| text.path.as_str().starts_with(folder))
    };
    texts.iter().filter(is_pure).flat_map(|text| scan(text.path.as_str(), &text.text)).collect()
}

/// The faults of one file.
fn scan(path: &str, source: &str) -> Vec<Fault> {
    match syn::parse_file(source) {
        Ok(file) => {
            let mut scan = Scan::default();
            scan.imports(&file);
            scan.visit_file(&file);
            scan.found
                .into_iter()
                .map(|(line, name, why)| {
                    Fault::new(
                        format!("{path}:{line}"),
                        format!("names `{name}` in a layer without effects"),
                        why,
                    )
                })
                .collect()
        }
        Err(error) => vec![Fault::new(path, format!("does not parse: {error}"), "let rustc say where")],
    }
}

#[derive(Default)]
struct Scan {
    /// Local name → what it stands for.
    renames: BTreeMap<String, String>,
    found: Vec<(usize, String, &'static str)>,
}

impl Scan {
    /// First the imports of the whole file, so that order does not matter.
    fn imports(&mut self, file: &syn::File) {
        struct Imports<'a>(&'a mut Scan);
        impl<'ast> Visit<'ast> for Imports<'_> {
            fn visit_item(&mut self, item: &'ast Item) {
                if !is_test(attributes(item)) {
                    syn::visit::visit_item(self, item);
                }
            }
            fn visit_item_use(&mut self, item: &'ast syn::ItemUse) {
                self.0.import(&item.tree, "");
            }
        }
        Imports(self).visit_file(file);
    }

    fn import(&mut self, tree: &UseTree, prefix: &str) {
        match tree {
            UseTree::Path(path) => self.import(&path.tree, &join(prefix, &path.ident.to_string())),
            UseTree::Name(name) if name.ident == "self" => self.imported(last(prefix), prefix, name.span()),
            UseTree::Name(name) => {
                let local = name.ident.to_string();
                self.imported(&local, &join(prefix, &local), name.span());
            }
            UseTree::Rename(rename) => {
                let full = join(prefix, &rename.ident.to_string());
                let full = full.strip_suffix("::self").unwrap_or(&full);
                self.imported(&rename.rename.to_string(), full, rename.span());
            }
            UseTree::Glob(glob) => self.glob(prefix, glob.span()),
            UseTree::Group(group) => group.items.iter().for_each(|tree| self.import(tree, prefix)),
        }
    }

    fn imported(&mut self, local: &str, full: &str, span: Span) {
        self.renames.insert(local.to_owned(), full.to_owned());
        self.judge(full, span);
    }

    /// A glob brings in what is banned without naming it.
    fn glob(&mut self, prefix: &str, span: Span) {
        if let Some((name, why)) = BANNED.iter().find(|(name, _)| name.starts_with(&format!("{prefix}::"))) {
            self.found.push((span.start().line, format!("{prefix}::* (with {name})"), why));
        }
        self.judge(prefix, span);
    }

    fn judge(&mut self, full: &str, span: Span) {
        let is_within = |name: &str| full == name || full.starts_with(&format!("{name}::"));
        if let Some((_, why)) = BANNED.iter().find(|(name, _)| is_within(name)) {
            let line = span.start().line;
            if !self.found.iter().any(|(at, name, _)| *at == line && name == full) {
                self.found.push((line, full.to_owned(), why));
            }
        }
    }

    /// A path in code, its first name replaced by what was imported under it.
    fn path(&mut self, segments: &[String], span: Span) {
        let Some((first, rest)) = segments.split_first() else { return };
        let first = self.renames.get(first).cloned().unwrap_or_else(|| first.clone());
        let full = rest.iter().fold(first, |path, segment| join(&path, segment));
        self.judge(&full, span);
    }

    /// Paths among the tokens of a macro call.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let mut colons = 0;
        for token in tokens {
            match &token {
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        path.clear();
                    }
                    path.push(ident.to_string());
                    colons = 0;
                    self.path(&path, ident.span());
                }
                _ => {
                    path.clear();
                    colons = 0;
                }
            }
            if let TokenTree::Group(group) = token {
                self.tokens(group.stream());
            }
        }
    }
}

impl<'ast> Visit<'ast> for Scan {
    fn visit_item(&mut self, item: &'ast Item) {
        if !is_test(attributes(item)) {
            syn::visit::visit_item(self, item);
        }
    }

    fn visit_path(&mut self, path: &'ast syn::Path) {
        let segments: Vec<String> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.path(&segments, path.span());
        syn::visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, call: &'ast syn::Macro) {
        self.tokens(call.tokens.clone());
    }
}

fn join(prefix: &str, name: &str) -> String {
    if prefix.is_empty() { name.to_owned() } else { format!("{prefix}::{name}") }
}

fn last(path: &str) -> &str {
    path.rsplit("::").next().unwrap_or(path)
}

fn is_test(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| {
        attribute.path().is_ident("cfg")
            && attribute.meta.require_list().is_ok_and(|list| list.tokens.to_string() == "test")
    })
}

fn attributes(item: &Item) -> &[Attribute] {
    match item {
        Item::Const(it) => &it.attrs,
        Item::Fn(it) => &it.attrs,
        Item::Impl(it) => &it.attrs,
        Item::Macro(it) => &it.attrs,
        Item::Mod(it) => &it.attrs,
        Item::Static(it) => &it.attrs,
        Item::Use(it) => &it.attrs,
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(source: &str) -> Vec<String> {
        scan("a.rs", source).into_iter().map(|fault| fault.place + " " + &fault.what).collect()
    }

    #[test]
    fn plain_code_is_fine() {
        let source = "use std::{collections::BTreeMap, net::Ipv4Addr};\nfn a() { let fs = 1; let _ = std::mem::take(&mut fs); }";
        assert_eq!(found(source), Vec::<String>::new());
    }

    #[test]
    fn every_way_to_name_it_is_found() {
        for planted in [
            "fn a() { std::fs::read(\"x\"); }",
            "fn a() { ::std::env::var(\"x\"); }",
            "use std::{fmt, fs};",
            "use std::fs::read;",
            "use std::net as wire; fn a() { wire::TcpStream::connect(1); }",
            "use std::net; fn a(x: net::UdpSocket) {}",
            "use std::net::*;",
            "use std::time::{Duration, SystemTime as Now};",
            "use std::{time::{self}}; fn a() { time::Instant::now(); }",
            "fn a() { assert!(std::path::Path::new(\"x\").exists()); }",
            "mod inner { fn a() { tokio::spawn(1); } }",
            "use fs_err as fs;",
        ] {
            assert!(!found(planted).is_empty(), "{planted}");
        }
    }

    #[test]
    fn a_place_is_given() {
        assert_eq!(
            found("\n\nfn a() {\n std::fs::read(1);\n}"),
            ["a.rs:4 names `std::fs::read` in a layer without effects"]
        );
    }

    #[test]
    fn tests_may_do_anything() {
        assert!(found("#[cfg(test)]\nmod tests { fn a() { std::fs::read(1); } }").is_empty());
    }

    #[test]
    fn only_pure_layers_are_looked_at() {
        let page = Architecture::parse(crate::house::architecture::tests::TABLE).unwrap();
        let text = |path: &str| Text { path: path.into(), text: "use std::fs;".to_owned() };
        let texts =
            [text("crates/fleet/src/a.rs"), text("crates/rampart/src/a.rs"), text("crates/fleet/tests/a.rs")];
        let places: Vec<String> = check(&page, &texts).into_iter().map(|fault| fault.place).collect();
        assert_eq!(places, ["crates/fleet/src/a.rs:1"]);
    }
}
