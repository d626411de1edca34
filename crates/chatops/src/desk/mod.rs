//! The desk: everything that is heard comes here, and every step leaves from here.
//!
//! | file | duty |
//! |---|---|
//! | `hear` | messages: is it an order, is it fresh, may this person |
//! | `react` | reactions: somebody confirms or calls off |
//! | `work` | from one stage of an order to the next |
//! | `result` | what the broker said, and what the ledger is told of it |
//! | `resume` | after a restart |
//! | `watch` | status and open tokens, whether or not anybody asks |
//! | `alarm` | what is wrong: said once when it begins and once when it ends |

mod alarm;
mod hear;
mod react;
mod result;
mod resume;
mod watch;
mod work;

use std::collections::{BTreeMap, VecDeque};

use chat::{EventId, Incoming, Reaction, RoomId, Thread};
use jiff::{SignedDuration, Timestamp};

use crate::{
    entry::{Entry, Event},
    figures::{End, Figures},
    job::{Job, Stage},
    markup::Text,
    rules::Rules,
    state::{Outgoing, Snapshot},
    step::{Deed, Outcome, Post, Step, StepId},
};
use watch::Inquiry;

/// Signs under an order, and on its question.
const HEARD: &str = "👀";
const YES: &str = "✅";
const NO: &str = "❌";

/// The bot's mind.
#[derive(Debug)]
pub struct Desk {
    rules: Rules,
    state: Snapshot,
    figures: Figures,
    /// Questions that nobody's order asks.
    inquiries: BTreeMap<StepId, Inquiry>,
    /// Reactions to a question whose event is not known yet.
    early: VecDeque<Reaction>,
    steps: Vec<Step>,
}

impl Desk {
    /// A desk that knows nothing.
    pub fn new(rules: Rules, now: Timestamp) -> Self {
        let mut desk = Self::with(rules, Snapshot::new(now));
        desk.know_tenants(now);
        desk
    }

    fn with(rules: Rules, state: Snapshot) -> Self {
        Self {
            rules,
            state,
            figures: Figures::default(),
            inquiries: BTreeMap::new(),
            early: VecDeque::new(),
            steps: Vec::new(),
        }
    }

    /// Goes on where a snapshot was taken, under rules that may have changed.
    pub fn resume(rules: Rules, snapshot: Snapshot, now: Timestamp) -> (Self, Vec<Step>) {
        let mut desk = Self::with(rules, snapshot);
        desk.pick_up(now);
        let mut steps = desk.taken();
        steps.extend(desk.tick(now));
        (desk, steps)
    }

    /// Takes what happened in a room.
    pub fn hear(&mut self, incoming: &Incoming, now: Timestamp) -> Vec<Step> {
        match incoming {
            Incoming::Message(message) => self.message(message, now),
            Incoming::Reaction(reaction) => self.reaction(reaction, now),
        }
        self.taken()
    }

    /// Takes what came of a step. What is not waited for, or not any more, is left alone.
    pub fn heard_back(&mut self, id: StepId, outcome: Outcome, now: Timestamp) -> Vec<Step> {
        if let Some(outgoing) = self.state.outbox.remove(&id) {
            self.left(id, outgoing, &outcome, now);
        } else if let Some(inquiry) = self.inquiries.remove(&id) {
            self.inquired(inquiry, outcome, now);
        } else if let Some(job) = self.job_of(id) {
            self.advance(job, outcome, now);
        }
        self.taken()
    }

    /// Does what is due.
    pub fn tick(&mut self, now: Timestamp) -> Vec<Step> {
        self.forget(now);
        self.on_time(now);
        self.look_around(now);
        self.taken()
    }

    /// When something is due next; [`Desk::tick`] may come later or more often.
    pub fn wake_at(&self) -> Option<Timestamp> {
        let jobs = self.state.jobs.values().filter_map(|job| match job.stage {
            Stage::Pausing { until } => Some(until),
            Stage::Prompting | Stage::Waiting => job.until,
            _ => None,
        });
        jobs.chain(self.state.watch.values().map(|watch| watch.due)).min()
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

    fn taken(&mut self) -> Vec<Step> {
        std::mem::take(&mut self.steps)
    }

    fn step(&mut self, deed: Deed) -> StepId {
        let id = self.state.next_step();
        self.steps.push(Step { id, deed });
        id
    }

    fn send(&mut self, outgoing: Outgoing) {
        let id = self.step(outgoing.clone().into());
        self.state.outbox.insert(id, outgoing);
    }

    fn say(&mut self, room: &RoomId, thread: Option<Thread>, text: &Text) {
        self.send(Outgoing::Post(Post::Say { room: room.clone(), thread, content: text.public() }));
    }

    fn react(&mut self, room: &RoomId, target: &EventId, sign: &str) {
        let post = Post::React { room: room.clone(), target: target.clone(), key: sign.to_owned() };
        self.send(Outgoing::Post(post));
    }

    fn record(&mut self, tenant: &str, event: Event) {
        self.send(Outgoing::Record(Entry { tenant: tenant.to_owned(), event }));
    }

    fn count(&mut self, command: &'static str, end: End) {
        *self.figures.orders.entry((command, end)).or_default() += 1;
    }

    /// The order that waits for a step; it is taken off the desk.
    fn job_of(&mut self, id: StepId) -> Option<Job> {
        let event =
            self.state.jobs.iter().find(|(_, job)| job.step == Some(id)).map(|(event, _)| event.clone())?;
        self.state.jobs.remove(&event)
    }

    /// Something of the outbox left, or did not.
    fn left(&mut self, id: StepId, outgoing: Outgoing, outcome: &Outcome, now: Timestamp) {
        let Outgoing::Record(entry) = &outgoing else { return };
        if *outcome == Outcome::Written {
            self.state.unwritten.remove(&id);
            self.ledger_works(now);
        } else {
            let tenant = entry.tenant.clone();
            self.state.unwritten.insert(id);
            self.state.outbox.insert(id, outgoing);
            self.ledger_fails(&tenant, now);
        }
    }

    /// Drops what is over. A message is kept in mind for longer than it could be obeyed.
    fn forget(&mut self, now: Timestamp) {
        let memory = self.memory();
        self.state.seen.retain(|_, heard| now.duration_since(*heard) <= memory);
        self.state.meters.retain(|_, meter| !meter.is_idle(now));
        if !self.state.jobs.values().any(Job::is_open) {
            self.early.clear();
        }
    }

    /// How long messages are kept in mind; what is older is not even answered.
    fn memory(&self) -> SignedDuration {
        const DAY: SignedDuration = SignedDuration::from_hours(24);
        let oldest = SignedDuration::try_from(self.rules.oldest).unwrap_or(SignedDuration::MAX);
        oldest.saturating_add(DAY)
    }
}
