//! From one stage of an order to the next.

use std::{cmp::min, time::Duration};

use broker_api::{ErrorCode, account, token};
use chat::UserId;
use jiff::Timestamp;

use super::{Desk, NO, YES};
use crate::{
    ask::{Answer, Ask, Broker},
    command::Command,
    entry::{Entry, Event},
    figures::End,
    job::{Job, Stage},
    markup::Text,
    moment::after,
    plan::plan,
    reply,
    step::{Deed, Outcome, Post},
};

/// Records that `audit` shows at most.
const MOST_RECORDS: usize = 50;

impl Desk {
    /// Asks the core's broker about an account.
    pub(super) fn vet(&mut self, job: Job, whom: UserId, now: Timestamp) {
        self.enter(job, Stage::Vetting { whom }, now);
    }

    /// Goes to a stage and gives its step out.
    pub(super) fn enter(&mut self, mut job: Job, stage: Stage, now: Timestamp) {
        job.stage = stage;
        if job.stage == Stage::Prompting && job.until.is_none() {
            job.until = Some(after(now, self.rules.patience));
        }
        job.step = None;
        if let Some(deed) = self.deed(&job, now) {
            let known = if job.stage == Stage::Telling { job.letter } else { None };
            let id = match known {
                Some(id) => {
                    self.steps.push(crate::step::Step { id, deed });
                    id
                }
                None => self.step(deed),
            };
            if job.stage == Stage::Telling {
                job.letter = Some(id);
            }
            job.step = Some(id);
        } else if !matches!(job.stage, Stage::Waiting | Stage::Pausing { .. }) {
            // Cannot be: every other stage has a step. Nothing is waited for, so nothing may stay.
            return self.finish(job, End::Unanswered, &reply::unknown_whether_done());
        }
        self.put_back(job);
    }

    /// What a stage waits for.
    pub(super) fn deed(&self, job: &Job, now: Timestamp) -> Option<Deed> {
        let order = &job.order;
        let tenant = || Broker::Tenant(order.tenant.clone());
        match &job.stage {
            Stage::Vetting { whom } => {
                let ask = Ask::AccountActive(account::Active { user: whom.to_string() });
                Some(Deed::Ask { broker: Broker::Core, ask })
            }
            Stage::Prompting => {
                let text = reply::prompt(job, self.needs_other(job), self.rules.patience);
                let (room, thread) = (order.room.clone(), Some(order.thread()));
                Some(Deed::Post(Post::Say { room, thread, content: text.public() }))
            }
            Stage::Counting => {
                Some(Deed::Ask { broker: tenant(), ask: Ask::TokenList(token::List { all: false }) })
            }
            Stage::Recording => Some(Deed::Record(ordered(job))),
            Stage::Asking => {
                let ask = plan(&job.command, order, &self.rules).into_iter().nth(job.results.len())?;
                Some(Deed::Ask { broker: tenant(), ask })
            }
            Stage::Telling => {
                let secret = job.results.last()?.as_ref().ok()?;
                let content = reply::letter(&job.command, secret, now)?.private();
                Some(Deed::Tell { user: order.sender.clone(), content })
            }
            Stage::Undoing => {
                let Some(Ok(Answer::TokenCreate(created))) = job.results.last() else { return None };
                let revoke = token::Revoke { by: self.rules.me.to_string(), id: created.id.clone() };
                Some(Deed::Ask { broker: tenant(), ask: Ask::TokenRevoke(revoke) })
            }
            Stage::Recalling => {
                let Command::Audit { since } = &job.command else { return None };
                let since = since.moment(now);
                Some(Deed::Recall { tenant: order.tenant.clone(), since, most: MOST_RECORDS })
            }
            Stage::Waiting | Stage::Pausing { .. } => None,
        }
    }

    /// What came of the step that a job waited for.
    pub(super) fn advance(&mut self, mut job: Job, outcome: Outcome, now: Timestamp) {
        match (job.stage.clone(), outcome) {
            (Stage::Vetting { whom }, Outcome::Answered(answer)) => match *answer {
                Answer::AccountActive(activity) => self.vetted(job, whom, &activity, now),
                _ => self.unvetted(job, now),
            },
            (Stage::Vetting { .. }, _) => self.unvetted(job, now),
            (Stage::Prompting, Outcome::Sent(event)) => {
                job.prompt = Some(event.clone());
                let room = job.order.room.clone();
                self.enter(job, Stage::Waiting, now);
                self.react(&room, &event, YES);
                self.react(&room, &event, NO);
                self.replay_early(now);
            }
            (Stage::Recording, Outcome::Written) => {
                job.recorded = true;
                self.carry_on(job, now);
            }
            (Stage::Recording, _) => {
                let tenant = job.order.tenant.clone();
                self.finish(job, End::Unanswered, &reply::ledger_failed());
                self.ledger_fails(&tenant, now);
            }
            (Stage::Counting, Outcome::Answered(answer)) => match *answer {
                Answer::TokenList(tokens) => self.counted(job, &tokens, now),
                _ => self.silent(job, false, now),
            },
            (Stage::Asking, Outcome::Answered(answer)) => self.answered(job, *answer, now),
            (Stage::Asking | Stage::Counting, Outcome::Refused(refusal)) => {
                if refusal.code == ErrorCode::RateLimited {
                    return self.silent(job, false, now);
                }
                job.results.push(Err(refusal));
                self.carry_on(job, now);
            }
            (Stage::Asking, Outcome::Silent { may_have_acted }) => self.silent(job, may_have_acted, now),
            (Stage::Counting, _) => self.silent(job, false, now),
            (Stage::Asking, _) => self.silent(job, true, now),
            (Stage::Telling, Outcome::Sent(_)) => self.conclude(job, now),
            (Stage::Telling, _) => self.not_told(job, now),
            (Stage::Undoing, outcome) => self.undone(job, &outcome),
            (Stage::Recalling, Outcome::Recalled(records)) => {
                let text = reply::audit(&records, now);
                self.finish(job, End::Done, &text);
            }
            (Stage::Recalling, _) => self.finish(job, End::Unanswered, &reply::ledger_unread()),
            (Stage::Prompting | Stage::Waiting | Stage::Pausing { .. }, _) => {
                self.finish(job, End::Dropped, &reply::not_asked());
            }
        }
    }

    /// The core's broker said whether an account is active.
    fn vetted(&mut self, mut job: Job, whom: UserId, activity: &account::Activity, now: Timestamp) {
        let is_sender = whom == job.order.sender;
        if !activity.active {
            let why = reply::inactive(&whom, activity.reason, &job);
            if is_sender {
                self.note_refusal(&job, activity.reason);
                return self.finish(job, End::Refused, &why);
            }
            let (room, thread) = (job.order.room.clone(), job.order.thread());
            self.say(&room, Some(thread), &why);
            return self.enter(job, Stage::Waiting, now);
        }
        if !is_sender {
            // The second person agrees; the first may have left meanwhile.
            job.confirmed = Some(whom);
            let sender = job.order.sender.clone();
            return self.vet(job, sender, now);
        }
        let must_ask = job.command.asks_first() || self.needs_other(&job);
        if must_ask && job.confirmed.is_none() {
            return self.enter(job, Stage::Prompting, now);
        }
        let counts = self.rules.quota.is_some() && matches!(job.command, Command::TokenGenerate { .. });
        if counts && !job.recorded { self.enter(job, Stage::Counting, now) } else { self.carry_on(job, now) }
    }

    fn note_refusal(&mut self, job: &Job, reason: Option<account::Reason>) {
        let order = job.order.clone();
        let event = Event::Refused {
            event: order.event,
            by: order.sender,
            room: order.room,
            verb: job.command.name().to_owned(),
            why: reply::reason_code(reason).to_owned(),
        };
        self.record(&order.tenant, event);
    }

    /// No answer about an account is a no.
    fn unvetted(&mut self, job: Job, now: Timestamp) {
        let second = matches!(&job.stage, Stage::Vetting { whom } if *whom != job.order.sender);
        if second && job.until.is_some_and(|until| now < until) {
            let (room, thread) = (job.order.room.clone(), job.order.thread());
            self.say(&room, Some(thread), &reply::unvetted(&job));
            return self.enter(job, Stage::Waiting, now);
        }
        let text = reply::unvetted(&job);
        self.finish(job, End::Unanswered, &text);
    }

    /// The next of: the ledger, the broker, the reply.
    pub(super) fn carry_on(&mut self, job: Job, now: Timestamp) {
        let questions = plan(&job.command, &job.order, &self.rules).len();
        if matches!(job.command, Command::Audit { .. }) {
            self.enter(job, Stage::Recalling, now);
        } else if job.results.len() >= questions || refused_as_a_whole(&job) {
            self.conclude(job, now);
        } else if job.command.changes() && !job.recorded {
            self.enter(job, Stage::Recording, now);
        } else {
            self.enter(job, Stage::Asking, now);
        }
    }

    fn counted(&mut self, job: Job, tokens: &token::Tokens, now: Timestamp) {
        let Command::TokenGenerate { uses, .. } = &job.command else { return self.carry_on(job, now) };
        let (quota, wanted) = (self.rules.quota.unwrap_or(u32::MAX), *uses);
        let open = open_uses(tokens, &job.order.sender).saturating_add(self.on_the_way(&job));
        if open.saturating_add(wanted) > quota {
            return self.finish(job, End::Limited, &reply::over_quota(open, wanted, quota));
        }
        self.carry_on(job, now);
    }

    /// Accounts of tokens that the same person's other orders are about to issue.
    fn on_the_way(&self, job: &Job) -> u32 {
        let others = self.state.jobs.values().filter(|other| {
            other.order.sender == job.order.sender
                && other.order.tenant == job.order.tenant
                && matches!(other.stage, Stage::Recording | Stage::Asking | Stage::Pausing { .. })
        });
        let uses = others.map(|other| match other.command {
            Command::TokenGenerate { uses, .. } => uses,
            _ => 0,
        });
        uses.fold(0, u32::saturating_add)
    }

    /// The tenant's broker gives no answer: it is asked again for a while, unless it may have acted on what must not be
    /// done twice.
    pub(super) fn silent(&mut self, mut job: Job, may_have_acted: bool, now: Timestamp) {
        if may_have_acted && !job.command.may_be_repeated() {
            return self.finish(job, End::Unanswered, &reply::unknown_whether_done());
        }
        let since = *job.silent_since.get_or_insert(now);
        let deadline = after(since, self.rules.persistence);
        if now >= deadline {
            let text = reply::unanswered(&job, may_have_acted, since, now);
            return self.finish(job, End::Unanswered, &text);
        }
        if job.tries == 0 {
            let (room, thread) = (job.order.room.clone(), job.order.thread());
            self.say(&room, Some(thread), &reply::asking_again(deadline, now));
        }
        let pause = Duration::from_secs(1 << job.tries.min(4));
        job.tries = job.tries.saturating_add(1);
        self.enter(job, Stage::Pausing { until: min(after(now, pause), deadline) }, now);
    }

    /// Pauses and questions that are over.
    pub(super) fn on_time(&mut self, now: Timestamp) {
        let is_due = |job: &Job| match job.stage {
            Stage::Pausing { until } => until <= now,
            Stage::Prompting | Stage::Waiting => job.until.is_some_and(|until| until <= now),
            _ => false,
        };
        let due: Vec<_> =
            self.state.jobs.iter().filter(|(_, job)| is_due(job)).map(|(event, _)| event.clone()).collect();
        for job in due.into_iter().filter_map(|event| self.state.jobs.remove(&event)).collect::<Vec<_>>() {
            if job.is_open() {
                self.run_out(job);
            } else {
                // Time has passed: whether the account is active is asked again, too.
                let sender = job.order.sender.clone();
                self.vet(job, sender, now);
            }
        }
    }

    pub(super) fn run_out(&mut self, job: Job) {
        let text = reply::run_out(self.rules.patience);
        self.finish(job, End::Dropped, &text);
    }

    /// Says how it ended. The job is gone.
    pub(super) fn finish(&mut self, job: Job, end: End, text: &Text) {
        let Job { order, command, .. } = job;
        self.say(&order.room, Some(order.thread()), text);
        self.react(&order.room, &order.event, if end == End::Done { YES } else { NO });
        self.count(command.name(), end);
    }
}

fn ordered(job: &Job) -> Entry {
    let order = job.order.clone();
    let event = Event::Ordered {
        event: order.event,
        by: order.sender.clone(),
        room: order.room,
        verb: job.command.name().to_owned(),
        subjects: job.command.subjects(),
        approved: job.confirmed.clone().filter(|who| *who != order.sender),
    };
    Entry { tenant: order.tenant, event }
}

/// The quota could not be counted.
fn refused_as_a_whole(job: &Job) -> bool {
    job.stage == Stage::Counting && !job.results.is_empty()
}

/// Accounts that this person's open tokens may still make.
fn open_uses(tokens: &token::Tokens, user: &UserId) -> u32 {
    let own = tokens.tokens.iter().filter(|token| token.issuer == user.as_str());
    let left =
        own.map(|token| token.uses.saturating_sub(u32::try_from(token.redeemed.len()).unwrap_or(u32::MAX)));
    left.fold(0, u32::saturating_add)
}
