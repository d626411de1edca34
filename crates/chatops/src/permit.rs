//! Whether somebody may give orders: room **and** power level **and** list. Whether the account is active right now is
//! asked of the core's broker afterwards, every time.

use chat::UserId;

use crate::{markup::Line, rules::Tenant};

/// Why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Denied {
    /// The level is too low, or not known.
    Power { has: Option<i64>, needs: i64 },
    /// The fleet has a list and the person is not on it.
    NotListed,
}

/// Judges one person in a tenant's room.
pub(crate) fn judge(tenant: &Tenant, user: &UserId, power: Option<i64>) -> Result<(), Denied> {
    if power.is_none_or(|power| power < tenant.power) {
        return Err(Denied::Power { has: power, needs: tenant.power });
    }
    if tenant.allowed.as_ref().is_some_and(|allowed| !allowed.contains(user)) {
        return Err(Denied::NotListed);
    }
    Ok(())
}

impl Denied {
    /// For the ledger.
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Power { .. } => "power_too_low",
            Self::NotListed => "not_listed",
        }
    }

    /// For people.
    pub(crate) fn line(self) -> Line {
        let line = Line::new().text("You may not give orders here: ");
        match self {
            Self::Power { has: Some(has), needs } => {
                line.text(format!("it takes power level {needs} in this room, yours is {has}."))
            }
            Self::Power { has: None, needs } => {
                line.text(format!("it takes power level {needs} in this room, yours is not known."))
            }
            Self::NotListed => line.text("you are not on the list of those who may."),
        }
    }
}
