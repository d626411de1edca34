//! `[secrets]`: where secrets are at run time, and who puts them there.

use options_derive::Describe;
use serde::{Deserialize, Serialize};
use values::SecretPath;

/// Who puts secrets in place.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "kebab-case")]
pub enum SecretProvider {
    /// The operator copies the files.
    Files,
    /// sops-nix.
    Sops,
    /// agenix.
    Agenix,
    /// `deployment.keys` of colmena.
    Colmena,
}

/// Where secrets are at run time, and who puts them there. Units get them by `LoadCredential`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[describe(set = "secrets")]
pub struct Secrets {
    /// Folder of the secrets at run time.
    #[option(derived, example = "/run/rampart-secrets")]
    pub directory: SecretPath,
    /// Who puts secrets in place.
    #[option(default = SecretProvider::Files, example = "sops")]
    pub provider: SecretProvider,
}
