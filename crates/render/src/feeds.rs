//! Lays the values of local options over the settings of the units that they feed. `modules/lib/feeds.nix` does the
//! same with the final values of an evaluated host.

use options::{OptionSet, Scope, Type};
use serde_json::{Map, Value};

/// Lays every option of `sets` that feeds a unit of this host.
pub(crate) fn lay(services: &mut Map<String, Value>, values: &Map<String, Value>, sets: &[OptionSet]) {
    for set in sets {
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
            (_, Scope::Feeds { unit, key }) if !value.is_null() => {
                if let Some(settings) = services.get_mut(unit) {
                    put(settings, key, value.clone());
                }
            }
            _ => {}
        }
    }
}

/// Sets the key at `path`. A middle table that does not exist means that this host has no such part.
fn put(settings: &mut Value, path: &[&str], value: Value) {
    let (Some((first, rest)), Value::Object(table)) = (path.split_first(), settings) else { return };
    if rest.is_empty() {
        table.insert((*first).to_owned(), value);
    } else if let Some(inner) = table.get_mut(*first) {
        put(inner, rest, value);
    }
}
