//! Account, session, profile, directory and everything else of the client API that is about no single room.

use http::Method;

use super::{Endpoint, Kind};

const POST: &[Method] = &[Method::POST];
const PUT: &[Method] = &[Method::PUT];
const DELETE: &[Method] = &[Method::DELETE];
const PUT_DELETE: &[Method] = &[Method::PUT, Method::DELETE];

/// Both versions that an endpoint from before Matrix 1.1 has.
const CLIENT: &[&str] = &["_matrix/client/r0", "_matrix/client/v3"];
const V1: &[&str] = &["_matrix/client/v1"];
const UNSTABLE_3391: &[&str] = &["_matrix/client/unstable/org.matrix.msc3391"];

const fn plain(
    methods: &'static [Method],
    under: &'static [&'static str],
    template: &'static str,
    source: &'static str,
) -> Endpoint {
    Endpoint { methods, under, template, kind: Kind::Plain, source }
}

const ACCOUNT: &str = "Matrix spec, Client-Server API, Account registration and management";
const THIRD_PARTY: &str = "Matrix spec, Client-Server API, Adding account administrative contact information";
const SESSIONS: &str = "Matrix spec, Client-Server API, Legacy login; Soft logout; Refreshing access tokens";
const DEVICES: &str = "Matrix spec, Client-Server API, Device management";
const PROFILES: &str = "Matrix spec, Client-Server API, Profiles";
const CONFIG: &str = "Matrix spec, Client-Server API, Client config; Room tagging; Filtering";
const PUSH: &str = "Matrix spec, Client-Server API, Push notifications";
const DIRECTORY: &str =
    "Matrix spec, Client-Server API, Room aliases; Published room directory; User directory";
const SYNC: &str = "MSC4186, simplified sliding sync: a read that is sent by POST";

pub(super) const ENDPOINTS: &[Endpoint] = &[
    plain(POST, CLIENT, "register", ACCOUNT),
    plain(POST, CLIENT, "register/email/requestToken", ACCOUNT),
    plain(POST, CLIENT, "register/msisdn/requestToken", ACCOUNT),
    plain(POST, CLIENT, "account/password", ACCOUNT),
    plain(POST, CLIENT, "account/password/email/requestToken", ACCOUNT),
    plain(POST, CLIENT, "account/password/msisdn/requestToken", ACCOUNT),
    Endpoint {
        methods: POST,
        under: CLIENT,
        template: "account/deactivate",
        kind: Kind::Deactivate,
        source: "Matrix spec, Client-Server API, Account deactivation; MSC4025",
    },
    plain(POST, CLIENT, "account/3pid", THIRD_PARTY),
    plain(POST, CLIENT, "account/3pid/add", THIRD_PARTY),
    plain(POST, CLIENT, "account/3pid/bind", THIRD_PARTY),
    plain(POST, CLIENT, "account/3pid/delete", THIRD_PARTY),
    plain(POST, CLIENT, "account/3pid/unbind", THIRD_PARTY),
    plain(POST, CLIENT, "account/3pid/email/requestToken", THIRD_PARTY),
    plain(POST, CLIENT, "account/3pid/msisdn/requestToken", THIRD_PARTY),
    plain(POST, CLIENT, "login", SESSIONS),
    plain(POST, V1, "login/get_token", SESSIONS),
    plain(POST, &["_matrix/client/unstable/org.matrix.msc3882"], "login/get_token", "MSC3882"),
    plain(POST, CLIENT, "logout", SESSIONS),
    plain(POST, CLIENT, "logout/all", SESSIONS),
    plain(POST, &["_matrix/client/v3"], "refresh", SESSIONS),
    plain(POST, &["_matrix/client/unstable/org.matrix.msc2918"], "refresh", "MSC2918"),
    plain(POST, CLIENT, "delete_devices", DEVICES),
    plain(PUT_DELETE, CLIENT, "devices/{deviceId}", DEVICES),
    plain(PUT, CLIENT, "presence/{userId}/status", "Matrix spec, Client-Server API, Presence"),
    plain(PUT_DELETE, CLIENT, "profile/{userId}/{keyName}", PROFILES),
    plain(PUT_DELETE, &["_matrix/client/unstable/uk.tcpip.msc4133"], "profile/{userId}/{keyName}", "MSC4133"),
    plain(POST, CLIENT, "user/{userId}/filter", CONFIG),
    plain(PUT, CLIENT, "user/{userId}/account_data/{type}", CONFIG),
    plain(PUT, CLIENT, "user/{userId}/rooms/{roomId}/account_data/{type}", CONFIG),
    plain(DELETE, UNSTABLE_3391, "user/{userId}/account_data/{type}", "MSC3391"),
    plain(DELETE, UNSTABLE_3391, "user/{userId}/rooms/{roomId}/account_data/{type}", "MSC3391"),
    plain(PUT_DELETE, CLIENT, "user/{userId}/rooms/{roomId}/tags/{tag}", CONFIG),
    plain(
        POST,
        CLIENT,
        "user/{userId}/openid/request_token",
        "Matrix spec, Client-Server API, OpenID; MSC4195 for calls",
    ),
    plain(PUT_DELETE, CLIENT, "pushrules/global/{kind}/{ruleId}", PUSH),
    plain(PUT, CLIENT, "pushrules/global/{kind}/{ruleId}/enabled", PUSH),
    plain(PUT, CLIENT, "pushrules/global/{kind}/{ruleId}/actions", PUSH),
    plain(POST, CLIENT, "pushers/set", PUSH),
    plain(PUT_DELETE, CLIENT, "directory/room/{roomAlias}", DIRECTORY),
    plain(PUT, CLIENT, "directory/list/room/{roomId}", DIRECTORY),
    plain(
        PUT,
        CLIENT,
        "directory/list/appservice/{networkId}/{roomId}",
        "Matrix spec, Application Service API",
    ),
    plain(POST, CLIENT, "publicRooms", DIRECTORY),
    plain(POST, CLIENT, "user_directory/search", DIRECTORY),
    plain(POST, CLIENT, "search", "Matrix spec, Client-Server API, Server side search"),
    plain(POST, CLIENT, "join/{roomIdOrAlias}", "Matrix spec, Client-Server API, Joining rooms"),
    plain(POST, CLIENT, "knock/{roomIdOrAlias}", "Matrix spec, Client-Server API, Knocking on rooms"),
    plain(POST, &["_matrix/client/unstable/xyz.amorgan.knock"], "knock/{roomIdOrAlias}", "MSC2403"),
    plain(POST, CLIENT, "users/{userId}/report", "Matrix spec, Client-Server API, Reporting content"),
    plain(POST, &["_matrix/client/unstable/org.matrix.msc4260"], "users/{userId}/report", "MSC4260"),
    plain(POST, V1, "appservice/{appserviceId}/ping", "Matrix spec, Application Service API, Pinging"),
    plain(POST, &["_matrix/client/unstable/fi.mau.msc2659"], "appservice/{appserviceId}/ping", "MSC2659"),
    plain(POST, &["_matrix/client/unstable/org.matrix.simplified_msc3575"], "sync", SYNC),
    plain(POST, &["_matrix/client/v4", "_matrix/client/v5"], "sync", SYNC),
];
