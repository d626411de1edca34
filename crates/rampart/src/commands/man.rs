//! `rampart man`: the manual page, with a part for each command.

use anyhow::Result;
use clap::{Command, CommandFactory};
use clap_mangen::Man;

use crate::{Exit, args::Cli, output::Output};

/// Options of every command; the first part has them.
const COMMON: [&str; 3] = ["fleet", "format", "help"];

/// Prints the page.
pub(crate) fn run(out: &mut Output) -> Result<Exit> {
    let mut command = Cli::command();
    command.build();
    let mut page = Vec::new();
    Man::new(command.clone()).render(&mut page)?;
    let mut page = String::from_utf8(page)?;
    for part in commands(&command) {
        page.push_str(&section(part)?);
    }
    // clap_mangen has one name for all that stands behind the options.
    out.text(&page.replace(" EXTRA\n", " EXAMPLES\n"))?;
    Ok(Exit::Fine)
}

/// All commands below `command`, each before the ones below it.
fn commands(command: &Command) -> Vec<&Command> {
    let below = command.get_subcommands().filter(|below| below.get_name() != "help");
    below.flat_map(|below| std::iter::once(below).chain(commands(below))).collect()
}

/// The page of one command as a section of the whole: its sections become sub-sections.
fn section(command: &Command) -> Result<String> {
    let name = command.get_bin_name().unwrap_or(command.get_name()).to_uppercase();
    let man = Man::new(command.clone().mut_args(|arg| {
        let common = COMMON.contains(&arg.get_id().as_str());
        arg.hide(common)
    }));
    let mut body = Vec::new();
    man.render_synopsis_section(&mut body)?;
    man.render_description_section(&mut body)?;
    if command.get_arguments().any(|arg| !COMMON.contains(&arg.get_id().as_str())) {
        man.render_options_section(&mut body)?;
    }
    man.render_extra_section(&mut body)?;
    Ok(format!(".SH \"{name}\"\n{}", String::from_utf8(body)?.replace("\n.SH ", "\n.SS ")))
}
