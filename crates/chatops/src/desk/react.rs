//! Reactions: somebody confirms an order or calls it off.

use chat::Reaction;
use jiff::Timestamp;

use super::{Desk, NO, YES};
use crate::{
    figures::End,
    job::{Job, Stage},
    meter::Pace,
    permit, reply,
};

/// Reactions that wait for the question that they are about.
const MOST_EARLY: usize = 32;

impl Desk {
    pub(super) fn reaction(&mut self, reaction: &Reaction, now: Timestamp) {
        let is_ours = self.rules.tenant_of(&reaction.room).is_some() && reaction.sender != self.rules.me;
        if !is_ours || answer(&reaction.key).is_none() {
            return;
        }
        let about = |job: &Job| {
            job.prompt.as_ref() == Some(&reaction.target)
                && job.order.room == reaction.room
                && job.stage == Stage::Waiting
        };
        let found = self.state.jobs.iter().find(|(_, job)| about(job)).map(|(event, _)| event.clone());
        if let Some(job) = found.and_then(|event| self.state.jobs.remove(&event)) {
            self.answered_by(job, reaction, now);
        } else if self.state.jobs.values().any(|job| job.stage == Stage::Prompting) {
            // The question may have been read before its homeserver told us that it was said.
            if self.early.len() >= MOST_EARLY {
                self.early.pop_front();
            }
            self.early.push_back(reaction.clone());
        }
    }

    /// Reactions that came before the event of the question.
    pub(super) fn replay_early(&mut self, now: Timestamp) {
        for reaction in std::mem::take(&mut self.early) {
            self.reaction(&reaction, now);
        }
    }

    fn answered_by(&mut self, job: Job, reaction: &Reaction, now: Timestamp) {
        if job.until.is_some_and(|until| now >= until) {
            return self.run_out(job);
        }
        let who = &reaction.sender;
        let is_sender = *who == job.order.sender;
        let tenant = self.rules.tenant_of(&reaction.room);
        let may = tenant.is_some_and(|tenant| permit::judge(tenant, who, reaction.power).is_ok());
        let needs_other = self.needs_other(&job);
        match answer(&reaction.key) {
            Some(true) if may && is_sender != needs_other => self.confirmed(job, reaction, now),
            Some(false) if is_sender || (needs_other && may) => {
                let text = reply::called_off(who);
                self.finish(job, End::Dropped, &text);
            }
            // Somebody else's, or of one who may not: it is nobody's answer.
            _ => self.put_back(job),
        }
    }

    /// An account that may not give orders may not confirm one: the core's broker is asked again.
    fn confirmed(&mut self, mut job: Job, reaction: &Reaction, now: Timestamp) {
        let who = reaction.sender.clone();
        if who == job.order.sender {
            job.confirmed = Some(who.clone());
        } else if self.pace(&who, now) != Pace::Fine {
            // A second person may be asked about as often as that person may give orders.
            return self.put_back(job);
        }
        self.vet(job, who, now);
    }

    /// Whether a second person must agree.
    pub(super) fn needs_other(&self, job: &Job) -> bool {
        self.rules.two_persons && job.command.lets_in()
    }

    pub(super) fn put_back(&mut self, job: Job) {
        self.state.jobs.insert(job.order.event.clone(), job);
    }
}

/// Yes, no, or nothing that is meant for us. Some clients add a variation selector.
fn answer(key: &str) -> Option<bool> {
    match key.trim_end_matches('\u{fe0f}') {
        YES => Some(true),
        NO => Some(false),
        _ => None,
    }
}
