//! What a rule is, and a refusal by one.

/// What a rule protects; most parts are switched by the policy.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    /// Two readers on the way must not read two different requests.
    Form,
    /// What exists at all for clients.
    Surface,
    /// A body that is going to be judged can be read in one way only.
    Body,
    /// Messages stay readable: `audit.enable`.
    Audit,
    /// The record stays in sight: `audit.blinding`.
    Blinding,
    /// No keys on the server: `audit.keys`.
    Keys,
    /// What was said stays as it was said: `audit.edits`.
    Edits,
}

/// One reason to refuse.
#[derive(Debug, PartialEq, Eq)]
pub struct Rule {
    /// Its name in logs and case files.
    pub name: &'static str,
    /// What it protects.
    pub part: Part,
    /// HTTP status of the answer.
    pub status: u16,
    /// Matrix error code of the answer.
    pub errcode: &'static str,
    /// What an ordinary person reads in their client.
    pub sentence: &'static str,
    /// Where the reason comes from: section of the Matrix specification, MSC, RFC, or upstream file.
    pub source: &'static str,
}

impl Rule {
    /// Whether the request was well formed and only what it asks for is refused.
    pub const fn is_policy(&self) -> bool {
        !matches!(self.part, Part::Form | Part::Body)
    }
}

/// A request that does not get through.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The rule that decided.
    pub rule: &'static Rule,
    /// Room of the request, if its path names one.
    pub room: Option<Box<str>>,
    /// Event type of the request, if there is one.
    pub kind: Option<Box<str>>,
}

impl From<&'static Rule> for Refusal {
    fn from(rule: &'static Rule) -> Self {
        Self { rule, room: None, kind: None }
    }
}

impl Refusal {
    /// The same with an event type.
    pub(crate) fn of_kind(rule: &'static Rule, kind: &str) -> Self {
        Self { rule, room: None, kind: Some(loggable(kind)) }
    }

    /// The same in a room, and with the event type of the path where the body has not named another.
    #[must_use]
    pub(crate) fn at(mut self, room: Option<&str>, kind: Option<&str>) -> Self {
        self.room = self.room.or_else(|| room.map(loggable_room));
        self.kind = self.kind.or_else(|| kind.map(loggable));
        self
    }
}

/// An identifier as a log line may carry it: short, and nothing but printable ASCII.
pub(crate) fn loggable(text: &str) -> Box<str> {
    const LONGEST: usize = 128;
    if text.len() <= LONGEST && text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return text.into();
    }
    let plain = |character: char| if character.is_ascii_graphic() { character } else { '*' };
    text.chars().take(LONGEST).map(plain).collect()
}

/// The room of a path as a log line may carry it. Whatever is no room identifier is a client's own words, which are kept
/// in no log.
pub(crate) fn loggable_room(text: &str) -> Box<str> {
    if text.starts_with('!') { loggable(text) } else { "*".into() }
}

#[cfg(test)]
mod tests {
    use super::{loggable, loggable_room};

    #[test]
    fn what_is_logged_is_short_and_plain() {
        assert_eq!(&*loggable("!a:x\n\"forged\u{202e}"), "!a:x*\"forged*");
        assert_eq!(loggable(&"a".repeat(5000)).len(), 128);
        assert_eq!((&*loggable_room("!a:x"), &*loggable_room("the price is 4711")), ("!a:x", "*"));
    }
}
