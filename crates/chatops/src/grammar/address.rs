//! Whether a message is an order: it begins with the prefix, or with the bot's name.

use chat::Message;

use crate::rules::Rules;

/// The order without what it is addressed with; none for what people say to each other.
pub fn addressed<'m>(message: &'m Message, rules: &Rules) -> Option<&'m str> {
    let body = message.body.trim();
    by_prefix(body, &rules.prefix).or_else(|| by_name(body, message, rules))
}

/// `!token list`; with a prefix that is a word, `rampart token list`.
fn by_prefix<'m>(body: &'m str, prefix: &str) -> Option<&'m str> {
    let rest = body.strip_prefix(prefix).filter(|_| !prefix.is_empty())?;
    let rest = if prefix.ends_with(char::is_alphanumeric) {
        rest.strip_prefix(char::is_whitespace)?.trim_start()
    } else {
        rest
    };
    rest.starts_with(char::is_alphabetic).then_some(rest)
}

/// `Rampart: token list`, where the message mentions the bot, or begins with its whole Matrix id. A name in the middle
/// of a sentence is talk about the bot.
fn by_name<'m>(body: &'m str, message: &Message, rules: &Rules) -> Option<&'m str> {
    let id = rules.me.as_str();
    let local = rules.me.localpart();
    if let Some(rest) = after(body, id) {
        return Some(rest);
    }
    if !message.mentions.contains(&rules.me) {
        return None;
    }
    let names = rules.names.iter().map(String::as_str).chain([local]);
    let body = body.strip_prefix('@').unwrap_or(body);
    names.filter(|name| !name.is_empty()).find_map(|name| after(body, name))
}

/// What follows a name, without the colon or comma that clients put there.
fn after<'m>(body: &'m str, name: &str) -> Option<&'m str> {
    let start = body.get(..name.len())?;
    if !start.eq_ignore_ascii_case(name) {
        return None;
    }
    let rest = body.get(name.len()..)?;
    let rest = match rest.strip_prefix([':', ',']) {
        Some(rest) => rest,
        None => rest.strip_prefix(char::is_whitespace)?,
    };
    let rest = rest.trim_start();
    (!rest.is_empty()).then_some(rest)
}
