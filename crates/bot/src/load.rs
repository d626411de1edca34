//! Reading the configuration file, and what no single key can say about itself.

use std::path::Path;

use daemon::config::{self, ConfigError};
use settings::bot::Bot;

/// Reads and checks `file`.
pub fn load(file: &Path) -> Result<Bot, ConfigError> {
    let bot: Bot = config::load(file)?;
    match fault(&bot) {
        None => Ok(bot),
        Some((key, cause, fix)) => Err(ConfigError::value(file, key, cause, fix)),
    }
}

/// Key, cause and fix of the first value that makes the bot useless or open.
fn fault(bot: &Bot) -> Option<(&'static str, &'static str, &'static str)> {
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
    .into_iter()
    .find_map(|(is_wrong, fault)| is_wrong.then_some(fault))
}
