//! Media. Clients cannot delete any (tuwunel: src/api/router.rs has no such route).

use http::Method;

use super::{Endpoint, Kind};

const fn media(
    methods: &'static [Method],
    under: &'static [&'static str],
    template: &'static str,
) -> Endpoint {
    let source = "Matrix spec, Client-Server API, Content repository; MSC2246";
    Endpoint { methods, under, template, kind: Kind::Plain, source }
}

const POST: &[Method] = &[Method::POST];
const PUT: &[Method] = &[Method::PUT];

pub(super) const ENDPOINTS: &[Endpoint] = &[
    media(POST, &["_matrix/media/r0", "_matrix/media/v1", "_matrix/media/v3"], "upload"),
    media(POST, &["_matrix/media/v1", "_matrix/media/unstable/fi.mau.msc2246"], "create"),
    media(
        PUT,
        &["_matrix/media/v3", "_matrix/media/unstable/fi.mau.msc2246"],
        "upload/{serverName}/{mediaId}",
    ),
];
