//! Lays the values of local options over the settings of the units that they feed. `modules/lib/feeds.nix` does the
//! same with the final values of an evaluated host.

use std::sync::LazyLock;

use options::{OptionSet, Scope, Type};
use serde_json::{Map, Value};

/// The option sets do not change while a program runs, and describing them for each host would cost more than rendering.
static SETS: LazyLock<Vec<OptionSet>> = LazyLock::new(settings::nixos_sets);

/// Lays every option that feeds a unit of this host.
pub(crate) fn lay(services: &mut Map<String, Value>, values: &Map<String, Value>) {
    for set in SETS.iter() {
        if let Some(values) = values.get(set.set) {
            lay_set(services, values, set);
        }
    }
}

fn lay_set(services: &mut Map<String, Value>, values: &Value, set: &OptionSet) {
    for option in &set.options {
        let Some(value) = values.get(option.camel()) else { continue };
        match (&option.ty, option.scope) {
            (Type::Submodule(group), _) => lay_set(services, value, group),
            (_, Scope::Feeds { unit, key }) => {
                if let Some(settings) = services.get_mut(unit) {
                    put(settings, key, value.clone());
                }
            }
            _ => {}
        }
    }
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
