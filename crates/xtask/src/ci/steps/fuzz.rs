//! Fuzz targets still compile. They are in workspaces of their own, which nothing else here builds.

use anyhow::{Context as _, Result};

use crate::{
    ci::Tally,
    command,
    repository::{self, FUZZ_WORKSPACES},
};

/// Checking links nothing, so libFuzzer, half a minute of C++, is not compiled for it: libfuzzer-sys takes a library that is
/// named here as it is, and one that is not there only fails at the end of a real build.
const NO_LIBRARY: (&str, &str) = ("CUSTOM_LIBFUZZER_PATH", "/nonexistent/libfuzzer.a");

/// Checks all of them, in the target folder of the workspace, whose dependencies they share.
pub(super) fn check() -> Tally {
    let one = |manifest: &&str| Tally::judged(compile(manifest).with_context(|| (*manifest).to_owned()));
    FUZZ_WORKSPACES.iter().map(one).sum()
}

fn compile(manifest: &str) -> Result<()> {
    let folder = repository::target()?;
    let words =
        ["check", "--quiet", "--locked", "--manifest-path", manifest, "--target-dir", folder.as_str()];
    command::run(command::cargo(&words).env(NO_LIBRARY.0, NO_LIBRARY.1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_fuzz_workspace_is_checked() {
        let files = repository::files().unwrap();
        let is_fuzz = |path: &&camino::Utf8PathBuf| path.ends_with("fuzz/Cargo.toml");
        let found: Vec<&str> = files.iter().filter(is_fuzz).map(|path| path.as_str()).collect();
        let mut known = FUZZ_WORKSPACES.to_vec();
        known.sort_unstable();
        assert_eq!(found, known);
    }
}
