//! `[tls]`: where certificates come from.

use options_derive::Describe;
use serde::{Deserialize, Serialize};
use values::{Email, Url};

/// Where certificates come from. TLS 1.3 is the floor everywhere and has no option.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Describe)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
#[describe(set = "tls")]
pub struct Tls {
    /// Address of the ACME account. Without it certificates are secrets named `tls-<name>`; that of a name which several
    /// hosts serve always is.
    #[option(derived, example = "ops@meridian.example")]
    pub acme_email: Option<Email>,
    /// ACME directory (RFC 8555 §7.1.1).
    #[option(derived, example = "https://acme.meridian.example/directory")]
    pub acme_directory: Url,
}
