//! What the double knows.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::PathBuf,
    time::{SystemTime, UNIX_EPOCH},
};

use fs_err as fs;

/// Which homeserver it behaves like.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The fail-open trap; spent tokens are forgotten; tokens of a file; deactivating leaves no room.
    TuwunelLike,
    /// A second stage; spent tokens stay in the list; deactivating leaves rooms.
    SynapseLike,
}

/// What goes wrong on purpose.
#[derive(Debug, Clone, Copy, Default)]
pub struct Faults {
    /// The token is taken, then making the account fails.
    pub creation_fails: bool,
    /// The account is made, but the answer never comes.
    pub register_hangs: bool,
    /// There is a way to an account without a token, whatever tokens there are.
    pub register_open: bool,
    /// Rooms cannot be left.
    pub rooms_stick: bool,
    /// Every admin call is refused.
    pub admin_broken: bool,
    /// Nobody gets in by a password.
    pub log_in_refused: bool,
}

/// An account.
#[derive(Debug, Clone, Default)]
pub struct User {
    /// In clear: it is a double.
    pub password: String,
    /// Administrator.
    pub admin: bool,
    /// Ended.
    pub deactivated: bool,
    /// Stopped for a while.
    pub locked: bool,
    /// May only read.
    pub suspended: bool,
    /// Access tokens.
    pub sessions: BTreeSet<String>,
    /// Rooms that it is in.
    pub rooms: BTreeSet<String>,
}

/// A registration token.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) uses: Option<u64>,
    pub(crate) completed: u64,
    pub(crate) expiry: Option<i64>,
}

/// Everything.
#[derive(Debug)]
pub struct State {
    pub(crate) kind: Kind,
    pub(crate) token_file: PathBuf,
    pub(crate) tokens: BTreeMap<String, Token>,
    pub(crate) interactive: HashMap<String, Interactive>,
    pub(crate) aliases: BTreeMap<String, String>,
    pub(crate) count: u64,
    /// Accounts by Matrix id.
    pub users: BTreeMap<String, User>,
    /// What goes wrong.
    pub faults: Faults,
}

/// An interactive-auth session keeps the way that it was opened with.
#[derive(Debug, Clone)]
pub(crate) struct Interactive {
    pub(crate) stages: Vec<&'static str>,
    pub(crate) done: BTreeSet<String>,
    pub(crate) body: serde_json::Value,
}

impl State {
    pub(crate) fn new(kind: Kind, token_file: PathBuf) -> Self {
        Self {
            kind,
            token_file,
            tokens: BTreeMap::new(),
            interactive: HashMap::new(),
            aliases: BTreeMap::new(),
            count: 0,
            users: BTreeMap::new(),
            faults: Faults::default(),
        }
    }

    /// Adds an account and logs it in; returns its access token.
    pub fn add_user(&mut self, name: &str, password: &str, admin: bool) -> String {
        let user = User { password: password.to_owned(), admin, ..User::default() };
        let id = format!("@{name}:example.org");
        self.users.insert(id.clone(), user);
        self.session(&id)
    }

    /// Takes all tokens of the database away, as if an administrator or time had.
    pub fn forget_tokens(&mut self) {
        self.tokens.clear();
    }

    /// How many tokens the database has.
    pub fn token_count(&self) -> usize {
        self.tokens.len()
    }

    /// Shifts the end of every token by so many milliseconds.
    pub fn shift_expiries(&mut self, by: i64) {
        for token in self.tokens.values_mut() {
            token.expiry = token.expiry.map(|expiry| expiry + by);
        }
    }

    pub(crate) fn session(&mut self, user: &str) -> String {
        let token = self.unique("session-of-somebody-");
        if let Some(user) = self.users.get_mut(user) {
            user.sessions.insert(token.clone());
        }
        token
    }

    pub(crate) fn unique(&mut self, start: &str) -> String {
        self.count += 1;
        format!("{start}{}", self.count)
    }

    pub(crate) fn owner(&self, token: Option<&str>) -> Option<String> {
        let token = token?;
        self.users.iter().find(|(_, user)| user.sessions.contains(token)).map(|(id, _)| id.clone())
    }

    pub(crate) fn is_admin(&self, token: Option<&str>) -> bool {
        !self.faults.admin_broken
            && self.owner(token).and_then(|id| self.users.get(&id)).is_some_and(|user| user.admin)
    }

    /// Tokens of the configuration; an unreadable or blank file gives none, silently.
    pub(crate) fn configured(&self) -> Vec<String> {
        let is_there = self.kind == Kind::TuwunelLike;
        let text = is_there.then(|| fs::read_to_string(&self.token_file).ok()).flatten();
        text.unwrap_or_default().split_whitespace().map(str::to_owned).collect()
    }

    pub(crate) fn is_valid(&self, token: &str) -> bool {
        self.configured().iter().any(|known| known == token)
            || self.tokens.get(token).is_some_and(Token::is_valid)
    }

    pub(crate) fn any_valid(&self) -> bool {
        !self.configured().is_empty() || self.tokens.values().any(Token::is_valid)
    }

    /// Tuwunel forgets what is over as soon as it is looked at.
    pub(crate) fn forget_spent(&mut self) {
        if self.kind == Kind::TuwunelLike {
            self.tokens.retain(|_, token| token.is_valid());
        }
    }
}

impl Token {
    pub(crate) fn is_valid(&self) -> bool {
        self.uses.is_none_or(|uses| self.completed < uses) && self.expiry.is_none_or(|expiry| expiry > now())
    }
}

fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(now.as_millis()).unwrap_or(i64::MAX)
}
