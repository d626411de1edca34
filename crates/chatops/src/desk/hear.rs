//! Messages.

use chat::{Form, Message, UserId};
use jiff::{SignedDuration, Timestamp};

use super::{Desk, HEARD, NO};
use crate::{
    entry::Event,
    figures::End,
    grammar,
    job::{Job, Order},
    markup::Text,
    meter::{Meter, Pace},
    permit::{self, Denied},
    reply,
    rules::Tenant,
};

/// Orders at once. More are not lost: each is told.
const MOST_JOBS: usize = 100;
/// Name of what is no command, in figures and in the ledger.
const UNKNOWN: &str = "unknown";

impl Desk {
    /// Silence first: not our room, ourselves, an edit, a program, talk, heard before. Then whoever speaks is answered.
    pub(super) fn message(&mut self, message: &Message, now: Timestamp) {
        let Some(tenant) = self.rules.tenant_of(&message.room).cloned() else { return };
        if message.sender == self.rules.me || message.edit || message.form != Form::Text {
            return;
        }
        let Some(line) = grammar::addressed(message, &self.rules) else { return };
        let age = now.duration_since(message.time).abs();
        let heard_before = self.state.seen.insert(message.event.clone(), now).is_some();
        if heard_before || self.state.jobs.contains_key(&message.event) || age > self.memory() {
            return;
        }
        if age > SignedDuration::try_from(self.rules.oldest).unwrap_or(SignedDuration::MAX) {
            return self.turn_away(
                message,
                End::Limited,
                &reply::stale(message.time, self.rules.oldest, now),
            );
        }
        match self.pace(&message.sender, now) {
            Pace::Fine => {}
            Pace::TooFast => {
                return self.turn_away(message, End::Limited, &reply::too_fast(&self.rules));
            }
            Pace::StillTooFast => return self.count(UNKNOWN, End::Limited),
        }
        match permit::judge(&tenant, &message.sender, message.power) {
            Ok(()) => self.order(&tenant, message, line, now),
            Err(denied) => self.deny(&tenant, message, line, denied),
        }
    }

    pub(super) fn pace(&mut self, who: &UserId, now: Timestamp) -> Pace {
        let meter = self.state.meters.entry(who.clone()).or_insert_with(|| Meter::new(now));
        meter.count(self.rules.burst, self.rules.refill, now)
    }

    fn deny(&mut self, tenant: &Tenant, message: &Message, line: &str, denied: Denied) {
        let verb = grammar::parse(line).map_or(UNKNOWN, |command| command.name());
        let event = Event::Refused {
            event: message.event.clone(),
            by: message.sender.clone(),
            room: message.room.clone(),
            verb: verb.to_owned(),
            why: denied.code().to_owned(),
        };
        self.record(&tenant.name, event);
        self.turn_away(message, End::Refused, &Text::of(denied.line()));
    }

    fn order(&mut self, tenant: &Tenant, message: &Message, line: &str, now: Timestamp) {
        let command = match grammar::parse(line) {
            Ok(command) => command,
            Err(complaint) => {
                let text = reply::misspelt(&complaint, &self.rules.prefix);
                return self.turn_away(message, End::Misspelt, &text);
            }
        };
        if self.state.jobs.len() >= MOST_JOBS {
            return self.turn_away(message, End::Limited, &reply::too_many());
        }
        let order = Order {
            tenant: tenant.name.clone(),
            room: message.room.clone(),
            event: message.event.clone(),
            root: message.root().clone(),
            sender: message.sender.clone(),
            power: message.power.unwrap_or_default(),
            heard: now,
        };
        self.react(&message.room, &message.event, HEARD);
        let job = Job::new(order, command);
        self.vet(job, message.sender.clone(), now);
    }

    /// Says why not, and that is all.
    fn turn_away(&mut self, message: &Message, end: End, text: &Text) {
        let thread = chat::Thread { root: message.root().clone(), answers: message.event.clone() };
        self.say(&message.room, Some(thread), text);
        self.react(&message.room, &message.event, NO);
        self.count(UNKNOWN, end);
    }
}
