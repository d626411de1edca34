//! What is wrong. A room hears of it once when it begins and once when it ends.

use broker_api::status::Status;
use jiff::Timestamp;

use super::Desk;
use crate::{
    entry::{Event, Trouble},
    markup::Text,
    reply,
    state::Standing,
};

/// A broker that is silent so often in a row is an alarm: one lost answer is none.
const MISSES: u32 = 2;

impl Desk {
    /// What the broker found takes the place of what it found before.
    pub(super) fn status_came(&mut self, tenant: &str, status: Status, now: Timestamp) {
        let Some(watch) = self.state.watch.get_mut(tenant) else { return };
        watch.misses = 0;
        let found: Vec<Trouble> = status.alarms.iter().copied().map(Trouble::Found).collect();
        let is_over = |trouble: &Trouble| matches!(trouble, Trouble::Found(_)) && !found.contains(trouble);
        let over: Vec<Trouble> =
            watch.troubles.iter().map(|standing| standing.trouble).filter(is_over).collect();
        self.figures.tenants.entry(tenant.to_owned()).or_default().status = Some((now, status));
        self.ends(tenant, Trouble::BrokerSilent, now);
        for trouble in over {
            self.ends(tenant, trouble, now);
        }
        for trouble in found {
            self.begins(tenant, trouble, now);
        }
    }

    /// What was wrong before is taken to be wrong still.
    pub(super) fn no_status(&mut self, tenant: &str, now: Timestamp) {
        let Some(watch) = self.state.watch.get_mut(tenant) else { return };
        watch.misses = watch.misses.saturating_add(1);
        if watch.misses >= MISSES {
            self.begins(tenant, Trouble::BrokerSilent, now);
        }
    }

    pub(super) fn core_answers(&mut self, now: Timestamp) {
        self.state.core_misses = 0;
        self.everywhere(|desk, tenant| desk.ends(tenant, Trouble::CoreBrokerSilent, now));
    }

    pub(super) fn core_silent(&mut self, now: Timestamp) {
        self.state.core_misses = self.state.core_misses.saturating_add(1);
        if self.state.core_misses >= MISSES {
            self.everywhere(|desk, tenant| desk.begins(tenant, Trouble::CoreBrokerSilent, now));
        }
    }

    pub(super) fn ledger_fails(&mut self, tenant: &str, now: Timestamp) {
        self.begins(tenant, Trouble::LedgerFailed, now);
    }

    pub(super) fn ledger_works(&mut self, now: Timestamp) {
        if self.state.unwritten.is_empty() {
            self.everywhere(|desk, tenant| desk.ends(tenant, Trouble::LedgerFailed, now));
        }
    }

    fn everywhere(&mut self, act: impl Fn(&mut Self, &str)) {
        for tenant in self.state.watch.keys().cloned().collect::<Vec<_>>() {
            act(self, &tenant);
        }
    }

    fn begins(&mut self, tenant: &str, trouble: Trouble, now: Timestamp) {
        let Some(watch) = self.state.watch.get_mut(tenant) else { return };
        if watch.troubles.iter().any(|standing| standing.trouble == trouble) {
            return;
        }
        watch.troubles.push(Standing { trouble, since: now });
        self.show_alarms(tenant);
        self.record(tenant, Event::AlarmBegan { alarm: trouble });
        self.tell_room(tenant, &reply::alarm(trouble));
    }

    fn ends(&mut self, tenant: &str, trouble: Trouble, now: Timestamp) {
        let Some(watch) = self.state.watch.get_mut(tenant) else { return };
        let Some(at) = watch.troubles.iter().position(|standing| standing.trouble == trouble) else { return };
        let standing = watch.troubles.remove(at);
        self.show_alarms(tenant);
        self.record(tenant, Event::AlarmEnded { alarm: trouble });
        self.tell_room(tenant, &reply::alarm_over(standing, now));
    }

    pub(super) fn show_alarms(&mut self, tenant: &str) {
        let Some(watch) = self.state.watch.get(tenant) else { return };
        let alarms = watch.troubles.iter().map(|standing| standing.trouble).collect();
        self.figures.tenants.entry(tenant.to_owned()).or_default().alarms = alarms;
    }

    /// Says something that is no answer to anybody.
    pub(super) fn tell_room(&mut self, tenant: &str, text: &Text) {
        let room = self.rules.tenants.iter().find(|it| it.name == tenant).map(|it| it.room.clone());
        if let Some(room) = room {
            self.say(&room, None, text);
        }
    }
}
