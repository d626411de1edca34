//! A room with people, the brokers, and a bot's mind between them.

use std::collections::{BTreeMap, VecDeque};

use broker_api::{
    ErrorCode, Refusal,
    account::{Activity, Reason},
};
use chat::{Content, EventId, Form, Incoming, Message, Reaction, RoomId, UserId};
use chatops::{
    Answer, Ask, Broker, Deed, Desk, Entry, Outcome, Post, Recorded, Rules, Snapshot, Step, Tenant,
};
use jiff::{SignedDuration, Timestamp};

use crate::broker::StandIn;

pub(crate) const ANNA: &str = "@anna:corp.example";
pub(crate) const BEN: &str = "@ben:corp.example";
const ROOM: &str = "!staff:corp.example";

pub(crate) fn me() -> UserId {
    UserId::new("@rampart-bot:corp.example")
}

/// The rules of one tenant, `partners`; power level 50.
pub(crate) fn rules() -> Rules {
    let mut rules = Rules::new(me());
    rules.names = vec!["Rampart Bot".to_owned()];
    rules.tenants = vec![tenant("partners", ROOM)];
    rules
}

pub(crate) fn tenant(name: &str, room: &str) -> Tenant {
    Tenant {
        name: name.to_owned(),
        title: format!("Title of {name}"),
        room: RoomId::new(room),
        power: 50,
        allowed: None,
    }
}

/// What the homeserver has seen.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Said {
    Room { room: RoomId, event: EventId, root: Option<EventId>, content: Content },
    Sign { target: EventId, key: String },
    Alone { user: UserId, content: Content },
}

pub(crate) struct Scene {
    pub(crate) desk: Desk,
    pub(crate) now: Timestamp,
    pub(crate) broker: StandIn,
    /// Whether each answers.
    pub(crate) broker_up: bool,
    pub(crate) core_up: bool,
    pub(crate) core_busy: bool,
    pub(crate) ledger_up: bool,
    pub(crate) direct_up: bool,
    /// Where the broker is away: whether the question may have arrived.
    pub(crate) arrives: bool,
    /// Accounts that may not give orders, and why.
    pub(crate) inactive: BTreeMap<String, Reason>,
    pub(crate) said: Vec<Said>,
    pub(crate) ledger: Vec<Recorded>,
    /// How often the core's broker was asked about whom.
    pub(crate) vetted: Vec<String>,
    seen: BTreeMap<String, EventId>,
    messages: u32,
}

impl Scene {
    pub(crate) fn new(rules: Rules) -> Self {
        let now = "2026-11-28T12:00:00Z".parse().unwrap();
        let mut scene = Self {
            desk: Desk::new(rules, now),
            now,
            broker: StandIn::default(),
            broker_up: true,
            core_up: true,
            core_busy: false,
            ledger_up: true,
            direct_up: true,
            arrives: false,
            inactive: BTreeMap::new(),
            said: Vec::new(),
            ledger: Vec::new(),
            vetted: Vec::new(),
            seen: BTreeMap::new(),
            messages: 0,
        };
        scene.tick();
        scene
    }

    pub(crate) fn usual() -> Self {
        Self::new(rules())
    }

    /// A message that is not heard yet.
    pub(crate) fn message(&mut self, sender: &str, body: &str) -> Message {
        self.messages += 1;
        Message {
            room: RoomId::new(ROOM),
            event: EventId::new(format!("${}", self.messages)),
            sender: UserId::new(sender),
            time: self.now,
            form: Form::Text,
            body: body.to_owned(),
            html: None,
            mentions: Vec::new(),
            thread: None,
            edit: false,
            power: Some(50),
        }
    }

    /// Somebody writes, and everything that follows from it happens. What was said since is returned.
    pub(crate) fn write(&mut self, sender: &str, body: &str) -> Vec<String> {
        let message = self.message(sender, body);
        self.hear(message)
    }

    pub(crate) fn hear(&mut self, message: Message) -> Vec<String> {
        let before = self.said.len();
        let steps = self.desk.hear(&Incoming::Message(message), self.now);
        self.run(steps);
        self.since(before)
    }

    /// Somebody reacts to the last question.
    pub(crate) fn react(&mut self, sender: &str, key: &str) -> Vec<String> {
        let reaction = self.reaction(sender, key);
        self.hear_reaction(reaction)
    }

    pub(crate) fn reaction(&self, sender: &str, key: &str) -> Reaction {
        let question = self.said.iter().rev().find_map(|said| match said {
            Said::Room { event, content, .. } if content.plain.contains("react with") => Some(event.clone()),
            _ => None,
        });
        Reaction {
            room: RoomId::new(ROOM),
            event: EventId::new("$reaction"),
            sender: UserId::new(sender),
            time: self.now,
            target: question.unwrap_or_else(|| EventId::new("$nothing")),
            key: key.to_owned(),
            power: Some(50),
        }
    }

    pub(crate) fn hear_reaction(&mut self, reaction: Reaction) -> Vec<String> {
        let before = self.said.len();
        let steps = self.desk.hear(&Incoming::Reaction(reaction), self.now);
        self.run(steps);
        self.since(before)
    }

    /// Time passes, the bot waking whenever it wants to.
    pub(crate) fn wait(&mut self, seconds: i64) -> Vec<String> {
        let before = self.said.len();
        let end = self.now + SignedDuration::from_secs(seconds);
        while let Some(next) = self.desk.wake_at().filter(|next| *next <= end) {
            self.now = self.now.max(next);
            self.tick();
        }
        self.now = end;
        self.since(before)
    }

    fn tick(&mut self) {
        let steps = self.desk.tick(self.now);
        self.run(steps);
    }

    /// The program is started again from what was stored, as JSON.
    pub(crate) fn restart(&mut self) -> Vec<String> {
        let stored = serde_json::to_string(self.desk.snapshot()).unwrap();
        self.restart_from(&stored)
    }

    pub(crate) fn restart_from(&mut self, stored: &str) -> Vec<String> {
        let before = self.said.len();
        let snapshot: Snapshot = serde_json::from_str(stored).unwrap();
        let (desk, steps) = Desk::resume(self.desk.rules().clone(), snapshot, self.now);
        self.desk = desk;
        self.run(steps);
        self.since(before)
    }

    /// Takes steps until there are none.
    pub(crate) fn run(&mut self, steps: Vec<Step>) {
        let mut steps = VecDeque::from(steps);
        while let Some(step) = steps.pop_front() {
            let outcome = self.take(&step);
            steps.extend(self.desk.heard_back(step.id, outcome, self.now));
        }
    }

    /// Takes one step as an adapter would.
    pub(crate) fn take(&mut self, step: &Step) -> Outcome {
        let transaction = step.id.transaction().to_string();
        match &step.deed {
            Deed::Ask { broker: Broker::Core, ask } => self.core(ask),
            Deed::Ask { broker: Broker::Tenant(_), ask } => {
                if !self.broker_up {
                    return Outcome::Silent { may_have_acted: self.arrives };
                }
                match self.broker.ask(ask, self.now) {
                    Ok(answer) => Outcome::Answered(Box::new(answer)),
                    Err(refusal) => Outcome::Refused(refusal),
                }
            }
            Deed::Post(Post::Say { room, thread, content }) => {
                let event = EventId::new(format!("$said-{}", self.said.len()));
                let root = thread.as_ref().map(|thread| thread.root.clone());
                let said =
                    Said::Room { room: room.clone(), event: event.clone(), root, content: content.clone() };
                self.once(transaction, event, said)
            }
            Deed::Post(Post::React { target, key, .. }) => {
                let event = EventId::new(format!("$sign-{}", self.said.len()));
                self.once(transaction, event, Said::Sign { target: target.clone(), key: key.clone() })
            }
            Deed::Tell { .. } if !self.direct_up => Outcome::Unsent,
            Deed::Tell { user, content } => {
                let event = EventId::new(format!("$alone-{}", self.said.len()));
                self.once(transaction, event, Said::Alone { user: user.clone(), content: content.clone() })
            }
            Deed::Record(entry) => self.write_down(entry),
            Deed::Recall { tenant, since, most } => {
                let of = |record: &&Recorded| record.entry.tenant == *tenant && record.time >= *since;
                let found: Vec<Recorded> = self.ledger.iter().filter(of).cloned().collect();
                Outcome::Recalled(found[found.len().saturating_sub(*most)..].to_vec())
            }
        }
    }

    fn core(&mut self, ask: &Ask) -> Outcome {
        let Ask::AccountActive(about) = ask else { panic!("{ask:?} for the core") };
        if !self.core_up {
            return Outcome::Silent { may_have_acted: true };
        }
        if self.core_busy {
            return Outcome::Refused(Refusal::new(ErrorCode::RateLimited, "too many requests"));
        }
        self.vetted.push(about.user.clone());
        let reason = self.inactive.get(&about.user).copied();
        let activity = Activity { active: reason.is_none(), reason, directory: false };
        Outcome::Answered(Box::new(Answer::AccountActive(activity)))
    }

    /// A homeserver that has seen a transaction gives the same event.
    fn once(&mut self, transaction: String, event: EventId, said: Said) -> Outcome {
        let event = self.seen.entry(transaction).or_insert_with(|| {
            self.said.push(said);
            event
        });
        Outcome::Sent(event.clone())
    }

    fn write_down(&mut self, entry: &Entry) -> Outcome {
        if !self.ledger_up {
            return Outcome::LedgerFailed;
        }
        self.ledger.push(Recorded { time: self.now, entry: entry.clone() });
        Outcome::Written
    }

    /// What was said from there on, one line for each: signs, `alone: …`, and what the room read.
    pub(crate) fn since(&self, before: usize) -> Vec<String> {
        self.said[before..]
            .iter()
            .map(|said| match said {
                Said::Sign { key, .. } => key.clone(),
                Said::Alone { content, .. } => format!("alone: {}", content.plain),
                Said::Room { content, .. } => content.plain.clone(),
            })
            .collect()
    }
}
