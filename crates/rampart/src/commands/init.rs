//! `rampart init`: a small commented fleet to start from.

use anyhow::{Context, Result};
use camino::Utf8Path;
use handlebars::Handlebars;
use serde_json::{Value, json};

use crate::{
    Exit,
    advice::Advice,
    args::{Extra, Init},
    files, folder,
    output::Output,
};

const TEMPLATE: &str = include_str!("init/fleet.toml.hbs");

/// Writes the fleet.
pub(crate) fn run(args: &Init, fleet: &Utf8Path, out: &mut Output) -> Result<Exit> {
    let dir = args.dir.as_deref().unwrap_or(fleet);
    let file = dir.join(folder::FLEET);
    if !files::create(&file, &manifest(&args.with)?)? {
        let help = "remove it first, or name another folder: `rampart init DIR`";
        return Err(Advice::new(format!("`{file}` exists and is not overwritten"), help).into());
    }
    if out.is_json() {
        out.json(&json!({ "files": [{ "file": file, "change": "new" }] }))?;
        return Ok(Exit::Fine);
    }
    let option = if dir == "hosts" { String::new() } else { format!(" --fleet {dir}") };
    out.line(format!(
        "wrote {file}\n\nNext:\n  put your own names, addresses and SSH key into it\n  rampart check{option}\n  rampart render{option}"
    ))?;
    Ok(Exit::Fine)
}

fn manifest(with: &[Extra]) -> Result<String> {
    let parts: Value = json!({
        "edge": with.contains(&Extra::Edge),
        "dmz": with.contains(&Extra::Dmz),
        "audit": with.contains(&Extra::Audit),
    });
    let mut templates = Handlebars::new();
    templates.set_strict_mode(true);
    // TOML, not HTML.
    templates.register_escape_fn(handlebars::no_escape);
    templates.render_template(TEMPLATE, &parts).context("the template of the manifest is broken")
}
