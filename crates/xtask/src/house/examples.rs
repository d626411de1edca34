//! Every option has an example that shows something. Those whose values are all listed need none.

use options::{OptionDecl, OptionSet, Type, to_json_schema};

use super::fault::Fault;

/// Looks at every option of every set.
pub(super) fn check() -> Vec<Fault> {
    let sets = settings::nixos_sets().into_iter().chain(settings::manifest_tables());
    sets.chain([settings::link::describe()]).flat_map(|set| below(&set, set.set, set.source)).collect()
}

fn below(set: &OptionSet, path: &str, source: &str) -> Vec<Fault> {
    let schema = to_json_schema(set);
    let each = set.options.iter().flat_map(|option| {
        let name = format!("{path}.{}", option.kebab());
        match &option.ty {
            Type::Submodule(group) => below(group, &name, source),
            _ => fault(option, &schema["properties"][option.kebab()])
                .map(|what| Fault::new(source, format!("`{name}` {what}"), "write `#[option(example = …)]`"))
                .into_iter()
                .collect(),
        }
    });
    each.collect()
}

fn fault(option: &OptionDecl, schema: &serde_json::Value) -> Option<&'static str> {
    match &option.example {
        None if is_listed(&option.ty) => None,
        None => Some("has no example"),
        Some(example) if !jsonschema::is_valid(schema, example) => Some("does not take its own example"),
        Some(_) if is_listed(&option.ty) => None,
        Some(example) => {
            (option.default.as_ref() == Some(example)).then_some("has its default as its example")
        }
    }
}

/// Whether the reference names every value there is.
fn is_listed(ty: &Type) -> bool {
    match ty {
        Type::Bool | Type::Enum(_) => true,
        Type::NullOr(of) => is_listed(of),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use options::Scope;
    use serde_json::{Value, json};

    use super::*;

    fn what(ty: Type, default: Option<Value>, example: Option<Value>) -> Vec<String> {
        let option = OptionDecl { ident: "one", ty, default, example, description: "", scope: Scope::Local };
        let group = OptionSet { set: "", source: "", description: "", options: vec![option] };
        let ty = Type::Submodule(group);
        let outer = OptionDecl {
            ident: "in_it",
            ty,
            default: None,
            example: None,
            description: "",
            scope: Scope::Local,
        };
        let set = OptionSet { set: "set", source: "a.rs", description: "", options: vec![outer] };
        below(&set, set.set, set.source).into_iter().map(|fault| fault.what).collect()
    }

    #[test]
    fn an_option_without_an_example_is_found() {
        assert_eq!(what(Type::Port, None, None), ["`set.in-it.one` has no example"]);
        let maybe = Type::NullOr(Box::new(Type::Port));
        assert_eq!(what(maybe, Some(Value::Null), None), ["`set.in-it.one` has no example"]);
        assert_eq!(what(Type::Port, None, Some(json!(80))), Vec::<String>::new());
    }

    #[test]
    fn an_example_that_shows_nothing_or_is_refused_is_found() {
        let eighty = Some(json!(80));
        assert_eq!(
            what(Type::Port, eighty.clone(), eighty),
            ["`set.in-it.one` has its default as its example"]
        );
        assert_eq!(
            what(Type::Port, None, Some(json!(70_000))),
            ["`set.in-it.one` does not take its own example"]
        );
    }

    #[test]
    fn words_and_bits_are_listed_anyway() {
        assert_eq!(what(Type::Bool, Some(json!(false)), None), Vec::<String>::new());
        assert_eq!(what(Type::Enum(vec!["a", "b"]), None, None), Vec::<String>::new());
        assert_eq!(
            what(Type::Enum(vec!["a", "b"]), None, Some(json!("c"))),
            ["`set.in-it.one` does not take its own example"]
        );
    }
}
