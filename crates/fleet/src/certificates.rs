//! Where the certificates of a host's Traefik come from.

use settings::region::MediaMode;

use crate::{Relay, ResolvedHost, Role};

impl ResolvedHost {
    /// Whether its Traefik serves a name that other hosts serve, too: that of its cluster. A cluster of one counts, so that a
    /// second node does not change where the first one's certificate comes from.
    pub fn shares_its_name(&self) -> bool {
        matches!(&self.role, Role::Edge(edge) if edge.mode == MediaMode::Cluster)
    }

    /// Whether its Traefik asks an authority for certificates: there is an account, and a name that this host alone serves.
    /// An authority connects to one address of a name (RFC 8555, section 8), which may be another host's.
    pub fn asks_for_certificates(&self) -> bool {
        let has_own_name = !self.shares_its_name() || self.relay() == Some(Relay::Own);
        self.tls.acme_email.is_some() && has_own_name
    }

    /// Whether its Traefik is brought a certificate, the secret `tls-web`.
    pub fn is_brought_a_certificate(&self) -> bool {
        self.tls.acme_email.is_none() || self.shares_its_name()
    }
}
