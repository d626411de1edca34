//! Header rules: what is taken away in both directions.

use http::{
    HeaderMap, HeaderName,
    header::{
        CONNECTION, CONTENT_LENGTH, EXPECT, PROXY_AUTHENTICATE, PROXY_AUTHORIZATION, TE, TRAILER,
        TRANSFER_ENCODING, UPGRADE,
    },
};

/// Headers that are about one connection, not about the message.
static HOP_BY_HOP: [HeaderName; 10] = [
    CONNECTION,
    HeaderName::from_static("keep-alive"),
    HeaderName::from_static("proxy-connection"),
    PROXY_AUTHENTICATE,
    PROXY_AUTHORIZATION,
    TE,
    TRAILER,
    TRANSFER_ENCODING,
    UPGRADE,
    HeaderName::from_static("http2-settings"),
];

/// Names, besides everything that starts with `x-forwarded`, in which proxies put addresses and rewritten targets.
/// Software behind a proxy believes them, so none may come from a client.
const FORGEABLE: [&str; 18] = [
    "forwarded",
    "via",
    "cf-connecting-ip",
    "client-ip",
    "cloudfront-viewer-address",
    "fastly-client-ip",
    "fly-client-ip",
    "true-client-ip",
    "x-client-ip",
    "x-cluster-client-ip",
    "x-envoy-external-address",
    "x-http-method-override",
    "x-method-override",
    "x-original-forwarded-for",
    "x-original-host",
    "x-original-url",
    "x-real-ip",
    "x-rewrite-url",
];

/// Takes away what the homeserver must not see. Framing (`Content-Length`) and `Expect` go as well: the message is
/// framed anew, and the guard itself has told the client to continue.
pub(crate) fn strip_request(headers: &mut HeaderMap) {
    strip(headers, |name| *name == CONTENT_LENGTH || *name == EXPECT || is_forgeable(name.as_str()));
}

/// Takes away what the client must not see of the homeserver's connection.
pub(crate) fn strip_response(headers: &mut HeaderMap) {
    strip(headers, |_| false);
}

/// Takes away what is about the connection, and what else is doomed. What stays is moved into a new map, which costs less
/// than to look up and take out one by one the seven or so headers that a proxy has added.
fn strip(headers: &mut HeaderMap, doomed: impl Fn(&HeaderName) -> bool) {
    let named = named_by_connection(headers);
    let stays = |name: &HeaderName| !(HOP_BY_HOP.contains(name) || doomed(name) || named.contains(name));
    if headers.keys().all(stays) {
        return;
    }
    let all = std::mem::replace(headers, HeaderMap::with_capacity(headers.len()));
    let mut current = None;
    for (name, value) in all {
        // A further value of the same header comes without its name.
        if let Some(name) = name {
            current = stays(&name).then_some(name);
        }
        if let Some(name) = &current {
            headers.append(name.clone(), value);
        }
    }
}

fn named_by_connection(headers: &HeaderMap) -> Vec<HeaderName> {
    headers
        .get_all(CONNECTION)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .filter_map(|name| name.trim().parse().ok())
        .collect()
}

/// CGI and its heirs read `_` as `-`, so a name with an underscore can pass for another. Matrix has none.
fn is_forgeable(name: &str) -> bool {
    name.bytes().any(|byte| byte == b'_') || name.starts_with("x-forwarded") || FORGEABLE.contains(&name)
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, HeaderName};

    use super::{strip_request, strip_response};

    fn map(lines: &[(&str, &str)]) -> HeaderMap {
        let line =
            |(name, value): &(&str, &str)| (name.parse::<HeaderName>().unwrap(), value.parse().unwrap());
        let mut headers = HeaderMap::new();
        headers.extend(lines.iter().map(line));
        headers
    }

    fn names(headers: &HeaderMap) -> Vec<&str> {
        let mut names: Vec<_> = headers.keys().map(HeaderName::as_str).collect();
        names.sort_unstable();
        names
    }

    #[test]
    fn what_belongs_to_the_message_stays() {
        let lines =
            [("authorization", "Bearer x"), ("content-type", "application/json"), ("x-requested-with", "a")];
        let mut headers = map(&lines);
        strip_request(&mut headers);
        assert_eq!(names(&headers), ["authorization", "content-type", "x-requested-with"]);
    }

    #[test]
    fn hop_by_hop_headers_and_those_that_connection_names_go() {
        let mut headers = map(&[
            ("connection", "close, X-Mine"),
            ("x-mine", "1"),
            ("keep-alive", "timeout=5"),
            ("te", "trailers"),
            ("trailer", "x"),
            ("upgrade", "h2c"),
            ("http2-settings", "AA"),
            ("transfer-encoding", "chunked"),
            ("proxy-authorization", "Basic x"),
            ("content-length", "3"),
            ("expect", "100-continue"),
            ("accept", "*/*"),
        ]);
        strip_request(&mut headers);
        assert_eq!(names(&headers), ["accept"]);
    }

    #[test]
    fn a_client_cannot_forge_what_proxies_say() {
        let mut headers = map(&[
            ("x-forwarded-for", "1.2.3.4"),
            ("x_forwarded_for", "1.2.3.4"),
            ("x-forwarded_for", "1.2.3.4"),
            ("x-forwarded-user", "admin"),
            ("x-forwarded", "1.2.3.4"),
            ("forwarded", "for=1.2.3.4"),
            ("x-real-ip", "1.2.3.4"),
            ("x_real_ip", "1.2.3.4"),
            ("true-client-ip", "1.2.3.4"),
            ("x-original-url", "/_synapse"),
            ("x-http-method-override", "DELETE"),
            ("user-agent", "u"),
        ]);
        strip_request(&mut headers);
        assert_eq!(names(&headers), ["user-agent"]);
    }

    #[test]
    fn every_value_of_a_header_that_stays_is_there_in_its_order() {
        let lines =
            [("cookie", "a"), ("x-mine", "1"), ("via", "x"), ("cookie", "b"), ("x-mine", "2"), ("via", "y")];
        let mut headers = map(&lines);
        strip_request(&mut headers);
        assert_eq!(names(&headers), ["cookie", "x-mine"]);
        let of = |name| headers.get_all(name).iter().map(|value| value.to_str().unwrap()).collect::<Vec<_>>();
        assert_eq!((of("cookie"), of("x-mine")), (vec!["a", "b"], vec!["1", "2"]));
    }

    #[test]
    fn the_length_of_a_response_stays() {
        let mut headers = map(&[("content-length", "3"), ("connection", "keep-alive"), ("etag", "x")]);
        strip_response(&mut headers);
        assert_eq!(names(&headers), ["content-length", "etag"]);
    }
}
