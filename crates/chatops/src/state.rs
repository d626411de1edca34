//! What survives a restart.

use std::collections::{BTreeMap, BTreeSet};

use chat::{EventId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{
    entry::{Entry, Trouble},
    job::Job,
    meter::Meter,
    step::{Deed, Post, StepId},
};

/// Number of this format.
const VERSION: u32 = 1;

/// What must survive a restart. JSON; holds names of people and what they wrote, and no secret.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Snapshot {
    version: Version,
    /// Name of the next step.
    next: i64,
    /// Orders that are being carried out, by their message.
    pub(crate) jobs: BTreeMap<EventId, Job>,
    /// What was to be said or written down and is not known to be.
    pub(crate) outbox: BTreeMap<StepId, Outgoing>,
    /// Records of the outbox that the ledger did not take.
    pub(crate) unwritten: BTreeSet<StepId>,
    /// Messages that were heard, and when.
    pub(crate) seen: BTreeMap<EventId, Timestamp>,
    /// How fast people were.
    pub(crate) meters: BTreeMap<UserId, Meter>,
    /// Tenants by name.
    pub(crate) watch: BTreeMap<String, Watch>,
    /// How often in a row the core's broker gave no answer.
    pub(crate) core_misses: u32,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "u32", into = "u32")]
struct Version;

impl TryFrom<u32> for Version {
    type Error = String;

    fn try_from(number: u32) -> Result<Self, String> {
        if number == VERSION { Ok(Self) } else { Err(format!("version {number} is not {VERSION}")) }
    }
}

impl From<Version> for u32 {
    fn from(_: Version) -> u32 {
        VERSION
    }
}

/// Something on its way out that may be repeated.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outgoing {
    Post(Post),
    Record(Entry),
}

impl From<Outgoing> for Deed {
    fn from(outgoing: Outgoing) -> Self {
        match outgoing {
            Outgoing::Post(post) => Self::Post(post),
            Outgoing::Record(entry) => Self::Record(entry),
        }
    }
}

/// What is known of a tenant's server.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Watch {
    /// When it is looked at next.
    pub(crate) due: Timestamp,
    /// How often in a row its broker gave no status.
    pub(crate) misses: u32,
    /// What is wrong.
    pub(crate) troubles: Vec<Standing>,
    /// Open tokens by id.
    pub(crate) open: BTreeMap<String, OpenToken>,
    /// Accounts that an open password link brings back, and who issued it.
    #[serde(default)]
    pub(crate) links: BTreeMap<String, UserId>,
    /// How often it was looked at.
    pub(crate) rounds: u32,
    /// Accounts of our own people, and who let each in.
    pub(crate) staff: BTreeMap<String, UserId>,
    /// Those of them that the room was told of.
    pub(crate) told: BTreeSet<String>,
}

impl Watch {
    pub(crate) fn new(due: Timestamp) -> Self {
        Self {
            due,
            misses: 0,
            troubles: Vec::new(),
            open: BTreeMap::new(),
            links: BTreeMap::new(),
            rounds: 0,
            staff: BTreeMap::new(),
            told: BTreeSet::new(),
        }
    }
}

/// Something that is wrong, and since when.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Standing {
    pub(crate) trouble: Trouble,
    pub(crate) since: Timestamp,
}

/// An open token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct OpenToken {
    pub(crate) hash: String,
    pub(crate) issuer: UserId,
    pub(crate) recipient: Option<String>,
    /// Accounts that the room knows of.
    pub(crate) users: Vec<String>,
}

impl Snapshot {
    /// Nothing is known. Names of steps begin at the time, so that they are new even where an older state was lost.
    pub(crate) fn new(now: Timestamp) -> Self {
        Self {
            version: Version,
            next: now.as_microsecond(),
            jobs: BTreeMap::new(),
            outbox: BTreeMap::new(),
            unwritten: BTreeSet::new(),
            seen: BTreeMap::new(),
            meters: BTreeMap::new(),
            watch: BTreeMap::new(),
            core_misses: 0,
        }
    }

    pub(crate) fn next_step(&mut self) -> StepId {
        let id = StepId(self.next);
        self.next = self.next.saturating_add(1);
        id
    }
}
