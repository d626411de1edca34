//! Layer 5: the program `rampart-enrol`, the page on which a guest makes an account with a link from staff.
//!
//! Server-rendered, no JavaScript. A request passes these files in this order:
//!
//! | file | asks |
//! |---|---|
//! | `server` | which page is it; every answer gets the same strict headers |
//! | `limits` | how often did this address, how often was this token tried |
//! | `proof` | did the form come from this page (cross-site request protection) |
//! | `form` | is what was entered good, before anything is spent |
//! | `enrolling`, `password` | the two things that can be done here |
//! | `register` | the homeserver's interactive auth, through the guard's own socket |
//! | `view`, `language`, `look` | what people see |
//!
//! The order in `enrolling` never burns a token on a mistake that can be corrected: first the form, then the homeserver
//! without the token (which checks the user name), then the broker reserves the use, then the token is shown.
//!
//! A token is in the address and in a hidden field, and nowhere else: no log, no title, no cache, no referrer.

mod enrolling;
mod form;
mod language;
mod limits;
pub mod load;
mod look;
mod password;
mod proof;
mod register;
mod server;
mod view;

pub use server::{StartError, router, run};
