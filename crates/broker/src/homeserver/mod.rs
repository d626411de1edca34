//! The homeserver's admin API: the few routes that the verbs need, and no other.
//!
//! Tuwunel from 1.9 on and Synapse have the same routes (matrix-construct/tuwunel 1.9.0, `src/api/client/admin`;
//! Synapse's Admin API). Where they differ:
//!
//! | | Tuwunel | Synapse |
//! |---|---|---|
//! | spent or expired tokens | gone | in the list, not valid |
//! | tokens of the configuration | in the list, cannot be changed | there are none: the sentinel is put into the database |
//! | deactivating | leaves no room | leaves rooms, some time later |
//! | no valid token left | **anybody may register** | nobody may |
//!
//! So nothing here relies on a token staying in the list, and rooms are left before an account ends.

mod accounts;
mod calls;
mod registration;
mod rooms;
mod tokens;

pub(crate) use accounts::{Account, is_localpart};
pub(crate) use calls::{Failure, Homeserver};
pub(crate) use tokens::{Known, Wanted};
