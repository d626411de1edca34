//! The closed list of paths, and what each says.

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Method, Response, StatusCode,
    header::{
        ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
        ACCESS_CONTROL_MAX_AGE, ALLOW, CACHE_CONTROL, CONTENT_TYPE,
    },
};
use http_body_util::Full;
use settings::discovery::Surface;

/// What to do about a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Asked {
    /// Give what this client is told.
    Give(Surface),
    /// Say that the program is there: the gateway asks.
    Alive,
    /// Grant a browser's preflight.
    Preflight,
    /// Refuse.
    Refuse(Refusal),
}

/// Why a request is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// No such path.
    PathUnknown,
    /// Nothing can be written here.
    MethodUnknown,
}

impl Refusal {
    pub(crate) const ALL: [Self; 2] = [Self::PathUnknown, Self::MethodUnknown];

    /// The word in metrics.
    pub(crate) const fn word(self) -> &'static str {
        match self {
            Self::PathUnknown => "path_unknown",
            Self::MethodUnknown => "method_unknown",
        }
    }
}

/// Where the gateway asks whether the program is there.
const ALIVE: &str = "/healthz";
const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, OPTIONS");

/// Reads a request.
pub(crate) fn asked(method: &Method, path: &str) -> Asked {
    let surface = Surface::at(path);
    if surface.is_none() && path != ALIVE {
        return Asked::Refuse(Refusal::PathUnknown);
    }
    match (*method == Method::OPTIONS, *method == Method::GET || *method == Method::HEAD, surface) {
        (true, _, _) => Asked::Preflight,
        (_, true, Some(surface)) => Asked::Give(surface),
        (_, true, None) => Asked::Alive,
        _ => Asked::Refuse(Refusal::MethodUnknown),
    }
}

/// An answer that holds for one client at one moment.
pub(crate) fn json(body: Bytes) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::from(body));
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    own(headers);
    response
}

/// The answer to the gateway.
pub(crate) fn alive() -> Response<Full<Bytes>> {
    json(Bytes::from_static(b"{}"))
}

/// The answer to a preflight.
pub(crate) fn preflight() -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::NO_CONTENT;
    own(response.headers_mut());
    response.headers_mut().insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    response
}

/// A Matrix error. Clients fall back to another way only for exactly these codes (element-web#34725).
pub(crate) fn refuse(refusal: Refusal) -> Response<Full<Bytes>> {
    let (status, body) = match refusal {
        Refusal::PathUnknown => {
            (StatusCode::NOT_FOUND, r#"{"errcode":"M_UNRECOGNIZED","error":"There is nothing here."}"#)
        }
        Refusal::MethodUnknown => (
            StatusCode::METHOD_NOT_ALLOWED,
            r#"{"errcode":"M_UNRECOGNIZED","error":"This can only be read."}"#,
        ),
    };
    let mut response = json(Bytes::from_static(body.as_bytes()));
    *response.status_mut() = status;
    if refusal == Refusal::MethodUnknown {
        response.headers_mut().insert(ALLOW, METHODS);
    }
    response
}

/// Web clients may read it, and nobody between may keep it for somebody else.
fn own(headers: &mut HeaderMap) {
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, METHODS);
    headers.insert(
        ACCESS_CONTROL_ALLOW_HEADERS,
        HeaderValue::from_static("X-Requested-With, Content-Type, Authorization"),
    );
}

#[cfg(test)]
mod tests {
    use http::Method;

    use settings::discovery::Surface;

    use super::{Asked, Refusal, asked};

    const UNSTABLE: &str = "/_matrix/client/unstable/org.matrix.msc4143/rtc/transports";

    #[test]
    fn paths_are_a_closed_list() {
        assert_eq!(asked(&Method::GET, UNSTABLE), Asked::Give(Surface::Transports));
        assert_eq!(
            asked(&Method::HEAD, "/_matrix/client/v1/rtc/transports"),
            Asked::Give(Surface::Transports)
        );
        assert_eq!(asked(&Method::GET, "/.well-known/matrix/client"), Asked::Give(Surface::WellKnown));
        assert_eq!(asked(&Method::GET, "/healthz"), Asked::Alive);
        for path in ["/", "/metrics", "/status", "/.well-known/matrix/client/", "//healthz"] {
            assert_eq!(asked(&Method::GET, path), Asked::Refuse(Refusal::PathUnknown), "{path}");
        }
    }

    #[test]
    fn nothing_can_be_written() {
        for method in [Method::POST, Method::PUT, Method::DELETE, Method::PATCH, Method::CONNECT] {
            assert_eq!(asked(&method, UNSTABLE), Asked::Refuse(Refusal::MethodUnknown), "{method}");
        }
        assert_eq!(asked(&Method::OPTIONS, UNSTABLE), Asked::Preflight);
    }
}
