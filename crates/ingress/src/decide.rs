//! The verdict on a request.

use http::{
    HeaderMap, Method, Uri,
    header::{CONTENT_ENCODING, CONTENT_TYPE},
    request::Parts,
};
use settings::guard::Policy;

use crate::{
    endpoints::{self, Endpoint, Found, Kind},
    json::{Json, Map},
    judge::{Case, Note},
    rule::{Refusal, Rule, loggable, loggable_room},
    rules::{
        self, administration, body_shape, body_too_long, federation_closed, history_hidden, json_encoding,
        key_backup, key_upload, path_word, redaction_endpoint, room_slash, tombstone,
    },
    target::Target,
};

/// Longest body that is judged. An event has at most 65,536 bytes (Matrix spec, Size limits); clients that write every
/// letter as an escape need three times that.
pub const MAX_BODY_BYTES: usize = 256 * 1024;

/// What becomes of a request.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It goes on as it is.
    Pass,
    /// It goes on with this body.
    Rebuilt {
        /// What was judged, written anew.
        body: Vec<u8>,
        /// What was changed in it.
        notes: Vec<Note>,
    },
    /// It does not go on.
    Refuse(Refusal),
}

/// What the head of a request that is not refused says.
#[derive(Debug)]
pub enum Head {
    /// It goes on, and its body may be streamed.
    Pass,
    /// The body decides.
    Body(BodyJudge),
}

/// Judges the body of one request. Holds what the path has said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BodyJudge {
    case: Case,
    may_be_empty: bool,
    room: Option<Box<str>>,
    kind: Option<Box<str>>,
}

/// Judges a whole request.
pub fn decide(head: &Parts, body: &[u8], policy: &Policy) -> Verdict {
    let first = Target::read(&head.uri)
        .map_err(Refusal::from)
        .and_then(|target| self::head(&head.method, &target, &head.headers, policy));
    match first {
        Ok(Head::Pass) => Verdict::Pass,
        Ok(Head::Body(judge)) => judge.judge(body, policy),
        Err(refusal) => Verdict::Refuse(refusal),
    }
}

/// Judges method, path and headers.
pub fn head(
    method: &Method,
    target: &Target<'_>,
    headers: &HeaderMap,
    policy: &Policy,
) -> Result<Head, Refusal> {
    if target.administers() {
        return Err((&administration::RULE).into());
    }
    if target.is_for_servers() && !policy.federation && !is_openid(method, target) {
        return Err((&federation_closed::RULE).into());
    }
    if matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) {
        return Ok(Head::Pass);
    }
    let found = endpoints::find(method, target)?;
    if target.hides_a_room() {
        return Err((&path_word::RULE).into());
    }
    let (room, kind) = (found.parameter("roomId"), found.parameter("eventType"));
    if room.is_some_and(room_slash::is_split) {
        return Err(Refusal::from(&room_slash::RULE).at(room, kind));
    }
    let case = path(&found, policy).map_err(|refusal| refusal.at(room, kind))?;
    let Some(case) = case else { return Ok(Head::Pass) };
    encoding(headers).map_err(|rule| Refusal::from(rule).at(room, kind))?;
    Ok(Head::Body(BodyJudge {
        case,
        may_be_empty: *method != Method::PUT,
        room: room.map(loggable_room),
        kind: kind.map(loggable),
    }))
}

/// The look-up of the token services (MSC4195), and a browser's question before it.
fn is_openid(method: &Method, target: &Target<'_>) -> bool {
    let words = target.segments().iter().map(|segment| segment.raw);
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS) && words.eq(federation_closed::OPENID)
}

/// What the path says: refused, or the body that decides, or nothing more to ask.
fn path(found: &Found<'_>, policy: &Policy) -> Result<Option<Case>, Refusal> {
    let audit = &policy.audit;
    let kind = found.parameter("eventType").unwrap_or_default();
    if !audit.enable {
        return Ok(None);
    }
    match found.endpoint.kind {
        Kind::Redact => Err((&redaction_endpoint::RULE).into()),
        Kind::CreateRoom => Ok(Some(Case::CreateRoom)),
        Kind::Upgrade if audit.blinding => Err((&tombstone::RULE).into()),
        Kind::Upgrade => Ok(Some(Case::Upgrade)),
        Kind::Removal => Ok(Some(Case::Removal)),
        Kind::Deactivate => Ok(Some(Case::Deactivate)),
        Kind::Keys if audit.keys => Err((&key_upload::RULE).into()),
        Kind::KeyBackup if audit.keys => Err((&key_backup::RULE).into()),
        Kind::Plain | Kind::Server | Kind::Keys | Kind::KeyBackup => Ok(None),
        Kind::ToDevice => rules::check_device_type(kind, audit).map(|()| None),
        Kind::Send => rules::check_type(kind, audit).map(|()| audit.edits.then_some(Case::Message)),
        Kind::State => rules::check_type(kind, audit).map(|()| state(found, kind, audit.blinding)),
    }
}

/// State events whose content decides.
fn state(found: &Found<'_>, kind: &str, blinding: bool) -> Option<Case> {
    match kind {
        "m.room.member" => {
            Some(Case::Member { user: found.parameter("stateKey").unwrap_or_default().to_owned() })
        }
        history_hidden::TYPE if blinding => Some(Case::HistoryVisibility),
        _ => None,
    }
}

/// A body that is judged comes as it is, in UTF-8.
fn encoding(headers: &HeaderMap) -> Result<(), &'static Rule> {
    let identity = |value: &[u8]| value.eq_ignore_ascii_case(b"identity");
    let plain = headers.get_all(CONTENT_ENCODING).iter().all(|coding| identity(coding.as_bytes()));
    let named = headers.get_all(CONTENT_TYPE).iter().all(|kind| is_utf8(kind.as_bytes()));
    if plain && named { Ok(()) } else { Err(&json_encoding::RULE) }
}

/// Whether a content type names no character set but UTF-8.
fn is_utf8(kind: &[u8]) -> bool {
    let text = String::from_utf8_lossy(kind).to_ascii_lowercase();
    let sets = text.split(';').filter_map(|part| part.trim().strip_prefix("charset"));
    sets.into_iter().all(|set| {
        let name = set.trim().trim_start_matches('=').trim().trim_matches('"');
        matches!(name, "utf-8" | "utf8" | "us-ascii")
    })
}

impl BodyJudge {
    /// Judges the body.
    pub fn judge(&self, body: &[u8], policy: &Policy) -> Verdict {
        match self.rebuild(body, policy) {
            Ok((body, notes)) => Verdict::Rebuilt { body, notes },
            Err(refusal) => Verdict::Refuse(refusal.at(self.room.as_deref(), self.kind.as_deref())),
        }
    }

    /// Room of the request, as it may be logged.
    pub fn room(&self) -> Option<&str> {
        self.room.as_deref()
    }

    /// The refusal of a body that is too long to be judged.
    pub fn too_long(&self) -> Refusal {
        Refusal::from(&body_too_long::RULE).at(self.room.as_deref(), self.kind.as_deref())
    }

    fn rebuild(&self, body: &[u8], policy: &Policy) -> Result<(Vec<u8>, Vec<Note>), Refusal> {
        if body.len() > MAX_BODY_BYTES {
            return Err((&body_too_long::RULE).into());
        }
        let map = match body {
            [] if self.may_be_empty => Map::default(),
            _ => match Json::read(body)? {
                Json::Map(map) => map,
                _ => return Err((&body_shape::RULE).into()),
            },
        };
        let draft = self.case.judge(map, policy)?;
        // Room for what the judge may add: an `erase`, the lock.
        let written = Json::Map(draft.body).write(body.len() + 64)?;
        Ok((written, draft.notes))
    }
}

/// The endpoint of a request that changes something; for tools that explain.
pub fn endpoint(method: &Method, uri: &Uri) -> Option<&'static Endpoint> {
    let target = Target::read(uri).ok()?;
    endpoints::find(method, &target).ok().map(|found| found.endpoint)
}
