//! `rampart secrets check`: what is missing, open to others, malformed or shared that must not be.

use anyhow::Result;
use diag::Sources;
use serde_json::{Value, json};

use super::{
    Asked, identities,
    store::{Form, Store},
};
use crate::{
    Exit,
    advice::Advice,
    args::SecretsCheck,
    output::{Output, failed},
};

/// Checks the folder.
pub(super) fn run(args: &SecretsCheck, asked: &Asked, out: &mut Output) -> Result<Exit> {
    let store = Store::at(&args.folder);
    if !store.exists() {
        let help = format!("make it with `rampart secrets generate --out {}`", args.folder);
        return Err(Advice::new(format!("there is no folder `{}`", args.folder), help).into());
    }
    let keys = identities(args.identity.as_deref())?;
    let waiting = out.waiting("reading the secrets");
    let held = store.holdings(&asked.needs, Form::Plain, &keys)?;
    let mut report = secrets::judge_files(&store.findings(&asked.needs)?);
    report.extend(secrets::judge(&asked.needs, &held, &asked.public()));
    drop(waiting);
    let sources = Sources::new();
    if out.is_json() {
        let mut json = report.to_json(&sources);
        if let Some(Value::Object(summary)) = json.get_mut("summary") {
            summary.insert("secrets".to_owned(), json!(held.len()));
        }
        out.json(&json)?;
    } else {
        out.report(&report, &sources)?;
        out.line(match (report.errors(), report.is_empty()) {
            (0, true) => format!("All {} files are as they should be.", held.len()),
            (0, false) => format!("No errors, {}.", report.tally()),
            _ => failed(&report),
        })?;
    }
    Ok(Exit::findings(report.has_errors(args.deny_warnings)))
}
