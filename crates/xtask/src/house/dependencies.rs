//! Every crate that we depend on has its reason in a decision record.

use camino::Utf8Path;
use toml::Table;

use super::{fault::Fault, files::Text};

/// Where dependencies are declared.
const MANIFEST: &str = "Cargo.toml";
/// Where their reasons are.
const RECORDS: &str = "docs/decisions";

/// Dependencies of the workspace that no record names.
pub(super) fn check(texts: &[Text]) -> Vec<Fault> {
    let Some(manifest) = texts.iter().find(|text| text.path == MANIFEST) else {
        return vec![Fault::new(MANIFEST, "it is not there", "the workspace is declared in it")];
    };
    let records: Vec<&Text> =
        texts.iter().filter(|text| text.path.parent() == Some(Utf8Path::new(RECORDS))).collect();
    let is_named = |name: &str| records.iter().any(|record| record.text.contains(&format!("`{name}`")));
    let unnamed = foreign(&manifest.text).into_iter().filter(|name| !is_named(name));
    unnamed
        .map(|name| {
            Fault::new(
                MANIFEST,
                format!("`{name}` has no reason"),
                format!("say in {RECORDS}/0006-dependencies.md why it is needed"),
            )
        })
        .collect()
}

/// Names of the workspace's dependencies that are no crates of ours.
fn foreign(manifest: &str) -> Vec<String> {
    let table: Table = manifest.parse().unwrap_or_default();
    let declared =
        table.get("workspace").and_then(|it| it.get("dependencies")).and_then(toml::Value::as_table);
    let all = declared.into_iter().flatten();
    all.filter(|(_, value)| value.get("path").is_none()).map(|(name, _)| name.clone()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_dependency_without_a_reason_is_found_and_a_crate_of_ours_needs_none() {
        let manifest = "[workspace.dependencies]\nours = { path = \"crates/ours\" }\nserde = \"1\"\nsyn = { version = \"3\" }\n";
        let text = |path: &str, text: &str| Text { path: path.into(), text: text.to_owned() };
        let texts =
            [text(MANIFEST, manifest), text("docs/decisions/0006-dependencies.md", "| `serde` | why |")];
        let whats: Vec<String> = check(&texts).into_iter().map(|fault| fault.what).collect();
        assert_eq!(whats, ["`syn` has no reason"]);
    }
}
