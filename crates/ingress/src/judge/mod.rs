//! What bodies say. Each file judges the body of one kind of request and leaves in it what may go upstream.

mod create_room;
mod deactivate;
mod history;
mod member;
mod message;
mod power_levels;
mod removal;
mod upgrade;

use settings::guard::Policy;

use crate::{
    json::{Json, Map},
    rule::Refusal,
    rules::body_shape,
};

/// What was changed in a body before it went on; for the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Note {
    /// An encryption entry was taken out of a room creation (`audit.encrypted-create = "strip"`).
    EncryptionStripped,
    /// The lock on encryption and redaction was put back where the request would have replaced it.
    LockKept,
    /// Members that the specification does not know were left out.
    UnknownDropped,
    /// `"erase": false` was written out, so that no earlier request can supply it.
    EraseFixed,
}

impl Note {
    /// Every change that there is.
    pub const ALL: [Self; 4] =
        [Self::EncryptionStripped, Self::LockKept, Self::UnknownDropped, Self::EraseFixed];

    /// Its name in logs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::EncryptionStripped => "encryption_stripped",
            Self::LockKept => "lock_kept",
            Self::UnknownDropped => "unknown_dropped",
            Self::EraseFixed => "erase_fixed",
        }
    }
}

/// Which body it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Case {
    CreateRoom,
    Upgrade,
    /// Kick or ban.
    Removal,
    /// Content of `m.room.member`, and whose membership it is.
    Member {
        user: String,
    },
    HistoryVisibility,
    Deactivate,
    /// Content of an event that is no state.
    Message,
}

/// A body that is being judged, and what was changed in it.
pub(crate) struct Draft {
    pub(crate) body: Map,
    pub(crate) notes: Vec<Note>,
}

impl Draft {
    pub(crate) fn note(&mut self, note: Note, applies: bool) {
        if applies && !self.notes.contains(&note) {
            self.notes.push(note);
        }
    }

    /// Leaves out every member that is not named.
    pub(crate) fn keep(&mut self, names: &[&str]) {
        let dropped = self.body.keep(names);
        self.note(Note::UnknownDropped, dropped);
    }
}

impl Case {
    /// Judges a body.
    pub(crate) fn judge(&self, body: Map, policy: &Policy) -> Result<Draft, Refusal> {
        let mut draft = Draft { body, notes: Vec::new() };
        match self {
            Self::CreateRoom => create_room::judge(&mut draft, policy)?,
            Self::Upgrade => upgrade::judge(&mut draft, policy)?,
            Self::Removal => removal::judge(&mut draft, policy)?,
            Self::Member { user } => member::judge(&draft.body, user, policy)?,
            Self::HistoryVisibility => history::judge(&draft.body)?,
            Self::Deactivate => deactivate::judge(&mut draft)?,
            Self::Message => message::judge(&draft.body)?,
        }
        Ok(draft)
    }
}

/// A member that must be text where it is there.
fn text<'m>(body: &'m Map, name: &str) -> Result<Option<&'m str>, Refusal> {
    match body.get(name) {
        None | Some(Json::Null) => Ok(None),
        Some(Json::Text(text)) => Ok(Some(text)),
        Some(_) => Err((&body_shape::RULE).into()),
    }
}
