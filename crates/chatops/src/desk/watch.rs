//! Status, open tokens and links, whether or not anybody asks: registration must stay closed, and what people who have left
//! had issued must end.

use std::collections::BTreeSet;

use broker_api::{
    ErrorCode, Nothing,
    account::{self, Reason},
    guest::{Guests, OpenLink, Order},
    token::{self, State, Token, Tokens},
};
use chat::UserId;
use jiff::Timestamp;

use super::{Desk, result::revoked};
use crate::{
    ask::{Answer, Ask, Broker},
    entry::{Because, Event},
    moment::after,
    reply,
    state::{OpenToken, Watch},
    step::{Deed, Outcome, Step},
};

/// Accounts are listed with every so many rounds: the homeserver goes through all of them.
const ROUNDS: u32 = 10;

/// A question that nobody's order asks. After a restart all of them are asked anew.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Inquiry {
    /// How closed a tenant's server is.
    Status(String),
    /// Which tokens are open there.
    Open(String),
    /// What became of a token that is not open any more.
    Gone(String, String),
    /// Which accounts are those of our own people.
    Guests(String),
    /// Whether somebody who issued an open token is active; the bot itself, where there is no open token: then only the
    /// answer counts.
    Issuer(UserId),
    /// The end of a token whose issuer has left.
    Revoke(String, String, Option<Reason>),
    /// The end of the link for an account whose issuer has left.
    RevokeLink(String, String, Option<Reason>),
}

impl Desk {
    /// Those of the rules, and no others.
    pub(super) fn know_tenants(&mut self, now: Timestamp) {
        let names: Vec<String> = self.rules.tenants.iter().map(|tenant| tenant.name.clone()).collect();
        self.state.watch.retain(|name, _| names.contains(name));
        for name in names {
            self.state.watch.entry(name).or_insert_with(|| Watch::new(now));
        }
    }

    /// Begins another round for each tenant whose time has come.
    pub(super) fn look_around(&mut self, now: Timestamp) {
        let mut is_due = false;
        for name in self.state.watch.keys().cloned().collect::<Vec<_>>() {
            let Some(watch) = self.state.watch.get_mut(&name).filter(|watch| watch.due <= now) else {
                continue;
            };
            watch.due = after(now, self.rules.watch);
            is_due = true;
            let looks_at_guests = watch.rounds.is_multiple_of(ROUNDS);
            watch.rounds = watch.rounds.wrapping_add(1);
            let broker = Broker::Tenant(name.clone());
            self.inquire(broker.clone(), Ask::Status(Nothing {}), Inquiry::Status(name.clone()));
            if looks_at_guests {
                self.inquire(broker.clone(), Ask::GuestList(Nothing {}), Inquiry::Guests(name.clone()));
            }
            self.inquire(broker, Ask::TokenList(token::List { all: false }), Inquiry::Open(name));
        }
        if is_due {
            self.write_again();
        }
    }

    /// Records that the ledger did not take are tried again with each round.
    fn write_again(&mut self) {
        for id in std::mem::take(&mut self.state.unwritten) {
            if let Some(outgoing) = self.state.outbox.get(&id) {
                self.steps.push(Step { id, deed: outgoing.clone().into() });
            }
        }
    }

    /// Asks, unless the same is being asked.
    fn inquire(&mut self, broker: Broker, ask: Ask, inquiry: Inquiry) {
        if !self.inquiries.values().any(|other| *other == inquiry) {
            let id = self.step(Deed::Ask { broker, ask });
            self.inquiries.insert(id, inquiry);
        }
    }

    pub(super) fn inquired(&mut self, inquiry: Inquiry, outcome: Outcome, now: Timestamp) {
        let (answer, refused) = match outcome {
            Outcome::Answered(answer) => (Some(*answer), None),
            Outcome::Refused(refusal) => (None, Some(refusal.code)),
            _ => (None, None),
        };
        match (inquiry, answer) {
            (Inquiry::Status(tenant), Some(Answer::Status(status))) => {
                self.status_came(&tenant, status, now);
            }
            (Inquiry::Status(tenant), _) => self.no_status(&tenant, now),
            (Inquiry::Open(tenant), Some(Answer::TokenList(tokens))) => {
                self.open_tokens(&tenant, &tokens);
            }
            // Without the list nothing is known of issuers, but the core's broker is still looked after.
            (Inquiry::Open(_), _) => self.probe_core(),
            (Inquiry::Gone(tenant, id), Some(Answer::TokenShow(token))) => {
                self.news_of(&tenant, &token);
                if token.id == id && !is_open(&token) {
                    self.forget_token(&tenant, &id);
                }
            }
            (Inquiry::Gone(tenant, id), _) if refused == Some(ErrorCode::NotFound) => {
                self.forget_token(&tenant, &id);
            }
            (Inquiry::Guests(tenant), Some(Answer::GuestList(guests))) => self.own_people(&tenant, &guests),
            (Inquiry::Issuer(user), Some(Answer::AccountActive(activity))) => {
                self.core_answers(now);
                if !activity.active && user != self.rules.me {
                    self.end_tokens_of(&user, activity.reason);
                    self.end_links_of(&user, activity.reason);
                    self.tell_of_accounts_of(&user, activity.reason);
                }
            }
            (Inquiry::Issuer(_), _) if refused == Some(ErrorCode::RateLimited) => {}
            (Inquiry::Issuer(_), _) => self.core_silent(now),
            (Inquiry::Revoke(tenant, _, reason), Some(Answer::TokenRevoke(token))) => {
                self.token_ended(&tenant, &token, reason);
            }
            (Inquiry::RevokeLink(tenant, user, reason), Some(Answer::PasswordLinkRevoke(_))) => {
                self.link_ended(&tenant, user, reason);
            }
            // The next round asks again.
            (Inquiry::Gone(..) | Inquiry::Guests(_) | Inquiry::Revoke(..) | Inquiry::RevokeLink(..), _) => {}
        }
    }

    /// Compares what is open with what was.
    fn open_tokens(&mut self, tenant: &str, tokens: &Tokens) {
        let open: Vec<&Token> = tokens.tokens.iter().filter(|token| is_open(token)).collect();
        for token in &open {
            self.news_of(tenant, token);
        }
        let Some(watch) = self.state.watch.get_mut(tenant) else { return };
        let issuer = |link: &OpenLink| (link.user.clone(), UserId::new(link.issuer.clone()));
        watch.links = tokens.links.iter().map(issuer).collect();
        let is_listed = |id: &String| open.iter().any(|token| token.id == *id);
        let gone: Vec<String> = watch.open.keys().filter(|id| !is_listed(id)).cloned().collect();
        let of_tokens = watch.open.values().map(|token| &token.issuer);
        let issuers: BTreeSet<UserId> = of_tokens.chain(watch.links.values()).cloned().collect();
        self.figures.tenants.entry(tenant.to_owned()).or_default().open_tokens = watch.open.len();
        for id in gone {
            let ask = Ask::TokenShow(token::Show { id: id.clone() });
            self.inquire(Broker::Tenant(tenant.to_owned()), ask, Inquiry::Gone(tenant.to_owned(), id));
        }
        if issuers.is_empty() {
            return self.probe_core();
        }
        for user in issuers {
            self.ask_about(user);
        }
    }

    fn ask_about(&mut self, user: UserId) {
        let ask = Ask::AccountActive(account::Active { user: user.to_string() });
        self.inquire(Broker::Core, ask, Inquiry::Issuer(user));
    }

    fn probe_core(&mut self) {
        self.ask_about(self.rules.me.clone());
    }

    /// Accounts that were made since the last look. Of a token that was never seen before, nothing is new.
    fn news_of(&mut self, tenant: &str, token: &Token) {
        let Some(watch) = self.state.watch.get_mut(tenant) else { return };
        let users: Vec<String> = token.redeemed.iter().map(|redeemed| redeemed.user.clone()).collect();
        let known = watch.open.entry(token.id.clone()).or_insert_with(|| OpenToken {
            hash: token.hash.clone(),
            issuer: UserId::new(token.issuer.clone()),
            recipient: token.recipient.clone(),
            users: users.clone(),
        });
        let new: Vec<_> =
            token.redeemed.iter().filter(|redeemed| !known.users.contains(&redeemed.user)).cloned().collect();
        known.users = users;
        for redeemed in new {
            let event = Event::Redeemed {
                id: token.id.clone(),
                hash: token.hash.clone(),
                user: redeemed.user.clone(),
                time: redeemed.time,
            };
            self.record(tenant, event);
            self.tell_room(tenant, &reply::redeemed(token, &redeemed));
        }
    }

    /// The person has left: every open token of theirs ends, with every tenant.
    fn end_tokens_of(&mut self, user: &UserId, reason: Option<Reason>) {
        let tokens = self.state.watch.iter().flat_map(|(tenant, watch)| {
            let own = watch.open.iter().filter(|(_, token)| token.issuer == *user);
            own.map(|(id, _)| (tenant.clone(), id.clone()))
        });
        for (tenant, id) in tokens.collect::<Vec<_>>() {
            let ask = Ask::TokenRevoke(token::Revoke { by: self.rules.me.to_string(), id: id.clone() });
            self.inquire(Broker::Tenant(tenant.clone()), ask, Inquiry::Revoke(tenant, id, reason));
        }
    }

    /// The same with links that bring an account back: whoever has one can make the account theirs.
    fn end_links_of(&mut self, issuer: &UserId, reason: Option<Reason>) {
        let links = self.state.watch.iter().flat_map(|(tenant, watch)| {
            let own = watch.links.iter().filter(|(_, by)| *by == issuer);
            own.map(|(user, _)| (tenant.clone(), user.clone()))
        });
        for (tenant, user) in links.collect::<Vec<_>>() {
            let order = Order { by: self.rules.me.to_string(), user: user.clone() };
            let inquiry = Inquiry::RevokeLink(tenant.clone(), user, reason);
            self.inquire(Broker::Tenant(tenant), Ask::PasswordLinkRevoke(order), inquiry);
        }
    }

    fn link_ended(&mut self, tenant: &str, user: String, reason: Option<Reason>) {
        let known = self.state.watch.get_mut(tenant).and_then(|watch| watch.links.remove(&user));
        let Some(issuer) = known else { return };
        self.tell_room(tenant, &reply::link_issuer_left(&user, &issuer, reason));
        let by = self.rules.me.clone();
        self.record(tenant, Event::LinkRevoked { by, user, issuer, reason });
    }

    /// Whoever let themselves in as one of our own people keeps that account when they leave. It is not ended here: a
    /// token for staff may have been issued for somebody else, who is still with us.
    fn own_people(&mut self, tenant: &str, guests: &Guests) {
        let Some(watch) = self.state.watch.get_mut(tenant) else { return };
        let own = guests.guests.iter().filter(|guest| guest.staff && !guest.deactivated && !guest.locked);
        watch.staff =
            own.filter_map(|guest| Some((guest.user.clone(), UserId::new(guest.issuer.clone()?)))).collect();
        let Watch { staff, told, .. } = watch;
        told.retain(|user| staff.contains_key(user));
        let issuers: BTreeSet<UserId> = staff.values().cloned().collect();
        for user in issuers {
            self.ask_about(user);
        }
    }

    fn tell_of_accounts_of(&mut self, issuer: &UserId, reason: Option<Reason>) {
        let mut found = Vec::new();
        for (tenant, watch) in &mut self.state.watch {
            let Watch { staff, told, .. } = watch;
            let own = staff.iter().filter(|(_, by)| *by == issuer).map(|(user, _)| user.clone());
            for user in own {
                if told.insert(user.clone()) {
                    found.push((tenant.clone(), user));
                }
            }
        }
        for (tenant, user) in found {
            let text = reply::account_left(&user, issuer, reason, &self.rules.prefix);
            self.tell_room(&tenant, &text);
        }
    }

    fn token_ended(&mut self, tenant: &str, token: &Token, reason: Option<Reason>) {
        self.forget_token(tenant, &token.id);
        self.figures.revoked += 1;
        let mut event = revoked(self.rules.me.clone(), token, Because::IssuerInactive);
        if let Event::Revoked { reason: why, .. } = &mut event {
            *why = reason;
        }
        self.record(tenant, event);
        self.tell_room(tenant, &reply::issuer_left(token, reason));
    }
}

fn is_open(token: &Token) -> bool {
    matches!(token.state, State::Valid | State::Busy)
}
