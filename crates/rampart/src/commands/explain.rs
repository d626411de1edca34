//! `rampart explain`: the list of complaints, or one of them with its reason, a bad example and the way out.

mod example;

use anyhow::Result;
use diag::Code;
use serde_json::{Map, Value, json};

use crate::{
    Exit,
    advice::Advice,
    args::Explain,
    output::{self, Output, TITLE, Table},
};
use example::Example;

/// Explains one complaint, or lists them all.
pub(crate) fn run(args: &Explain, out: &mut Output) -> Result<Exit> {
    match &args.code {
        Some(word) => one(code(word)?, out)?,
        None => all(out)?,
    }
    Ok(Exit::Fine)
}

/// Takes `error[port_taken]` too, as it stands in a report.
fn code(word: &str) -> Result<Code> {
    let bare = word.trim_start_matches("error").trim_start_matches("warning").trim_matches(['[', ']']);
    bare.parse().map_err(|unknown: diag::CodeUnknown| {
        let help = match unknown.did_you_mean {
            Some(code) => format!("did you mean `{code}`?"),
            None => "`rampart explain` lists every complaint".to_owned(),
        };
        Advice::new(format!("there is no complaint `{word}`"), help).into()
    })
}

fn all(out: &mut Output) -> Result<()> {
    if out.is_json() {
        let rules: Vec<Value> = Code::ALL.iter().map(|code| Value::Object(members(*code))).collect();
        return Ok(out.json(&json!({ "rules": rules }))?);
    }
    let mut table = Table::new(["Code", "Severity", "Why"]);
    for code in Code::ALL {
        table.row([code.to_string(), code.severity().to_string(), code.summary()]);
    }
    Ok(out.table(&table)?)
}

fn one(code: Code, out: &mut Output) -> Result<()> {
    let example = Example::of(code);
    if out.is_json() {
        let mut rule = members(code);
        rule.insert("message".to_owned(), code.message().into());
        rule.insert("reason".to_owned(), code.reason().into());
        rule.insert("exampleForm".to_owned(), example.as_ref().map(|example| example.form.word()).into());
        rule.insert("example".to_owned(), example.map(|example| example.text).into());
        return Ok(out.json(&json!({ "rules": [rule] }))?);
    }
    out.line(format!("{TITLE}{}[{code}]{TITLE:#}", code.severity()))?;
    out.line(indented(&code.message()))?;
    section("Why", &code.reason(), out)?;
    let mut style = out.pretty();
    style.width = style.width.saturating_sub(2);
    if let Some(example) = example {
        let shown = example.shown(style).replace('\n', "\n  ").replace("\n  \n", "\n\n");
        out.line(format!("\n{TITLE}Example{TITLE:#}\n  {shown}"))?;
    }
    section("What to do", &code.help(), out)
}

fn members(code: Code) -> Map<String, Value> {
    let members = [
        ("code", code.as_str().to_owned()),
        ("severity", code.severity().to_string()),
        ("summary", code.summary()),
        ("help", code.help()),
    ];
    members.map(|(name, text)| (name.to_owned(), text.into())).into_iter().collect()
}

fn section(title: &str, text: &str, out: &mut Output) -> Result<()> {
    Ok(out.line(format!("\n{TITLE}{title}{TITLE:#}\n{}", indented(text)))?)
}

fn indented(text: &str) -> String {
    let width = output::width().saturating_sub(2);
    let lines = text.lines().flat_map(|line| output::wrap(line, width));
    lines.map(|line| format!("  {line}").trim_end().to_owned()).collect::<Vec<_>>().join("\n")
}
