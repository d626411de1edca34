//! Names, as the homeserver gives them. They are compared, kept and shown, and not taken apart but for the user's two halves.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(String);

        impl $name {
            /// The name as it is written; the adapter vouches for its form.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// As it is written.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

ids! {
    /// A room: `!opaque:server`, or `!opaque` from room version 12 on.
    RoomId;
    /// An event: `$opaque`.
    EventId;
    /// A person or a bot: `@name:server`.
    UserId;
}

impl UserId {
    /// The part before the colon, without `@`.
    pub fn localpart(&self) -> &str {
        let name = self.0.strip_prefix('@').unwrap_or(&self.0);
        name.split_once(':').map_or(name, |(name, _)| name)
    }
}
