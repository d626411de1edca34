//! Raw requests over TLS to this very host: a target must arrive as it is written, and HTTP clients rewrite it.

use std::{io, net::SocketAddr, sync::Arc, time::Duration};

use rustls::{
    ClientConfig, DigitallySignedStruct, Error, SignatureScheme,
    client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier},
    crypto::{CryptoProvider, WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature},
    pki_types::{CertificateDer, ServerName, UnixTime},
};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};
use tokio_rustls::TlsConnector;

/// How long one exchange may take. A request that passes may wait for the homeserver, and then it has passed.
const PATIENCE: Duration = Duration::from_secs(15);
/// What is read of an answer.
const ANSWER_BYTES: u64 = 64 * 1024;

/// Asks one entry point as one host name.
pub(super) struct Client {
    entry: SocketAddr,
    name: String,
    /// Absent only if the TLS library has no protocol version to offer.
    tls: Option<TlsConnector>,
}

impl Client {
    pub(super) fn new(entry: SocketAddr, name: &str) -> Self {
        Self { entry, name: name.to_owned(), tls: connector() }
    }

    /// The answer to a request without a body.
    pub(super) async fn ask(&self, method: &str, target: &str) -> io::Result<Reply> {
        let asked = timeout(PATIENCE, self.exchange(method, target)).await;
        asked.map_err(|_| io::ErrorKind::TimedOut.into()).flatten()
    }

    async fn exchange(&self, method: &str, target: &str) -> io::Result<Reply> {
        let connector = self.tls.as_ref().ok_or(io::ErrorKind::Unsupported)?;
        let name = ServerName::try_from(self.name.clone()).map_err(io::Error::other)?;
        let stream = TcpStream::connect(self.entry).await?;
        let mut stream = connector.connect(name, stream).await?;
        let framing = if matches!(method, "GET" | "HEAD" | "OPTIONS") { "" } else { "Content-Length: 2\r\n" };
        let body = if framing.is_empty() { "" } else { "{}" };
        let request = format!(
            "{method} {target} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{framing}\r\n{body}",
            self.name
        );
        stream.write_all(request.as_bytes()).await?;
        let mut bytes = Vec::new();
        // Servers end without the farewell of TLS; what has arrived counts.
        let read = stream.take(ANSWER_BYTES).read_to_end(&mut bytes).await;
        Reply::parse(&bytes).ok_or_else(|| read.err().unwrap_or_else(|| io::ErrorKind::InvalidData.into()))
    }
}

/// Head of an answer.
#[derive(Debug)]
pub(super) struct Reply {
    pub(super) status: u16,
    headers: Vec<(String, String)>,
}

impl Reply {
    pub(super) fn parse(bytes: &[u8]) -> Option<Self> {
        let end = bytes.windows(4).position(|window| window == b"\r\n\r\n")?;
        let head = str::from_utf8(&bytes[..end]).ok()?;
        let mut lines = head.split("\r\n");
        let status = lines.next()?.strip_prefix("HTTP/1.")?.split(' ').nth(1)?.parse().ok()?;
        let field = |line: &str| {
            let (name, value) = line.split_once(':')?;
            Some((name.to_ascii_lowercase(), value.trim().to_owned()))
        };
        Some(Self { status, headers: lines.filter_map(field).collect() })
    }

    /// The first value of a header, by its name in small letters.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }
}

fn connector() -> Option<TlsConnector> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let versions =
        ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions();
    let verifier = Arc::new(OwnHost::new(&provider));
    let config = versions.ok()?.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth();
    Some(TlsConnector::from(Arc::new(config)))
}

/// Takes any certificate: the other end is this host by its address, nothing secret is said, and before the first
/// certificate has been issued there is only a stand-in. That it holds the certificate's key is still proven.
#[derive(Debug)]
struct OwnHost(WebPkiSupportedAlgorithms);

impl OwnHost {
    fn new(provider: &CryptoProvider) -> Self {
        Self(provider.signature_verification_algorithms)
    }
}

impl ServerCertVerifier for OwnHost {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}
