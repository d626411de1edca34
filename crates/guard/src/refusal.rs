//! The closed list of reasons why a request does not get through, and the answer to each.

use std::fmt;

use bytes::Bytes;
use http::{
    HeaderMap, HeaderValue, Response, StatusCode,
    header::{
        ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
        ACCESS_CONTROL_MAX_AGE, CONNECTION, CONTENT_TYPE,
    },
};
use http_body_util::Full;
use ingress::{Part, Rule};
use serde_json::json;

/// Why a request does not get through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Refusal {
    /// Not HTTP/1.1.
    VersionOld,
    /// A method that Matrix does not use, such as CONNECT or TRACE.
    MethodUnknown,
    /// No `Host`, several, or one that is no host name.
    HostBad,
    /// A transfer coding other than `chunked`.
    CodingUnknown,
    /// By a rule of the crate `ingress`.
    Ruled(ingress::Refusal),
    /// Registration through a door that does not register.
    RegistrationClosed,
    /// The body is longer than allowed.
    BodyTooLarge,
    /// The client's body is malformed or ends early.
    BodyBroken,
    /// The client stopped sending its body.
    BodyStalled,
    /// Too many bodies are waiting to be judged.
    DeskFull,
    /// Too many connections.
    ConnectionsFull,
    /// No connection to the homeserver.
    UpstreamUnreachable,
    /// The homeserver broke off or answered nonsense.
    UpstreamBroken,
    /// The homeserver did not begin its answer in time.
    UpstreamSilent,
    /// The homeserver's volume is full.
    VolumeFull,
    /// Traefik has refused it and no rule of ours says why (`rampart-answer` only).
    Denied,
    /// Too many tries from one address (`rampart-answer` only).
    Limited,
}

/// Status, Matrix error code and sentence of an answer.
type Words = (StatusCode, &'static str, &'static str);

const BAD: (StatusCode, &str) = (StatusCode::BAD_REQUEST, "M_UNRECOGNIZED");
const DOWN: &str = "The server cannot be reached at the moment. Please try again in a minute.";

/// What HTTP itself refuses before there is a request.
pub(crate) const MALFORMED: &str = "http_malformed";

/// The reasons of the guard's own; the others are the rules of the crate `ingress`.
const OWN: [Refusal; 14] = [
    Refusal::VersionOld,
    Refusal::MethodUnknown,
    Refusal::HostBad,
    Refusal::CodingUnknown,
    Refusal::RegistrationClosed,
    Refusal::BodyTooLarge,
    Refusal::BodyBroken,
    Refusal::BodyStalled,
    Refusal::DeskFull,
    Refusal::ConnectionsFull,
    Refusal::UpstreamUnreachable,
    Refusal::UpstreamBroken,
    Refusal::UpstreamSilent,
    Refusal::VolumeFull,
];

/// The name of every reason that there is.
pub(crate) fn rules() -> impl Iterator<Item = &'static str> {
    let ruled = ingress::rules::ALL.iter().map(|rule| rule.name);
    OWN.iter().map(Refusal::rule).chain([MALFORMED]).chain(ruled)
}

impl Refusal {
    /// The name of the rule, as logged.
    pub fn rule(&self) -> &'static str {
        match self {
            Self::VersionOld => "version_old",
            Self::MethodUnknown => "method_unknown",
            Self::HostBad => "host_bad",
            Self::CodingUnknown => "coding_unknown",
            Self::Ruled(refusal) => refusal.rule.name,
            Self::RegistrationClosed => "registration_closed",
            Self::BodyTooLarge => "body_too_large",
            Self::BodyBroken => "body_broken",
            Self::BodyStalled => "body_stalled",
            Self::DeskFull => "desk_full",
            Self::ConnectionsFull => "connections_full",
            Self::UpstreamUnreachable => "upstream_unreachable",
            Self::UpstreamBroken => "upstream_broken",
            Self::UpstreamSilent => "upstream_silent",
            Self::VolumeFull => "volume_full",
            Self::Denied => "denied",
            Self::Limited => "limited",
        }
    }

    fn words(&self) -> Words {
        match self {
            Self::VersionOld => {
                (StatusCode::HTTP_VERSION_NOT_SUPPORTED, "M_UNRECOGNIZED", "Only HTTP/1.1 is spoken here.")
            }
            Self::MethodUnknown => {
                (StatusCode::METHOD_NOT_ALLOWED, "M_UNRECOGNIZED", "This method is not used by Matrix.")
            }
            Self::HostBad => (BAD.0, BAD.1, "The request does not name one host."),
            Self::CodingUnknown => (BAD.0, BAD.1, "The only transfer coding is chunked."),
            Self::Ruled(refusal) => {
                let rule = refusal.rule;
                (
                    StatusCode::from_u16(rule.status).unwrap_or(StatusCode::FORBIDDEN),
                    rule.errcode,
                    rule.sentence,
                )
            }
            Self::RegistrationClosed => {
                (StatusCode::FORBIDDEN, "M_FORBIDDEN", "Accounts on this server are not made in the client.")
            }
            Self::BodyTooLarge => {
                (StatusCode::PAYLOAD_TOO_LARGE, "M_TOO_LARGE", "This is larger than the server accepts.")
            }
            Self::BodyBroken => (BAD.0, "M_UNKNOWN", "The request did not arrive completely."),
            Self::BodyStalled => {
                (StatusCode::REQUEST_TIMEOUT, "M_UNKNOWN", "The request did not arrive in time.")
            }
            Self::DeskFull | Self::ConnectionsFull => (StatusCode::SERVICE_UNAVAILABLE, "M_UNKNOWN", DOWN),
            Self::UpstreamUnreachable | Self::UpstreamBroken => (StatusCode::BAD_GATEWAY, "M_UNKNOWN", DOWN),
            Self::UpstreamSilent => (StatusCode::GATEWAY_TIMEOUT, "M_UNKNOWN", DOWN),
            Self::VolumeFull => (
                StatusCode::INSUFFICIENT_STORAGE,
                "M_UNKNOWN",
                "The server has no room left, so this was not kept. Please tell the people who run it.",
            ),
            Self::Denied => (StatusCode::FORBIDDEN, "M_FORBIDDEN", "This is not available on this server."),
            Self::Limited => (
                StatusCode::TOO_MANY_REQUESTS,
                "M_LIMIT_EXCEEDED",
                "That was too often. Please wait a little and try again.",
            ),
        }
    }

    /// The status of the answer.
    pub fn status(&self) -> StatusCode {
        self.words().0
    }

    /// What people read.
    pub(crate) fn sentence(&self) -> &'static str {
        self.words().2
    }

    /// Whether the request was well formed and only what it asks for is refused. A browser's preflight for it
    /// is granted, or the browser could not read the refusal.
    pub fn is_policy(&self) -> bool {
        match self {
            Self::RegistrationClosed | Self::Denied | Self::Limited => true,
            Self::Ruled(refusal) => refusal.rule.is_policy(),
            _ => false,
        }
    }

    /// Whether the guard or the homeserver is at fault rather than the request.
    pub fn is_ours(&self) -> bool {
        self.status().as_u16() >= 500 && !matches!(self, Self::VersionOld)
    }

    /// Whether what follows on the connection is guesswork, because the request was malformed or not read to its end.
    pub(crate) fn ends_connection(&self) -> bool {
        match self {
            Self::Ruled(refusal) => refusal.rule.part == Part::Form || refusal.rule.status == 413,
            _ => !self.is_policy() && !self.is_ours(),
        }
    }

    /// The Matrix error as JSON.
    pub fn json(&self) -> String {
        let (_, errcode, error) = self.words();
        json!({ "errcode": errcode, "error": error }).to_string()
    }

    /// The answer to the client.
    pub fn answer(&self) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::from(self.json()));
        *response.status_mut() = self.status();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        allow_every_origin(headers);
        if self.ends_connection() {
            headers.insert(CONNECTION, HeaderValue::from_static("close"));
        }
        response
    }
}

impl From<ingress::Refusal> for Refusal {
    fn from(refusal: ingress::Refusal) -> Self {
        Self::Ruled(refusal)
    }
}

impl From<&'static Rule> for Refusal {
    fn from(rule: &'static Rule) -> Self {
        Self::Ruled(rule.into())
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.rule())
    }
}

/// The answer to a preflight for something that will be refused.
pub fn preflight() -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::NO_CONTENT;
    allow_every_origin(response.headers_mut());
    response.headers_mut().insert(ACCESS_CONTROL_MAX_AGE, HeaderValue::from_static("86400"));
    response
}

/// What the Matrix specification asks of servers for web clients.
fn allow_every_origin(headers: &mut HeaderMap) {
    let methods = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
    let names = HeaderValue::from_static("X-Requested-With, Content-Type, Authorization");
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(ACCESS_CONTROL_ALLOW_METHODS, methods);
    headers.insert(ACCESS_CONTROL_ALLOW_HEADERS, names);
}

#[cfg(test)]
mod tests {
    use super::Refusal;

    fn ruled(name: &str) -> Refusal {
        let rule = ingress::rules::ALL.iter().find(|rule| rule.name == name).unwrap();
        Refusal::from(*rule)
    }

    #[test]
    fn every_answer_is_a_matrix_error_that_browsers_may_read() {
        let answer = ruled("path_internal").answer();
        assert_eq!(answer.status(), 403);
        assert_eq!(answer.headers()["access-control-allow-origin"], "*");
        let json: serde_json::Value = serde_json::from_str(&ruled("path_internal").json()).unwrap();
        assert_eq!(json["errcode"], "M_FORBIDDEN");
        assert!(json["error"].as_str().unwrap().ends_with('.'));
    }

    #[test]
    fn only_malformed_requests_lose_their_connection() {
        let closes = |refusal: Refusal| refusal.answer().headers().contains_key("connection");
        assert!(closes(ruled("target_form")) && closes(Refusal::BodyTooLarge) && closes(Refusal::VersionOld));
        assert!(closes(ruled("body_too_long")));
        assert!(!closes(ruled("path_internal")) && !closes(Refusal::UpstreamUnreachable));
        assert!(!closes(ruled("redaction_endpoint")) && !closes(ruled("json_duplicate")));
    }
}
