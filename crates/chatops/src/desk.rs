//! The desk: everything that is heard comes here, and every step leaves from here.

use chat::Incoming;
use jiff::Timestamp;

use crate::{
    figures::Figures,
    rules::Rules,
    state::Snapshot,
    step::{Outcome, Step, StepId},
};

/// The bot's mind.
#[derive(Debug)]
pub struct Desk {
    rules: Rules,
    state: Snapshot,
    figures: Figures,
}

impl Desk {
    /// A desk that knows nothing.
    pub fn new(rules: Rules, now: Timestamp) -> Self {
        Self { rules, state: Snapshot::new(now), figures: Figures::default() }
    }

    /// Goes on where a snapshot was taken, under rules that may have changed.
    pub fn resume(rules: Rules, snapshot: Snapshot, now: Timestamp) -> (Self, Vec<Step>) {
        let mut desk = Self { rules, state: snapshot, figures: Figures::default() };
        let steps = desk.tick(now);
        (desk, steps)
    }

    /// Takes what happened in a room.
    pub fn hear(&mut self, incoming: &Incoming, _now: Timestamp) -> Vec<Step> {
        let Some(_tenant) = self.rules.tenant_of(incoming.room()) else { return Vec::new() };
        Vec::new()
    }

    /// Takes what came of a step. What is not waited for, or any more, is left alone.
    pub fn heard_back(&mut self, _id: StepId, _outcome: Outcome, _now: Timestamp) -> Vec<Step> {
        Vec::new()
    }

    /// Does what is due.
    pub fn tick(&mut self, _now: Timestamp) -> Vec<Step> {
        Vec::new()
    }

    /// When something is due next; [`Desk::tick`] may come later or more often.
    pub fn wake_at(&self) -> Option<Timestamp> {
        None
    }

    /// What must survive a restart. Holds no secret, but names of people.
    pub fn snapshot(&self) -> &Snapshot {
        &self.state
    }

    /// What metrics show.
    pub fn figures(&self) -> &Figures {
        &self.figures
    }

    /// The rules that it works by.
    pub fn rules(&self) -> &Rules {
        &self.rules
    }
}
