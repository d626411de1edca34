//! The closed list of requests that change something, and finding the one that a path is.
//!
//! The list is the union of what the Matrix specification 1.19 defines and what Tuwunel 1.9.0 serves
//! (tuwunel: src/api/router.rs), less administration. Words are compared as they were written, because that is what
//! the homeserver's router does; parameters may hold anything but nothing.

mod client;
mod keys;
mod media;
mod rooms;
mod server;
mod tree;

use std::sync::LazyLock;

use http::Method;

use crate::{
    rule::Rule,
    rules::{method_misplaced, template_unknown},
    target::Target,
};
use tree::Tree;

/// What an endpoint does, as far as the rules ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Nothing that a rule asks about.
    Plain,
    /// Sends an event that is no state.
    Send,
    /// Sends a state event.
    State,
    /// Takes the content out of an event.
    Redact,
    /// Makes a room.
    CreateRoom,
    /// Replaces a room by one of another version.
    Upgrade,
    /// Puts a member out of a room.
    Removal,
    /// Ends the caller's account.
    Deactivate,
    /// Sends a message to devices.
    ToDevice,
    /// Publishes, signs or claims keys.
    Keys,
    /// Writes the backup of keys or the device that receives them meanwhile.
    KeyBackup,
    /// Another server's.
    Server,
}

/// One template with the methods that change something.
#[derive(Debug)]
pub struct Endpoint {
    /// Methods.
    pub methods: &'static [Method],
    /// What stands before the template, one for each version.
    pub under: &'static [&'static str],
    /// Words and `{parameters}`. An empty last word is a slash at the end.
    pub template: &'static str,
    /// What it does.
    pub kind: Kind,
    /// Section of the specification, or MSC.
    pub source: &'static str,
}

/// Every endpoint.
pub fn all() -> impl Iterator<Item = &'static Endpoint> {
    [client::ENDPOINTS, keys::ENDPOINTS, rooms::ENDPOINTS, media::ENDPOINTS, server::ENDPOINTS]
        .into_iter()
        .flatten()
}

/// An endpoint and the parameters of its path, decoded.
#[derive(Debug)]
pub(crate) struct Found<'t> {
    pub(crate) endpoint: &'static Endpoint,
    parameters: Vec<(&'static str, &'t str)>,
}

impl<'t> Found<'t> {
    pub(crate) fn parameter(&self, name: &str) -> Option<&'t str> {
        self.parameters.iter().find_map(|(found, value)| (*found == name).then_some(*value))
    }
}

/// Finds what a request that changes something is.
pub(crate) fn find<'t>(method: &Method, target: &'t Target<'_>) -> Result<Found<'t>, &'static Rule> {
    static TREE: LazyLock<Tree> = LazyLock::new(|| all().collect());
    let mut parameters = Vec::with_capacity(4);
    let ends = TREE.find(target.segments(), &mut parameters).ok_or(&template_unknown::RULE)?;
    let endpoint = ends.iter().find(|endpoint| endpoint.methods.contains(method));
    let endpoint = endpoint.ok_or(&method_misplaced::RULE)?;
    Ok(Found { endpoint, parameters })
}

#[cfg(test)]
mod tests {
    use http::{Method, Uri};

    use super::{Kind, all, find};
    use crate::target::Target;

    fn kind(method: &Method, path: &str) -> Result<Kind, &'static str> {
        let uri: Uri = path.parse().unwrap();
        find(method, &Target::read(&uri).unwrap()).map(|found| found.endpoint.kind).map_err(|rule| rule.name)
    }

    #[test]
    fn only_what_changes_something_is_listed() {
        for endpoint in all() {
            for method in endpoint.methods {
                assert!(
                    [Method::POST, Method::PUT, Method::DELETE].contains(method),
                    "{}",
                    endpoint.template
                );
            }
            assert!(!endpoint.source.is_empty());
        }
    }

    #[test]
    fn words_are_compared_as_written_and_parameters_hold_anything() {
        assert_eq!(kind(&Method::PUT, "/_matrix/client/v3/rooms/!r%2Fx/state/a%2Fb/"), Ok(Kind::State));
        assert_eq!(kind(&Method::PUT, "/_matrix/client/r0/rooms/r/send/t/x"), Ok(Kind::Send));
        for path in [
            "/_matrix/client/v3/rooms/r/s%65nd/t/x",
            "/_matrix/client/v3/ROOMS/r/send/t/x",
            "/_matrix/client/v2/rooms/r/send/t/x",
            "/_matrix/client/v3/rooms/r/send/t",
            "/_matrix/client/v3/rooms/r/send/t/",
            "/_matrix/client/v3/rooms/r/send/t/x/",
        ] {
            assert_eq!(kind(&Method::PUT, path), Err("template_unknown"), "{path}");
        }
        assert_eq!(kind(&Method::DELETE, "/_matrix/client/v3/createRoom"), Err("method_misplaced"));
    }

    #[test]
    fn parameters_come_decoded_and_by_name() {
        let uri: Uri = "/_matrix/client/v3/rooms/!r:x/state/m%2Eroom.member/%40a%3Ax".parse().unwrap();
        let target = Target::read(&uri).unwrap();
        let found = find(&Method::PUT, &target).unwrap();
        assert_eq!(found.parameter("eventType"), Some("m.room.member"));
        assert_eq!(found.parameter("stateKey"), Some("@a:x"));
        assert_eq!(found.parameter("txnId"), None);
    }
}
