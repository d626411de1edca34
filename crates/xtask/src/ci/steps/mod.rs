//! One file for each step that is more than one call.

mod cargo;
mod deny;
mod fuzz;
mod lab;
mod nft;
mod python;
mod render;
mod test;
mod tools;

use anyhow::Result;

use super::{Daemons, Step, Tally};
use crate::{eval, generate, house, nix, parity};

/// Performs one step; the first one begins to install the daemons that the last one wants.
pub(super) fn perform(step: Step, daemons: &mut Daemons) -> Result<Tally> {
    match step {
        Step::Tools => Ok(tools::install(|| daemons.begin())),
        Step::Fmt => cargo::run(&["fmt", "--all", "--check"]),
        Step::Clippy => {
            cargo::run(&["clippy", "--workspace", "--all-targets", "--quiet", "--", "-D", "warnings"])
        }
        Step::Test => Ok([test::run()?, fuzz::check()].into_iter().sum()),
        Step::Doc => cargo::documentation(),
        Step::Generate => generate::run(true),
        Step::Render => render::check(),
        Step::House => house::check(),
        Step::Deny => deny::check(),
        Step::Nix => nix::check(),
        Step::Nft => nft::check(),
        Step::Python => python::check(),
        Step::Parity => parity::check(),
        Step::Eval => eval::check(&[]),
        Step::Lab => lab::run(daemons),
    }
}
