//! Rooms on the guests' server.

use serde::{Deserialize, Serialize};

/// Makes a room that only invited people can join.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Create {
    /// Matrix id of who asked.
    pub by: String,
    /// Name: letters, digits and hyphens; it becomes the alias too.
    pub name: String,
}

/// A room.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// Matrix id.
    pub room: String,
    /// Alias, such as `#welcome:partners.example`.
    pub alias: String,
    /// Whether every new account joins it.
    pub joined_by_all: bool,
}

/// The rooms that the broker made.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rooms {
    /// In the order in which they were made.
    pub rooms: Vec<Room>,
}

/// Invites somebody.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invite {
    /// Matrix id of who asked.
    pub by: String,
    /// Name, alias or Matrix id of the room.
    pub room: String,
    /// Matrix id, or the part before the colon.
    pub user: String,
}
