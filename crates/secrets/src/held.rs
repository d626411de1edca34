//! What is in the folder of secrets.

use std::{collections::BTreeMap, fmt};

use crate::{Need, SecretValue};

/// Where one copy of a secret belongs: `<host>/<name>`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// The host.
    pub host: String,
    /// Name of the secret.
    pub name: String,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.host, self.name)
    }
}

impl Need {
    /// Where its copies belong.
    pub fn places(&self) -> impl Iterator<Item = Place> {
        self.hosts.iter().map(|host| Place { host: host.clone(), name: self.name.clone() })
    }
}

/// What is known about one place.
#[derive(Debug, Default)]
pub struct Held {
    /// Whether the file that belongs there is there.
    pub is_there: bool,
    /// The value, when it could be read: an encrypted file may be there without.
    pub value: Option<SecretValue>,
}

/// All that is there. A place without an entry is empty.
pub type Holdings = BTreeMap<Place, Held>;
