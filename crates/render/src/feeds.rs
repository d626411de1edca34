//! Lays the values of local options over the settings of the units that they feed. `modules/lib/feeds.nix` does the
//! same with the final values of an evaluated host.

use std::{collections::BTreeMap, sync::LazyLock};

use options::{OptionSet, Scope, Type};
use serde_json::{Map, Value};

/// One local option that feeds a unit.
struct Feed {
    /// Its path in the option values of a host.
    from: Vec<String>,
    /// The key that it sets.
    key: &'static [&'static str],
}

/// What feeds each unit. Option sets do not change while a program runs, and describing them for each host would cost
/// more than rendering.
static FEEDS: LazyLock<BTreeMap<&str, Vec<Feed>>> = LazyLock::new(|| {
    let mut feeds = BTreeMap::new();
    for set in settings::nixos_sets() {
        collect(&set, &[set.set.to_owned()], &mut feeds);
    }
    feeds
});

fn collect(set: &OptionSet, at: &[String], feeds: &mut BTreeMap<&str, Vec<Feed>>) {
    for option in &set.options {
        let from = [at, &[option.camel()]].concat();
        match (&option.ty, option.scope) {
            (Type::Submodule(group), _) => collect(group, &from, feeds),
            (_, Scope::Feeds { unit, key }) => feeds.entry(unit).or_default().push(Feed { from, key }),
            _ => {}
        }
    }
}

/// Lays every option that feeds a unit of this host.
pub(crate) fn lay(services: &mut Map<String, Value>, values: &Map<String, Value>) {
    for (unit, settings) in services {
        for Feed { from, key } in FEEDS.get(unit.as_str()).into_iter().flatten() {
            if let Some(value) = value_at(values, from) {
                put(settings, key, value.clone());
            }
        }
    }
}

/// Whether a local option sets this key of the unit.
pub(crate) fn is_fed(unit: &str, path: &[&str]) -> bool {
    FEEDS.get(unit).is_some_and(|feeds| feeds.iter().any(|feed| feed.key == path))
}

fn value_at<'v>(values: &'v Map<String, Value>, path: &[String]) -> Option<&'v Value> {
    let (set, rest) = path.split_first()?;
    rest.iter().try_fold(values.get(set)?, |value, key| value.get(key))
}

/// Sets the key at `path`. A middle table that does not exist means that this host has no such part. Null means "leave the
/// key out": neither TOML nor the strict parsers of the daemons know null.
fn put(settings: &mut Value, path: &[&str], value: Value) {
    let (Some((first, rest)), Value::Object(table)) = (path.split_first(), settings) else { return };
    if rest.is_empty() && value.is_null() {
        table.shift_remove(*first);
    } else if rest.is_empty() {
        table.insert((*first).to_owned(), value);
    } else if let Some(inner) = table.get_mut(*first) {
        put(inner, rest, value);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    fn put(path: &[&str], value: Value) -> Value {
        let mut settings = json!({ "part": { "key": 1 } });
        super::put(&mut settings, path, value);
        settings
    }

    /// The same three answers as `modules/lib/feeds.nix`.
    #[test]
    fn a_key_is_set_left_out_by_null_and_not_made_where_its_part_is_absent() {
        assert_eq!(put(&["part", "key"], json!(2)), json!({ "part": { "key": 2 } }));
        assert_eq!(put(&["part", "key"], json!(null)), json!({ "part": {} }));
        assert_eq!(put(&["absent", "key"], json!(2)), json!({ "part": { "key": 1 } }));
    }
}
