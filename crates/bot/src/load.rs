//! Reading the configuration file, and what no single key can say about itself.

use std::path::Path;

use daemon::config::{self, ConfigError, Fault};
use settings::bot::Bot;

/// Reads and checks `file`.
pub fn load(file: &Path) -> Result<Bot, ConfigError> {
    config::checked(file, config::load(file)?, faults)
}

/// What makes the bot useless or open.
fn faults(bot: &Bot) -> [(bool, Fault); 9] {
    let (relative, from_root) = ("the path is relative", "write it from `/`");
    let is_relative = |path: &str| !path.starts_with('/');
    let orders = &bot.orders;
    let mut names: Vec<_> = bot.tenants.iter().map(|tenant| &tenant.name).collect();
    names.sort_unstable();
    [
        (is_relative(&bot.accounts_socket), ("accountsSocket", relative, from_root)),
        (is_relative(&bot.state_directory), ("stateDirectory", relative, from_root)),
        (bot.tenants.is_empty(), ("tenants", "there is none", "leave the bot out of this host")),
        (
            names.windows(2).any(|two| two[0] == two[1]),
            ("tenants", "two have the same name", "name each tenant once"),
        ),
        (
            !bot.metrics.ip().is_loopback(),
            ("metrics", "numbers would be told to a network", "name a loopback address"),
        ),
        (
            !bot.user.as_str().ends_with(&format!(":{}", bot.server_name)),
            ("user", "it is not an account of `serverName`", "name the bot's own account"),
        ),
        (
            orders.default_life.as_secs() < 60,
            ("orders.defaultLife", "no link could be used in time", "allow at least 60 seconds"),
        ),
        (
            orders.longest_delay.as_secs() == 0 || orders.confirm_timeout.as_secs() == 0,
            ("orders", "no order would be obeyed", "allow at least a second"),
        ),
        (
            bot.watch_interval.as_secs() == 0 || bot.broker_timeout.as_secs() == 0,
            ("watchInterval", "nobody would be asked", "allow at least a second"),
        ),
    ]
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use fs_err as fs;
    use serde_json::{Value, json};

    use super::load;

    /// The example fleet's, as it is rendered.
    fn rendered() -> Value {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../hosts/generated/core-fra.json");
        let host: Value = serde_json::from_str(&fs::read_to_string(file).unwrap()).unwrap();
        host["services"]["rampart-bot"].clone()
    }

    fn loaded(folder: &Path, config: &Value) -> Result<(), String> {
        let file = folder.join("bot.json");
        fs::write(&file, config.to_string()).unwrap();
        load(&file).map(drop).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_rendered_can_be_used_and_what_opens_or_deafens_the_bot_cannot() {
        let folder = tempfile::tempdir().unwrap();
        assert_eq!(loaded(folder.path(), &rendered()), Ok(()));
        let twice = json!([rendered()["tenants"][0], rendered()["tenants"][0]]);
        for (place, value, key) in [
            ("/accountsSocket", json!("broker.sock"), "accountsSocket"),
            ("/stateDirectory", json!("state"), "stateDirectory"),
            ("/tenants", json!([]), "tenants"),
            ("/tenants", twice, "tenants"),
            ("/metrics", json!("10.77.0.1:9111"), "metrics"),
            ("/user", json!("@rampart-bot:elsewhere.example"), "user"),
            ("/orders/defaultLife", json!("59s"), "orders.defaultLife"),
            ("/orders/longestDelay", json!("0s"), "orders"),
            ("/watchInterval", json!("0s"), "watchInterval"),
        ] {
            let mut config = rendered();
            *config.pointer_mut(place).unwrap() = value;
            let error = loaded(folder.path(), &config).unwrap_err();
            assert!(error.contains(&format!("`{key}`")) && error.contains("help: "), "{place}: {error}");
        }
    }
}
