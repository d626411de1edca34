//! After a restart: what was on its way is sent again, what was being carried out begins again where that is safe.

use jiff::{SignedDuration, Timestamp};

use super::Desk;
use crate::{
    figures::End,
    job::{Job, Stage},
    reply,
    step::Step,
};

impl Desk {
    pub(super) fn pick_up(&mut self, now: Timestamp) {
        self.state.unwritten.clear();
        self.know_tenants(now);
        for (id, outgoing) in &self.state.outbox {
            self.steps.push(Step { id: *id, deed: outgoing.clone().into() });
        }
        for job in std::mem::take(&mut self.state.jobs).into_values() {
            self.pick_up_job(job, now);
        }
        for watch in self.state.watch.values_mut() {
            watch.due = now;
        }
        for tenant in self.state.watch.keys().cloned().collect::<Vec<_>>() {
            self.show_alarms(&tenant);
        }
    }

    /// Whether the account is active is asked again in every case. What the broker does twice as if once is done again.
    fn pick_up_job(&mut self, mut job: Job, now: Timestamp) {
        let room = job.order.room.clone();
        if self.rules.tenant_of(&room).is_none_or(|tenant| tenant.name != job.order.tenant) {
            return self.count(job.command.name(), End::Dropped);
        }
        job.results.clear();
        job.silent_since = None;
        job.tries = 0;
        match job.stage {
            Stage::Waiting => self.put_back(job),
            Stage::Prompting => {
                if let (Some(id), Some(deed)) = (job.step, self.deed(&job, now)) {
                    self.steps.push(Step { id, deed });
                }
                self.put_back(job);
            }
            _ if job.may_have_acted() && !job.command.may_be_repeated() => {
                self.finish(job, End::Unanswered, &reply::unknown_whether_done());
            }
            _ if now.duration_since(job.order.heard) > self.life() => {
                let text = reply::interrupted(&job);
                self.finish(job, End::Unanswered, &text);
            }
            // A second person who was being asked about reacts again.
            Stage::Vetting { ref whom } if *whom != job.order.sender => {
                job.stage = Stage::Waiting;
                job.step = None;
                self.put_back(job);
            }
            _ => {
                let sender = job.order.sender.clone();
                self.vet(job, sender, now);
            }
        }
    }

    /// For so long an order may take, with the person's time to confirm.
    fn life(&self) -> SignedDuration {
        let life =
            self.rules.oldest.saturating_add(self.rules.patience).saturating_add(self.rules.persistence);
        SignedDuration::try_from(life).unwrap_or(SignedDuration::MAX)
    }
}
