//! Stand-in for a DMZ host's broker: enough of a book to talk to. What the real one does is tested in its own crate.

use std::collections::BTreeMap;

use broker_api::{
    ErrorCode, Nothing, Refusal,
    guest::{Deactivated, Details, Guest, Guests, OpenLink, PasswordLink},
    room::{Room, Rooms},
    status::{Alarm, Guardian, Registration, Status},
    token::{Create, Created, Redeemed, Revoked, State, Token, Tokens},
};
use chatops::{Answer, Ask};
use jiff::{SignedDuration, Timestamp};

/// A token's value, which no room may see.
pub(crate) const SECRET: &str = "kZ9xQw3rT5yU7iO1pA2sD4fG6hJ8kL0z";

#[derive(Debug, Default)]
pub(crate) struct StandIn {
    pub(crate) tokens: Vec<Token>,
    keys: BTreeMap<String, String>,
    pub(crate) guests: Vec<Guest>,
    pub(crate) links: Vec<OpenLink>,
    rooms: Vec<Room>,
    pub(crate) alarms: Vec<Alarm>,
    /// Everything that it was asked and that changes something.
    pub(crate) changes: Vec<String>,
}

impl StandIn {
    pub(crate) fn url(id: &str) -> String {
        format!("https://partners.example/register?token={SECRET}{id}")
    }

    pub(crate) fn guest(&mut self, name: &str, staff: bool) {
        self.guests.push(Guest {
            user: format!("@{name}:partners.example"),
            display_name: Some(format!("<{name}> & co")),
            staff,
            token: None,
            issuer: None,
            joined: None,
            locked: false,
            deactivated: false,
        });
    }

    /// Somebody makes an account with a token.
    pub(crate) fn redeem(&mut self, id: &str, name: &str, now: Timestamp) {
        let token = self.tokens.iter_mut().find(|token| token.id == id).unwrap();
        token.redeemed.push(Redeemed { user: format!("@{name}:partners.example"), time: now });
        if token.redeemed.len() >= token.uses as usize {
            token.state = State::Used;
        }
    }

    pub(crate) fn ask(&mut self, ask: &Ask, now: Timestamp) -> Result<Answer, Refusal> {
        let reads = matches!(
            ask,
            Ask::TokenList(_)
                | Ask::TokenShow(_)
                | Ask::GuestList(_)
                | Ask::GuestShow(_)
                | Ask::RoomList(_)
                | Ask::Status(_)
        );
        if !reads {
            self.changes.push(ask.verb().to_owned());
        }
        match ask {
            Ask::TokenCreate(_)
            | Ask::TokenList(_)
            | Ask::TokenShow(_)
            | Ask::TokenExtend(_)
            | Ask::TokenRevoke(_) => self.tokens(ask, now),
            Ask::RoomCreate(order) => {
                let alias = format!("#{}:partners.example", order.name);
                let room = format!("!{}:partners.example", order.name);
                let room = Room { room, alias, joined_by_all: false };
                self.rooms.push(room.clone());
                Ok(Answer::RoomCreate(room))
            }
            Ask::RoomInvite(_) => Ok(Answer::RoomInvite(Nothing {})),
            Ask::RoomList(_) => Ok(Answer::RoomList(Rooms { rooms: self.rooms.clone() })),
            Ask::Status(_) => Ok(Answer::Status(self.status())),
            _ => self.guests(ask, now),
        }
    }

    fn tokens(&mut self, ask: &Ask, now: Timestamp) -> Result<Answer, Refusal> {
        match ask {
            Ask::TokenCreate(order) => Ok(Answer::TokenCreate(self.create(order, now))),
            Ask::TokenList(list) => {
                let is_open = |token: &&Token| matches!(token.state, State::Valid | State::Busy);
                let tokens = self.tokens.iter().filter(|token| list.all || is_open(token)).cloned().collect();
                Ok(Answer::TokenList(Tokens { tokens, links: self.links.clone() }))
            }
            Ask::TokenShow(show) => self.token(&show.id).map(|token| Answer::TokenShow(token.clone())),
            Ask::TokenExtend(order) => {
                let token = self.token(&order.id)?;
                token.expires = later(now, order.ttl_seconds);
                Ok(Answer::TokenExtend(token.clone()))
            }
            Ask::TokenRevoke(order) => {
                let token = self.token(&order.id)?;
                if token.state == State::Used {
                    return Err(Refusal::new(ErrorCode::Conflict, "the token is over already"));
                }
                token.state = State::Revoked;
                token.revoked = Some(Revoked { by: order.by.clone(), time: now });
                Ok(Answer::TokenRevoke(token.clone()))
            }
            _ => Err(Refusal::new(ErrorCode::VerbUnknown, "no such verb")),
        }
    }

    fn guests(&mut self, ask: &Ask, now: Timestamp) -> Result<Answer, Refusal> {
        match ask {
            Ask::GuestList(_) => Ok(Answer::GuestList(Guests { guests: self.guests.clone() })),
            Ask::GuestShow(show) => {
                let guest = self.account(&show.user)?.clone();
                let rooms = vec!["!welcome:partners.example".to_owned()];
                Ok(Answer::GuestShow(Details { guest, rooms, sessions: 2 }))
            }
            Ask::GuestLock(order) | Ask::GuestUnlock(order) => {
                let locked = matches!(ask, Ask::GuestLock(_));
                let guest = self.account(&order.user)?;
                guest.locked = locked;
                let guest = guest.clone();
                Ok(if locked { Answer::GuestLock(guest) } else { Answer::GuestUnlock(guest) })
            }
            Ask::GuestDeactivate(order) => {
                let guest = self.account(&order.user)?;
                guest.deactivated = true;
                Ok(Answer::GuestDeactivate(Deactivated { user: guest.user.clone(), sessions: 2, rooms: 1 }))
            }
            Ask::GuestReactivate(order) => {
                let user = self.account(&order.user)?.user.clone();
                let expires = later(now, order.ttl_seconds);
                self.links.push(OpenLink { user: user.clone(), issuer: order.by.clone(), expires });
                Ok(Answer::GuestReactivate(PasswordLink { user, url: Self::url("link"), expires }))
            }
            Ask::PasswordLinkRevoke(order) => {
                let before = self.links.len();
                self.links.retain(|link| link.user != order.user);
                let none = Refusal::new(ErrorCode::NotFound, "there is no such open link");
                if self.links.len() < before { Ok(Answer::PasswordLinkRevoke(Nothing {})) } else { Err(none) }
            }
            _ => Err(Refusal::new(ErrorCode::VerbUnknown, "no such verb")),
        }
    }

    fn create(&mut self, order: &Create, now: Timestamp) -> Created {
        let id = match self.keys.get(&order.key) {
            Some(id) => id.clone(),
            None => self.make(order, now),
        };
        let token = self.token(&id).unwrap();
        let (hash, expires, uses) = (token.hash.clone(), token.expires, token.uses);
        Created { url: Self::url(&id), id, hash, expires, uses }
    }

    fn make(&mut self, order: &Create, now: Timestamp) -> String {
        let id = format!("aaaaaaa{}", char::from(b'a' + u8::try_from(self.tokens.len()).unwrap()));
        self.keys.insert(order.key.clone(), id.clone());
        let token = Token {
            hash: format!("hash-of-{id}"),
            id: id.clone(),
            issuer: order.by.clone(),
            room: order.room.clone(),
            recipient: order.recipient.clone(),
            note: order.note.clone(),
            staff: order.staff,
            issued: now,
            expires: later(now, order.ttl_seconds),
            uses: order.uses,
            redeemed: Vec::new(),
            revoked: None,
            state: State::Valid,
        };
        self.tokens.insert(0, token);
        id
    }

    fn token(&mut self, id: &str) -> Result<&mut Token, Refusal> {
        let found = self.tokens.iter_mut().find(|token| token.id == id);
        found.ok_or_else(|| Refusal::new(ErrorCode::NotFound, "there is no such token"))
    }

    fn account(&mut self, name: &str) -> Result<&mut Guest, Refusal> {
        let is = |guest: &&mut Guest| guest.user == name || guest.user.starts_with(&format!("@{name}:"));
        let found = self.guests.iter_mut().find(is);
        found.ok_or_else(|| Refusal::new(ErrorCode::NotFound, "there is no such account"))
    }

    fn status(&self) -> Status {
        let open = self.alarms.contains(&Alarm::RegistrationOpen);
        Status {
            registration: if open { Registration::Open } else { Registration::Closed },
            valid_tokens: 2,
            sentinel: Guardian::Present,
            spare: Guardian::Present,
            alarms: self.alarms.clone(),
            records: 12,
            version: "0.1.0".to_owned(),
        }
    }
}

fn later(now: Timestamp, seconds: u64) -> Timestamp {
    now + SignedDuration::from_secs(seconds.cast_signed())
}
