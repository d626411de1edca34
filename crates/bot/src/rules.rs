//! The desk's rules, from settings.

use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};

use chat::{RoomId, UserId};
use chatops::{Rules, Tenant};
use settings::bot::Bot;

/// How long a broker that gives no answer is asked again.
const PERSISTENCE: Duration = Duration::from_mins(1);

/// `names`: what the bot is called in rooms. `rooms`: the restricted room of each tenant.
pub(crate) fn of(config: &Bot, names: Vec<String>, rooms: &BTreeMap<String, RoomId>) -> Rules {
    let orders = &config.orders;
    let number = |wanted: i64| u32::try_from(wanted).unwrap_or(u32::MAX);
    let allowed: BTreeSet<UserId> = orders.allowed.iter().map(|user| UserId::new(user.as_str())).collect();
    let allowed = Some(allowed).filter(|allowed| !allowed.is_empty());
    let tenants = config.tenants.iter().filter_map(|tenant| {
        Some(Tenant {
            name: tenant.name.to_string(),
            title: tenant.title.clone(),
            room: rooms.get(tenant.name.as_str())?.clone(),
            power: orders.power_level.get(),
            allowed: allowed.clone(),
        })
    });
    let per_minute = number(orders.per_minute.get()).max(1);
    let usual = Rules::new(UserId::new(config.user.as_str()));
    Rules {
        names,
        prefix: config.prefix.as_ref().map_or(usual.prefix.clone(), ToString::to_string),
        tenants: tenants.collect(),
        default_ttl: orders.default_life.as_std(),
        two_persons: orders.second_approval,
        quota: Some(number(orders.quota.get())).filter(|quota| *quota > 0),
        patience: orders.confirm_timeout.as_std(),
        oldest: orders.longest_delay.as_std(),
        persistence: PERSISTENCE,
        burst: (per_minute / 2).max(1),
        refill: Duration::from_mins(1) / per_minute,
        watch: config.watch_interval.as_std(),
        ..usual
    }
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeMap, time::Duration};

    use chat::RoomId;
    use serde_json::json;
    use settings::bot::Bot;

    fn config(orders: &serde_json::Value) -> Bot {
        serde_json::from_value(json!({
            "homeserver": "127.0.0.1:1", "serverName": "example.org", "user": "@rampart-bot:example.org",
            "tokenFile": "/t", "roomVersion": "11", "accountsSocket": "/s", "orders": orders,
            "tenants": [{ "name": "partners", "title": "Partners", "domain": "partners.example.org", "staff": [],
                "broker": "127.0.0.1:2", "clientTokenFile": "/c" }],
            "watchInterval": "30s", "brokerTimeout": "1m", "stateDirectory": "/d", "metrics": "127.0.0.1:3",
            "stopTimeout": "30s", "logLevel": "info",
        }))
        .unwrap()
    }

    /// Nothing in the settings means no list and no limit, and never nobody or zero.
    #[test]
    fn empty_and_zero_are_no_list_and_no_limit() {
        let mut orders = json!({
            "powerLevel": 50, "allowed": [], "secondApproval": false, "defaultLife": "1d", "quota": 0,
            "perMinute": 1, "confirmTimeout": "5m", "longestDelay": "10m",
        });
        let rooms = BTreeMap::from([("partners".to_owned(), RoomId::new("!a:example.org"))]);
        let rules = super::of(&config(&orders), Vec::new(), &rooms);
        assert_eq!((rules.tenants[0].allowed.clone(), rules.quota, rules.burst), (None, None, 1));
        assert_eq!((rules.prefix.as_str(), rules.refill), ("!", Duration::from_mins(1)));
        orders["allowed"] = json!(["@anna:example.org"]);
        orders["quota"] = json!(5);
        let rules = super::of(&config(&orders), Vec::new(), &rooms);
        assert_eq!((rules.tenants[0].allowed.as_ref().unwrap().len(), rules.quota), (1, Some(5)));
    }
}
