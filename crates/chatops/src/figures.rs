//! What metrics show.

use std::collections::BTreeMap;

use broker_api::status::Status;
use jiff::Timestamp;

use crate::entry::Trouble;

/// Numbers since the program's start, and the state of each tenant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Figures {
    /// Orders by command (`token generate`, …; `unknown`) and end.
    pub orders: BTreeMap<(&'static str, End), u64>,
    /// Tokens that were ended because their issuer has left.
    pub revoked: u64,
    /// Tenants by name.
    pub tenants: BTreeMap<String, TenantFigures>,
}

/// How an order ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum End {
    /// It was carried out.
    Done,
    /// It is not an order that can be understood.
    Misspelt,
    /// The person may not.
    Refused,
    /// Too many, too old, or over the quota.
    Limited,
    /// Nobody confirmed it, or it was called off.
    Dropped,
    /// The broker refused it, in part or as a whole.
    Failed,
    /// The broker or the ledger did not answer.
    Unanswered,
}

impl End {
    /// As a label.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::Misspelt => "misspelt",
            Self::Refused => "refused",
            Self::Limited => "limited",
            Self::Dropped => "dropped",
            Self::Failed => "failed",
            Self::Unanswered => "unanswered",
        }
    }
}

/// The state of a tenant.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct TenantFigures {
    /// Last status, and when it came.
    pub status: Option<(Timestamp, Status)>,
    /// Open tokens that the bot knows of.
    pub open_tokens: usize,
    /// What is wrong now.
    pub alarms: Vec<Trouble>,
}
