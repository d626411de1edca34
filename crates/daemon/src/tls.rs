//! Asking servers behind TLS.

use std::sync::Arc;

use rustls::{ClientConfig, RootCertStore, crypto::ring};

/// Trusts the certificate authorities of this host (`/etc/ssl/certs`, or what `SSL_CERT_FILE` names). Without any, every server is
/// refused, and the log says why.
///
/// The provider of the cryptography is named. Our programs are built together and so share the features of `rustls`: several
/// providers are in each of them, and who leaves the choice to `rustls` panics at the first connection (rustls:
/// `CryptoProvider::get_default_or_install_from_crate_features`).
pub fn client() -> Result<ClientConfig, rustls::Error> {
    let found = rustls_native_certs::load_native_certs();
    let mut roots = RootCertStore::empty();
    let (added, _) = roots.add_parsable_certificates(found.certs);
    if added == 0 {
        tracing::warn!(errors = ?found.errors, "no certificate authority is known");
    }
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(config)
}
