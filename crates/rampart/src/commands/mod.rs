//! One file per command. Each does its work and prints its answer; none knows how arguments are spelt.

mod check;
mod completions;
mod edge;
mod explain;
mod init;
mod man;
mod options;
mod render;
mod schema;
mod secrets;
mod show;

use anyhow::Result;

use crate::{
    Exit,
    args::{Cli, Command},
    output::Output,
};

/// Does what was asked.
pub(crate) fn run(cli: Cli, out: &mut Output) -> Result<Exit> {
    let fleet = cli.global.fleet.as_path();
    match cli.command {
        Command::Init(args) => init::run(&args, fleet, out),
        Command::Check(args) => check::run(&args, fleet, out),
        Command::Render(args) => render::run(&args, fleet, out),
        Command::Explain(args) => explain::run(&args, out),
        Command::Show(args) => show::run(&args.what, fleet, out),
        Command::Secrets(args) => secrets::run(&args.what, fleet, out),
        Command::Edge(args) => edge::run(&args.what, fleet, out),
        Command::Options(_) => options::run(out),
        Command::Schema(_) => schema::run(out),
        Command::Completions(args) => completions::run(&args, out),
        Command::Man(_) => man::run(out),
    }
}
