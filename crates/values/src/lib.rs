//! Layer 0: newtypes whose values always keep their rule. Parsing is the only way in.

mod cidr;
mod duration;
mod number;
mod port;
mod position;
mod secret_path;
mod text;
mod version;

pub use cidr::Cidr;
pub use duration::Duration;
pub use number::{Latitude, Longitude, Milliseconds, Whole};
pub use port::{Port, PortRange};
pub use position::Position;
pub use secret_path::SecretPath;
pub use text::{
    Colour, CommandPrefix, Country, DevicePath, Domain, Email, HostAddress, InterfaceName, Moment, Name,
    RoomName, RoomVersion, SshPublicKey, StateVersion, Url, UserId, WireguardKey,
};
pub use version::Version;

/// Why a text is not the value it should be.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ValueError {
    /// The text does not have the named form.
    #[error("`{text}` is not {form}")]
    Form {
        /// What was written (shortened).
        text: String,
        /// The form, with its article.
        form: &'static str,
    },
    /// The text is longer than the form allows.
    #[error("{form} has at most {limit} characters, this one has {length}")]
    Length {
        /// The form, with its article.
        form: &'static str,
        /// Longest allowed.
        limit: u32,
        /// Found.
        length: usize,
    },
    /// The number lies outside its bounds.
    #[error("{number} is not between {min} and {max}")]
    Bounds {
        /// What was written.
        number: String,
        /// Smallest allowed.
        min: String,
        /// Largest allowed.
        max: String,
    },
    /// A secret must not be in the world-readable Nix store.
    #[error("a secret must not be in the Nix store, which every user can read")]
    SecretInStore,
}

impl ValueError {
    /// A form error with the text cut to what a message can show.
    fn form(text: &str, form: &'static str) -> Self {
        let mut shown: String = text.chars().take(60).collect();
        if shown.len() < text.len() {
            shown.push('…');
        }
        Self::Form { text: shown, form }
    }
}
