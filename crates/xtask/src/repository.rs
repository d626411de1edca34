//! Where the repository is.

use camino::{Utf8Path, Utf8PathBuf};

/// The root of the repository, from where this crate was built.
pub(crate) fn root() -> Utf8PathBuf {
    let here = Utf8Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).unwrap_or(here).to_owned()
}
