//! What is known, as the events add up. No I/O: the clock and the events come in.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use broker_api::{
    guest::OpenLink,
    token::{Redeemed, Revoked, State, Token},
};
use jiff::Timestamp;

use crate::{
    event::{Event, Issue},
    secret::Digest,
};

/// A token and what became of it.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) issue: Issue,
    pub(crate) issued: Timestamp,
    pub(crate) stage: Stage,
    pub(crate) expires: Timestamp,
    pub(crate) revoked: Option<Revoked>,
    pub(crate) made: Vec<Redeemed>,
    /// Redemptions that have not ended.
    pub(crate) open: BTreeMap<String, Attempt>,
    /// Names for which a redemption ended without an account: the homeserver may have taken the use all the same.
    pub(crate) freed: BTreeMap<String, Timestamp>,
}

/// Whether a token was handed out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Stage {
    Wanted,
    Created,
    Dropped,
}

/// A redemption that has not ended.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub(crate) user: String,
    pub(crate) begun: Timestamp,
}

/// A password link.
#[derive(Debug, Clone)]
pub(crate) struct Link {
    pub(crate) user: String,
    pub(crate) by: String,
    pub(crate) expires: Timestamp,
    pub(crate) begun: bool,
    pub(crate) used: bool,
    /// A newer link for the same account, the account's end, or an order makes a link worthless.
    pub(crate) replaced: bool,
}

/// A room that the broker made.
#[derive(Debug, Clone)]
pub(crate) struct MadeRoom {
    pub(crate) room: String,
    pub(crate) alias: String,
    pub(crate) joined_by_all: bool,
}

/// Everything.
#[derive(Debug, Default)]
pub(crate) struct Book {
    pub(crate) tokens: HashMap<Digest, Entry>,
    pub(crate) links: HashMap<Digest, Link>,
    pub(crate) rooms: Vec<MadeRoom>,
    /// Accounts whose end has begun: who asked, and when.
    pub(crate) ending: BTreeMap<String, (String, Timestamp)>,
    /// Hashes of spare sentinels.
    pub(crate) spares: BTreeSet<Digest>,
}

impl Entry {
    fn new(issue: Issue, issued: Timestamp) -> Self {
        Self {
            expires: issue.expires,
            issue,
            issued,
            stage: Stage::Wanted,
            revoked: None,
            made: Vec::new(),
            open: BTreeMap::new(),
            freed: BTreeMap::new(),
        }
    }

    /// Uses that nobody has and nobody reserves.
    pub(crate) fn free(&self) -> u32 {
        let taken = u32::try_from(self.made.len() + self.open.len()).unwrap_or(u32::MAX);
        self.issue.uses.saturating_sub(taken)
    }

    /// What the token is good for at `now`.
    pub(crate) fn state(&self, now: Timestamp) -> State {
        if self.stage != Stage::Created {
            State::Unknown
        } else if self.revoked.is_some() {
            State::Revoked
        } else if self.made.len() >= usize::try_from(self.issue.uses).unwrap_or(usize::MAX) {
            State::Used
        } else if self.expires <= now {
            State::Expired
        } else if self.free() == 0 {
            State::Busy
        } else {
            State::Valid
        }
    }

    /// What others may know.
    pub(crate) fn shown(&self, now: Timestamp) -> Token {
        let issue = &self.issue;
        Token {
            id: issue.id.clone(),
            hash: issue.hash.to_string(),
            issuer: issue.by.clone(),
            room: issue.room.clone(),
            recipient: issue.recipient.clone(),
            note: issue.note.clone(),
            staff: issue.staff,
            issued: self.issued,
            expires: self.expires,
            uses: issue.uses,
            redeemed: self.made.clone(),
            revoked: self.revoked.clone(),
            state: self.state(now),
        }
    }
}

impl Link {
    /// What the link is good for at `now`.
    pub(crate) fn state(&self, now: Timestamp) -> State {
        if self.used {
            State::Used
        } else if self.replaced {
            State::Revoked
        } else if self.expires <= now {
            State::Expired
        } else {
            State::Valid
        }
    }
}

impl Book {
    /// Takes an event that happened at `time`.
    pub(crate) fn apply(&mut self, time: Timestamp, event: &Event) {
        match event {
            Event::TokenWanted(issue) => {
                self.tokens.insert(issue.hash, Entry::new(issue.clone(), time));
            }
            Event::TokenCreated(name) => self.with(&name.hash, |entry| entry.stage = Stage::Created),
            Event::TokenDropped(name) => self.with(&name.hash, |entry| entry.stage = Stage::Dropped),
            Event::TokenExtended { hash, expires, .. } => self.with(hash, |entry| entry.expires = *expires),
            Event::TokenRevoked { hash, by } => {
                self.with(hash, |entry| entry.revoked = Some(Revoked { by: by.clone(), time }));
            }
            Event::TokenRestored { hash, .. } => self.with(hash, |entry| entry.freed.clear()),
            Event::RedeemBegun { redemption, hash, user } => self.with(hash, |entry| {
                entry.open.insert(redemption.clone(), Attempt { user: user.clone(), begun: time });
            }),
            Event::RedeemMade { redemption, hash, user, .. } => self.with(hash, |entry| {
                entry.open.remove(redemption);
                entry.freed.remove(user);
                entry.made.push(Redeemed { user: user.clone(), time });
            }),
            Event::RedeemFreed { redemption, hash, user, .. } => self.with(hash, |entry| {
                entry.open.remove(redemption);
                entry.freed.insert(user.clone(), time);
            }),
            Event::DeactivateBegun { user, by } => {
                self.ending.insert(user.clone(), (by.clone(), time));
                self.replace_links(user);
            }
            Event::Deactivated { user, .. } => {
                self.ending.remove(user);
            }
            Event::LinkCreated { hash, user, by, expires } => {
                self.replace_links(user);
                let link = Link {
                    user: user.clone(),
                    by: by.clone(),
                    expires: *expires,
                    begun: false,
                    used: false,
                    replaced: false,
                };
                self.links.insert(*hash, link);
            }
            Event::LinkRevoked { user, .. } => self.replace_links(user),
            Event::LinkBegun { hash } => self.with_link(hash, |link| link.begun = true),
            Event::LinkUsed { hash, .. } => self.with_link(hash, |link| link.used = true),
            Event::RoomCreated { room, alias, joined_by_all, .. } => self.rooms.push(MadeRoom {
                room: room.clone(),
                alias: alias.clone(),
                joined_by_all: *joined_by_all,
            }),
            Event::SpareCreated { hash } => {
                self.spares.insert(*hash);
            }
            Event::GuestLocked { .. } | Event::RoomInvited { .. } | Event::Call(_) | Event::Status { .. } => {
            }
        }
    }

    /// The token of this short name. Two tokens of one short name are told apart by nobody, so neither is named.
    pub(crate) fn by_id(&self, id: &str) -> Option<&Entry> {
        let mut found =
            self.tokens.values().filter(|entry| entry.issue.id == id && entry.stage == Stage::Created);
        let entry = found.next()?;
        found.next().is_none().then_some(entry)
    }

    /// The token that was made for this order.
    pub(crate) fn by_key(&self, by: &str, key: &str) -> Option<&Entry> {
        self.tokens
            .values()
            .find(|entry| entry.issue.by == by && entry.issue.key == key && entry.stage == Stage::Created)
    }

    /// The token and the attempt of a redemption.
    pub(crate) fn attempt(&self, redemption: &str) -> Option<(Digest, Attempt)> {
        self.tokens.values().find_map(|entry| {
            let attempt = entry.open.get(redemption)?;
            Some((entry.issue.hash, attempt.clone()))
        })
    }

    /// Whether an open redemption wants this account.
    pub(crate) fn is_wanted(&self, user: &str) -> bool {
        self.tokens.values().flat_map(|entry| entry.open.values()).any(|attempt| attempt.user == user)
    }

    /// Password links that are good for something at `now`.
    pub(crate) fn open_links(&self, now: Timestamp) -> Vec<OpenLink> {
        let open = self.links.values().filter(|link| link.state(now) == State::Valid);
        let shown = |link: &Link| OpenLink {
            user: link.user.clone(),
            issuer: link.by.clone(),
            expires: link.expires,
        };
        let mut links: Vec<OpenLink> = open.map(shown).collect();
        links.sort_by(|one, other| one.user.cmp(&other.user));
        links
    }

    /// The token with which an account was made.
    pub(crate) fn origin(&self, user: &str) -> Option<(&Entry, Timestamp)> {
        self.tokens.values().find_map(|entry| {
            let redeemed = entry.made.iter().find(|redeemed| redeemed.user == user)?;
            Some((entry, redeemed.time))
        })
    }

    fn with(&mut self, hash: &Digest, change: impl FnOnce(&mut Entry)) {
        if let Some(entry) = self.tokens.get_mut(hash) {
            change(entry);
        }
    }

    fn with_link(&mut self, hash: &Digest, change: impl FnOnce(&mut Link)) {
        if let Some(link) = self.links.get_mut(hash) {
            change(link);
        }
    }

    fn replace_links(&mut self, user: &str) {
        for link in self.links.values_mut().filter(|link| link.user == user) {
            link.replaced = true;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{FoundBy, TokenName};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn issued(uses: u32) -> (Book, Digest) {
        let (mut book, hash) = (Book::default(), Digest::of("token"));
        let issue = Issue {
            hash,
            id: hash.short(),
            key: "k".into(),
            by: "@a:x".into(),
            room: "!r".into(),
            recipient: None,
            note: None,
            staff: false,
            uses,
            expires: at(100),
        };
        book.apply(at(1), &Event::TokenWanted(issue));
        assert_eq!(book.tokens[&hash].state(at(2)), State::Unknown);
        book.apply(at(2), &Event::TokenCreated(TokenName { hash }));
        (book, hash)
    }

    fn begin(book: &mut Book, hash: Digest, redemption: &str, user: &str) {
        let event = Event::RedeemBegun { redemption: redemption.into(), hash, user: user.into() };
        book.apply(at(3), &event);
    }

    #[test]
    fn a_single_use_is_busy_then_used() {
        let (mut book, hash) = issued(1);
        begin(&mut book, hash, "1", "@g:x");
        assert_eq!(book.tokens[&hash].state(at(4)), State::Busy);
        assert!(book.is_wanted("@g:x") && book.attempt("1").is_some());
        let made =
            Event::RedeemMade { redemption: "1".into(), hash, user: "@g:x".into(), found_by: FoundBy::Page };
        book.apply(at(5), &made);
        assert_eq!(book.tokens[&hash].state(at(6)), State::Used);
        assert_eq!(book.tokens[&hash].state(at(600)), State::Used);
        assert!(!book.is_wanted("@g:x") && book.origin("@g:x").is_some());
    }

    #[test]
    fn a_freed_use_is_valid_again_and_remembered() {
        let (mut book, hash) = issued(1);
        begin(&mut book, hash, "1", "@g:x");
        let freed = Event::RedeemFreed {
            redemption: "1".into(),
            hash,
            user: "@g:x".into(),
            found_by: FoundBy::Recovery,
        };
        book.apply(at(5), &freed);
        assert_eq!(book.tokens[&hash].state(at(6)), State::Valid);
        assert!(book.tokens[&hash].freed.contains_key("@g:x"));
    }

    #[test]
    fn several_uses_are_counted_with_what_is_reserved() {
        let (mut book, hash) = issued(2);
        begin(&mut book, hash, "1", "@g:x");
        assert_eq!((book.tokens[&hash].free(), book.tokens[&hash].state(at(4))), (1, State::Valid));
        begin(&mut book, hash, "2", "@h:x");
        assert_eq!((book.tokens[&hash].free(), book.tokens[&hash].state(at(4))), (0, State::Busy));
    }

    #[test]
    fn a_revoked_or_expired_token_stays_so() {
        let (mut book, hash) = issued(1);
        assert_eq!(book.tokens[&hash].state(at(100)), State::Expired);
        book.apply(at(4), &Event::TokenRevoked { hash, by: "@a:x".into() });
        assert_eq!(book.tokens[&hash].state(at(5)), State::Revoked);
    }

    #[test]
    fn a_new_link_or_the_end_replaces_the_old_link() {
        let mut book = Book::default();
        let link = |word: &str| Event::LinkCreated {
            hash: Digest::of(word),
            user: "@g:x".into(),
            by: "@a:x".into(),
            expires: at(100),
        };
        book.apply(at(1), &link("1"));
        book.apply(at(2), &link("2"));
        let state = |book: &Book, word: &str| book.links[&Digest::of(word)].state(at(3));
        assert_eq!((state(&book, "1"), state(&book, "2")), (State::Revoked, State::Valid));
        book.apply(at(3), &Event::DeactivateBegun { user: "@g:x".into(), by: "@a:x".into() });
        assert_eq!(state(&book, "2"), State::Revoked);
    }
}
