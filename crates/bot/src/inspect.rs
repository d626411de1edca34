//! `rampart-bot ledger …`: the ledger, looked at from outside and held against a broker's.

use std::{
    collections::BTreeMap,
    fmt,
    io::{self, Write},
    path::{Path, PathBuf},
};

use chatops::Event;
use fs_err as fs;
use ledger::{Broken, Chain, Head, Key, LedgerError, PublicKey, Record, Summary};
use serde_json::Value;
use settings::bot::Bot;

use crate::records;

/// Why the ledger could not be shown.
#[derive(Debug, thiserror::Error)]
pub enum InspectError {
    /// It is not sound.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The key on the command line is not one.
    #[error("the key is not 64 hexadecimal digits")]
    Key,
    /// A file or the output broke off.
    #[error("a file cannot be read, or the output broke off")]
    Io(#[from] io::Error),
    /// What a broker exported is not sound.
    #[error("{}: line {line}: {source}\n  help: export it again with `rampart-broker ledger export`", file.display())]
    Export {
        /// The file.
        file: PathBuf,
        /// Which line.
        line: usize,
        /// What is wrong.
        #[source]
        source: Broken,
    },
}

fn folder(config: &Bot) -> &Path {
    Path::new(&config.state_directory)
}

/// Checks the whole ledger. `key` is the public key as it was noted elsewhere; without it the program's own is taken, which
/// finds damage but not somebody who has the key.
pub fn verify(config: &Bot, key: Option<&str>) -> Result<Summary, InspectError> {
    let key = match key {
        Some(text) => PublicKey::read(text).ok_or(InspectError::Key)?,
        None => public_key(config)?,
    };
    Ok(ledger::verify(&records::file(folder(config)), &key)?)
}

/// The public key, to be noted elsewhere.
pub fn public_key(config: &Bot) -> Result<PublicKey, InspectError> {
    Ok(Key::load(&records::key(folder(config)))?.public())
}

/// Writes all records, and the signed head as the last line.
pub fn export(config: &Bot, out: &mut impl Write) -> Result<(), InspectError> {
    let file = records::file(folder(config));
    let mut written = Ok(());
    ledger::records(&file, |record| {
        if written.is_ok() {
            written = record.line().map_err(InspectError::from).and_then(|line| Ok(writeln!(out, "{line}")?));
        }
    })?;
    written?;
    if let Some(head) = Head::load(&file, &public_key(config)?)? {
        let head = serde_json::to_string(&head).map_err(|error| LedgerError::Entry(error.to_string()))?;
        writeln!(out, "{head}")?;
    }
    Ok(())
}

/// Something that only one of two ledgers says, or that they say differently.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// The bot issued a token of which the broker knows nothing.
    OnlyBot(String),
    /// The broker issued a token of which the bot knows nothing.
    OnlyBroker(String),
    /// They name different issuers.
    Issuer(String),
    /// One of them has ended it, and the other knows nothing of that.
    Revoked(String),
    /// They name different accounts that were made with it.
    Redeemed(String),
}

impl fmt::Display for Difference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OnlyBot(hash) => write!(f, "{hash}: issued according to the bot, unknown to the broker"),
            Self::OnlyBroker(hash) => write!(f, "{hash}: issued according to the broker, unknown to the bot"),
            Self::Issuer(hash) => write!(f, "{hash}: issued by somebody else according to the other"),
            Self::Revoked(hash) => write!(f, "{hash}: ended according to one of them only"),
            Self::Redeemed(hash) => write!(f, "{hash}: redeemed by different accounts"),
        }
    }
}

/// What a ledger says of one token.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
struct Said {
    issuer: String,
    revoked: bool,
    redeemed: Vec<String>,
}

/// Holds the bot's ledger against what the broker of `tenant` exported. With a key the export's checkpoints must be signed
/// by it.
pub fn compare(
    config: &Bot,
    tenant: &str,
    export: &Path,
    key: Option<&str>,
) -> Result<Vec<Difference>, InspectError> {
    let key = key.map(|text| PublicKey::read(text).ok_or(InspectError::Key)).transpose()?;
    let theirs = of_broker(export, key.as_ref())?;
    let mut ours: BTreeMap<String, Said> = BTreeMap::new();
    ledger::records(&records::file(folder(config)), |record| {
        if let Some(entry) = records::entry(record).filter(|entry| entry.tenant == tenant) {
            note(&mut ours, &entry.event);
        }
    })?;
    Ok(differences(&ours, &theirs))
}

fn note(ours: &mut BTreeMap<String, Said>, event: &Event) {
    match event {
        Event::Issued { hash, by, .. } => {
            ours.entry(hash.clone()).or_default().issuer = by.to_string();
        }
        Event::Revoked { hash, .. } => {
            if let Some(said) = ours.get_mut(hash) {
                said.revoked = true;
            }
        }
        Event::Redeemed { hash, user, .. } => {
            if let Some(said) = ours.get_mut(hash)
                && !said.redeemed.contains(user)
            {
                said.redeemed.push(user.clone());
            }
        }
        _ => {}
    }
}

/// Tokens that the broker made and did not take back.
fn of_broker(export: &Path, key: Option<&PublicKey>) -> Result<BTreeMap<String, Said>, InspectError> {
    let text = fs::read_to_string(export)?;
    let lines: Vec<&str> = text.lines().collect();
    let mut chain = Chain::START;
    let (mut wanted, mut made) = (BTreeMap::new(), BTreeMap::new());
    for (index, line) in lines.iter().enumerate() {
        // The last line is the head, which has no record before it.
        if index + 1 == lines.len() && Record::read(line.as_bytes()).is_err() {
            break;
        }
        let fault = |source| InspectError::Export { file: export.to_owned(), line: index + 1, source };
        let record = chain.follow(line.as_bytes(), key).map_err(fault)?;
        apply(&record, &mut wanted, &mut made);
    }
    Ok(made)
}

fn apply(record: &Record, wanted: &mut BTreeMap<String, Said>, made: &mut BTreeMap<String, Said>) {
    let word = |name: &str| record.entry.get(name).and_then(Value::as_str).unwrap_or_default().to_owned();
    let hash = word("hash");
    match record.kind.as_str() {
        "token-wanted" => {
            wanted.insert(hash, Said { issuer: word("by"), ..Said::default() });
        }
        "token-created" => {
            if let Some(said) = wanted.remove(&hash) {
                made.insert(hash, said);
            }
        }
        "token-dropped" => {
            wanted.remove(&hash);
            made.remove(&hash);
        }
        "token-revoked" => {
            if let Some(said) = made.get_mut(&hash) {
                said.revoked = true;
            }
        }
        "redeem-made" => {
            if let Some(said) = made.get_mut(&hash) {
                said.redeemed.push(word("user"));
            }
        }
        _ => {}
    }
}

fn differences(ours: &BTreeMap<String, Said>, theirs: &BTreeMap<String, Said>) -> Vec<Difference> {
    let mut found = Vec::new();
    for (hash, our) in ours {
        let Some(their) = theirs.get(hash) else {
            found.push(Difference::OnlyBot(hash.clone()));
            continue;
        };
        if our.issuer != their.issuer {
            found.push(Difference::Issuer(hash.clone()));
        }
        if our.revoked != their.revoked {
            found.push(Difference::Revoked(hash.clone()));
        }
        let sorted = |said: &Said| {
            let mut users = said.redeemed.clone();
            users.sort_unstable();
            users
        };
        if sorted(our) != sorted(their) {
            found.push(Difference::Redeemed(hash.clone()));
        }
    }
    let unknown = theirs.keys().filter(|hash| !ours.contains_key(*hash));
    found.extend(unknown.map(|hash| Difference::OnlyBroker(hash.clone())));
    found
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::{Difference, Said, differences};

    fn said(issuer: &str, revoked: bool, users: &[&str]) -> Said {
        let redeemed = users.iter().map(ToString::to_string).collect();
        Said { issuer: issuer.to_owned(), revoked, redeemed }
    }

    #[test]
    fn each_difference_is_found_and_the_order_of_accounts_is_none() {
        let book = |tokens: &[(&str, Said)]| -> BTreeMap<String, Said> {
            tokens.iter().map(|(hash, said)| ((*hash).to_owned(), said.clone())).collect()
        };
        let ours = [
            ("a", said("anna", false, &["x", "y"])),
            ("b", said("anna", false, &[])),
            ("c", said("anna", true, &[])),
            ("d", said("anna", false, &[])),
            ("e", said("anna", false, &["x"])),
        ];
        assert_eq!(differences(&book(&ours), &book(&ours)), []);
        let theirs = [
            ("a", said("anna", false, &["y", "x"])),
            ("c", said("anna", false, &[])),
            ("d", said("ben", false, &[])),
            ("e", said("anna", false, &[])),
            ("f", said("anna", false, &[])),
        ];
        let expected = [
            Difference::OnlyBot("b".into()),
            Difference::Revoked("c".into()),
            Difference::Issuer("d".into()),
            Difference::Redeemed("e".into()),
            Difference::OnlyBroker("f".into()),
        ];
        assert_eq!(differences(&book(&ours), &book(&theirs)), expected);
    }
}
