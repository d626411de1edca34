//! Option set → JSON Schema (draft 2020-12) of the table in the manifest, for editor completion.
//!
//! The schema may be laxer than Rust and NixOS only where a `format` stands for a check that JSON Schema cannot say
//! (addresses, CIDR, URL, secret path); editors treat formats as hints.

use serde_json::{Map, Value, json};

use crate::{OptionSet, Type};

/// The schema of one table; keys are in kebab-case. No key is required: tables are layers.
pub fn to_json_schema(set: &OptionSet) -> Value {
    let properties: Map<String, Value> = set
        .options
        .iter()
        .map(|o| {
            let mut schema = type_schema(&o.ty);
            if let Value::Object(members) = &mut schema {
                members.insert("description".into(), o.description.into());
                if let Some(default) = o.default.as_ref().filter(|d| !d.is_null()) {
                    members.insert("default".into(), default.clone());
                }
                if let Some(example) = &o.example {
                    members.insert("examples".into(), json!([example]));
                }
            }
            (o.kebab(), schema)
        })
        .collect();
    json!({ "type": "object", "additionalProperties": false, "properties": properties })
}

fn type_schema(ty: &Type) -> Value {
    match ty {
        Type::Bool => json!({ "type": "boolean" }),
        Type::Int { min, max } => int_schema(*min, *max),
        Type::Number { min, max } => json!({ "type": "number", "minimum": min, "maximum": max }),
        Type::Port => int_schema(Some(0), Some(65_535)),
        Type::Str => json!({ "type": "string" }),
        Type::NonEmptyStr => json!({ "type": "string", "minLength": 1 }),
        Type::Pattern(p) => json!({
            "type": "string", "pattern": format!("^({})$", p.pattern), "maxLength": p.max_length,
        }),
        Type::Ipv4 => json!({ "type": "string", "format": "ipv4" }),
        Type::Ipv6 => json!({ "type": "string", "format": "ipv6" }),
        Type::Ip | Type::Cidr => json!({ "type": "string", "minLength": 2 }),
        Type::Url => json!({ "type": "string", "format": "uri" }),
        Type::SecretPath => json!({ "type": "string", "pattern": "^/" }),
        Type::Enum(values) => json!({ "type": "string", "enum": values }),
        // TOML has no null: an unset option is an absent key.
        Type::NullOr(of) => type_schema(of),
        Type::ListOf(of) => json!({ "type": "array", "items": type_schema(of) }),
        Type::AttrsOf(of) => json!({ "type": "object", "additionalProperties": type_schema(of) }),
        Type::Submodule(set) => to_json_schema(set),
    }
}

fn int_schema(min: Option<i64>, max: Option<i64>) -> Value {
    let mut out = Map::new();
    out.insert("type".into(), "integer".into());
    if let Some(min) = min {
        out.insert("minimum".into(), min.into());
    }
    if let Some(max) = max {
        out.insert("maximum".into(), max.into());
    }
    Value::Object(out)
}
