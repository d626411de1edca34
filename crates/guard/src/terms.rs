//! What a running guard may be told anew: the policy, and what belongs to it. A request is judged from its first byte to its last
//! by the terms that held when it came.

use std::{
    net::IpAddr,
    sync::{Arc, PoisonError, RwLock},
};

use settings::guard::{Guard, LogUsers, Policy, RELOADED};

/// By what requests are judged.
pub(crate) struct Terms {
    pub(crate) policy: Policy,
    pub(crate) trusted: Vec<IpAddr>,
    pub(crate) max_body: u64,
    pub(crate) log_users: LogUsers,
}

impl Terms {
    fn of(config: &Guard) -> Self {
        Self {
            policy: config.policy.clone(),
            trusted: config.trusted_proxies.clone(),
            max_body: config.max_body_bytes,
            log_users: config.log_users,
        }
    }
}

/// The terms that hold now.
pub(crate) struct Live(RwLock<Arc<Terms>>);

impl Live {
    pub(crate) fn new(config: &Guard) -> Self {
        Self(RwLock::new(Arc::new(Terms::of(config))))
    }

    pub(crate) fn now(&self) -> Arc<Terms> {
        // The lock holds a pointer that is replaced whole, so a panic elsewhere cannot have left half of it.
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    pub(crate) fn replace(&self, config: &Guard) {
        *self.0.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(Terms::of(config));
    }
}

/// Keys whose new value waits for a restart.
pub(crate) fn waiting(old: &Guard, new: &Guard) -> Vec<String> {
    let table = |config: &Guard| match serde_json::to_value(config) {
        Ok(serde_json::Value::Object(table)) => table,
        _ => serde_json::Map::new(),
    };
    let (old, new) = (table(old), table(new));
    let changed = new.into_iter().filter(|(key, value)| old.get(key) != Some(value)).map(|(key, _)| key);
    changed.filter(|key| !RELOADED.contains(&key.as_str())).collect()
}

#[cfg(test)]
mod tests {
    use super::{Live, waiting};
    use crate::load;

    #[test]
    fn new_terms_hold_for_whoever_comes_after() {
        let old = load::audit_profile().unwrap();
        let live = Live::new(&old);
        let before = live.now();
        let mut new = old.clone();
        new.policy.audit.edits = true;
        live.replace(&new);
        assert!(!before.policy.audit.edits && live.now().policy.audit.edits);
    }

    #[test]
    fn what_a_reload_cannot_change_is_named() {
        let old = load::audit_profile().unwrap();
        let mut new = old.clone();
        new.policy.audit.edits = true;
        new.max_body_bytes = 1;
        assert!(waiting(&old, &new).is_empty());
        new.max_connections = 1;
        new.upstream_socket = "/x".to_owned();
        assert_eq!(waiting(&old, &new), ["upstreamSocket", "maxConnections"]);
    }
}
