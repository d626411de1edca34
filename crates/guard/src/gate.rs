//! The gate: the one place where a request is judged, before a byte of it reaches the homeserver.
//!
//! [`admit`] sees the head of every request and nothing goes upstream without its word. Where the body decides, it
//! returns the judge, and `desk` sends on only what that judge has let through. The rules themselves are the crate
//! `ingress`; here is what HTTP itself asks.

use http::{
    HeaderMap, Method, Version,
    header::{HOST, TRANSFER_ENCODING},
    request::Parts,
    uri::Authority,
};

use ingress::{Head, Policy, Target};

use crate::refusal::Refusal;

/// Lets a request in, asks for its body, or names the rule that refuses it. `may_register` says what the door is for.
pub(crate) fn admit(head: &Parts, may_register: bool, policy: &Policy) -> Result<Head, Refusal> {
    if head.version != Version::HTTP_11 {
        return Err(Refusal::VersionOld);
    }
    method(&head.method)?;
    host(&head.headers)?;
    coding(&head.headers)?;
    let target = Target::read(&head.uri)?;
    if !may_register && target.registers() {
        return Err(Refusal::RegistrationClosed);
    }
    Ok(ingress::head(&head.method, &target, &head.headers, policy)?)
}

fn method(method: &Method) -> Result<(), Refusal> {
    match *method {
        Method::GET
        | Method::HEAD
        | Method::OPTIONS
        | Method::POST
        | Method::PUT
        | Method::DELETE
        | Method::PATCH => Ok(()),
        _ => Err(Refusal::MethodUnknown),
    }
}

/// Exactly one `Host`, and a host name without user information.
fn host(headers: &HeaderMap) -> Result<(), Refusal> {
    let mut hosts = headers.get_all(HOST).iter();
    match (hosts.next(), hosts.next()) {
        (Some(host), None) if is_host(host.as_bytes()) => Ok(()),
        _ => Err(Refusal::HostBad),
    }
}

/// Whether the text is a host name or address, with or without a port.
pub(crate) fn is_host(text: &[u8]) -> bool {
    is_plain_host(text) || (!text.contains(&b'@') && Authority::try_from(text).is_ok())
}

/// Whether the text is a host name as nearly all are, which is said without a copy of it.
fn is_plain_host(text: &[u8]) -> bool {
    !text.is_empty() && text.iter().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'-'))
}

/// The body is framed anew towards the homeserver, so a coding that would get lost on the way is refused.
fn coding(headers: &HeaderMap) -> Result<(), Refusal> {
    let mut codings = headers.get_all(TRANSFER_ENCODING).iter();
    match (codings.next(), codings.next()) {
        (None, _) => Ok(()),
        (Some(coding), None) if coding.as_bytes().eq_ignore_ascii_case(b"chunked") => Ok(()),
        _ => Err(Refusal::CodingUnknown),
    }
}

#[cfg(test)]
mod tests {
    use http::{Request, Version, request::Builder, uri::Authority};

    use ingress::Policy;
    use serde_json::json;

    use super::{admit, is_plain_host};
    use crate::refusal::Refusal;

    fn policy() -> Policy {
        serde_json::from_value(json!({
            "audit": { "enable": true, "reads": "guarded", "encryptedCreate": "strip", "blinding": false,
                "keys": false, "edits": false, "accounts": [] },
            "roomVersion": "11",
            "federation": false,
        }))
        .unwrap()
    }

    fn request(method: &str, target: &str) -> Builder {
        Request::builder().method(method).uri(target)
    }

    fn verdict(request: Builder) -> Result<(), Refusal> {
        admit(&request.body(()).unwrap().into_parts().0, false, &policy()).map(drop)
    }

    const PATH: &str = "/_matrix/client/versions";
    const WRITE: &str = "/_matrix/client/v3/rooms/r/send/m.room.message/1";

    #[test]
    fn methods_that_matrix_does_not_use_are_refused() {
        for method in ["CONNECT", "TRACE", "get", "PROPFIND"] {
            let request = request(method, PATH).header("host", "x.org");
            assert_eq!(verdict(request), Err(Refusal::MethodUnknown), "{method}");
        }
        for method in ["GET", "HEAD", "OPTIONS", "PUT"] {
            assert_eq!(verdict(request(method, WRITE).header("host", "x.org:8448")), Ok(()), "{method}");
        }
    }

    #[test]
    fn exactly_one_host_is_named() {
        assert_eq!(verdict(request("GET", PATH)), Err(Refusal::HostBad));
        let two = request("GET", PATH).header("host", "x.org").header("host", "y.org");
        assert_eq!(verdict(two), Err(Refusal::HostBad));
        for host in ["", "a b", "u@x.org", "x.org/y"] {
            assert_eq!(verdict(request("GET", PATH).header("host", host)), Err(Refusal::HostBad), "{host}");
        }
    }

    #[test]
    fn a_plain_host_name_is_a_host_name() {
        // Every two characters of those that are plain, and a name as it is.
        let plain: Vec<u8> = (0..=u8::MAX).filter(|byte| is_plain_host(&[*byte])).collect();
        for (one, other) in plain.iter().flat_map(|one| plain.iter().map(move |other| (*one, *other))) {
            assert!(Authority::try_from(&[one, other][..]).is_ok(), "{one} {other}");
        }
        assert!(is_plain_host(b"matrix.example-1.org") && !is_plain_host(b"") && !is_plain_host(b"a@b"));
    }

    #[test]
    fn other_codings_and_versions_are_refused() {
        let sent = |coding: &str| {
            verdict(request("PUT", WRITE).header("host", "x").header("transfer-encoding", coding))
        };
        assert_eq!(sent("Chunked"), Ok(()));
        assert_eq!(sent("gzip, chunked"), Err(Refusal::CodingUnknown));
        let old = request("GET", PATH).header("host", "x").version(Version::HTTP_10);
        assert_eq!(verdict(old), Err(Refusal::VersionOld));
    }

    #[test]
    fn the_door_decides_about_registration() {
        let head = request("POST", "/_matrix/client/v3/register").header("host", "x").body(()).unwrap();
        let head = head.into_parts().0;
        assert_eq!(admit(&head, false, &policy()).map(drop), Err(Refusal::RegistrationClosed));
        assert_eq!(admit(&head, true, &policy()).map(drop), Ok(()));
    }
}
