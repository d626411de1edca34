//! What the broker said, and what the ledger is told of it.

use broker_api::token::Token;
use chat::UserId;
use jiff::Timestamp;

use super::Desk;
use crate::{
    ask::Answer,
    command::Command,
    entry::{Because, Event},
    figures::End,
    job::{Job, Stage},
    plan::plan,
    reply,
    state::OpenToken,
    step::Outcome,
};

impl Desk {
    pub(super) fn answered(&mut self, mut job: Job, answer: Answer, now: Timestamp) {
        let asked = plan(&job.command, &job.order, &self.rules).into_iter().nth(job.results.len());
        if asked.is_none_or(|asked| asked.verb() != answer.verb()) {
            return self.silent(job, true, now);
        }
        job.silent_since = None;
        job.tries = 0;
        self.note(&job, &answer);
        let is_secret = matches!(answer, Answer::TokenCreate(_) | Answer::GuestReactivate(_));
        job.results.push(Ok(answer));
        if is_secret { self.enter(job, Stage::Telling, now) } else { self.carry_on(job, now) }
    }

    /// Writes down what changed, and keeps an eye on open tokens.
    fn note(&mut self, job: &Job, answer: &Answer) {
        let by = job.order.sender.clone();
        let tenant = job.order.tenant.clone();
        let event = match answer {
            Answer::TokenCreate(created) => {
                let Command::TokenGenerate { recipient, staff, .. } = &job.command else { return };
                let open = OpenToken {
                    hash: created.hash.clone(),
                    issuer: by.clone(),
                    recipient: recipient.clone(),
                    users: Vec::new(),
                };
                if let Some(watch) = self.state.watch.get_mut(&tenant) {
                    watch.open.entry(created.id.clone()).or_insert(open);
                }
                Event::Issued {
                    event: job.order.event.clone(),
                    by,
                    room: job.order.room.clone(),
                    id: created.id.clone(),
                    hash: created.hash.clone(),
                    recipient: recipient.clone(),
                    staff: *staff,
                    uses: created.uses,
                    expires: created.expires,
                }
            }
            Answer::TokenExtend(token) => {
                Event::Extended { by, id: token.id.clone(), hash: token.hash.clone(), expires: token.expires }
            }
            Answer::TokenRevoke(token) => {
                self.forget_token(&tenant, &token.id);
                revoked(by, token, Because::Ordered)
            }
            Answer::GuestLock(guest) | Answer::GuestUnlock(guest) => {
                let locked = matches!(answer, Answer::GuestLock(_));
                Event::Locked { by, user: guest.user.clone(), locked }
            }
            Answer::GuestDeactivate(ended) => Event::Deactivated {
                by,
                user: ended.user.clone(),
                sessions: ended.sessions,
                rooms: ended.rooms,
            },
            Answer::GuestReactivate(link) => {
                Event::LinkIssued { by, user: link.user.clone(), expires: link.expires }
            }
            Answer::RoomCreate(room) => {
                Event::RoomCreated { by, room: room.room.clone(), alias: room.alias.clone() }
            }
            Answer::RoomInvite(_) => {
                let Command::RoomInvite { room, user } = &job.command else { return };
                Event::RoomInvited { by, room: room.clone(), user: user.clone() }
            }
            _ => return,
        };
        self.record(&tenant, event);
    }

    pub(super) fn forget_token(&mut self, tenant: &str, id: &str) {
        if let Some(watch) = self.state.watch.get_mut(tenant) {
            watch.open.remove(id);
        }
    }

    /// All is asked: the reply.
    pub(super) fn conclude(&mut self, job: Job, now: Timestamp) {
        let text = reply::results(&job, &self.rules, now);
        let failed = job.results.iter().any(Result::is_err);
        self.finish(job, if failed { End::Failed } else { End::Done }, &text);
    }

    /// The sender cannot be reached alone. A token that nobody has is ended; a link is replaced by the next one.
    pub(super) fn not_told(&mut self, job: Job, now: Timestamp) {
        if matches!(job.command, Command::TokenGenerate { .. }) {
            self.enter(job, Stage::Undoing, now);
        } else {
            self.finish(job, End::Failed, &reply::link_not_told());
        }
    }

    pub(super) fn undone(&mut self, job: Job, outcome: &Outcome) {
        let id = match job.results.last() {
            Some(Ok(Answer::TokenCreate(created))) => created.id.clone(),
            _ => String::new(),
        };
        let tenant = job.order.tenant.clone();
        let token = match outcome {
            Outcome::Answered(answer) => match answer.as_ref() {
                Answer::TokenRevoke(token) => Some(token),
                _ => None,
            },
            _ => None,
        };
        let text = reply::token_not_told(&id, token.is_some());
        if let Some(token) = token {
            self.forget_token(&tenant, &token.id);
            self.record(&tenant, revoked(self.rules.me.clone(), token, Because::NotDelivered));
        }
        self.finish(job, End::Failed, &text);
    }
}

/// The record of a token's end.
pub(super) fn revoked(by: UserId, token: &Token, because: Because) -> Event {
    Event::Revoked {
        by,
        id: token.id.clone(),
        hash: token.hash.clone(),
        because,
        issuer: token.issuer.clone(),
        reason: None,
    }
}
