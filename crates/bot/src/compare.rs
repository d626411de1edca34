//! `rampart-bot ledger compare`: the ledger held against a broker's.

use std::{
    collections::BTreeMap,
    fmt, io,
    path::{Path, PathBuf},
};

use chatops::Event;
use fs_err as fs;
use ledger::{Broken, Chain, LedgerError, Place, PublicKey, Record};
use serde_json::Value;

use crate::records;

/// Why the two could not be compared.
#[derive(Debug, thiserror::Error)]
pub enum CompareError {
    /// It is not sound.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// The key on the command line is not one.
    #[error("the key is not 64 hexadecimal digits")]
    Key,
    /// What a broker exported cannot be read.
    #[error("a file cannot be read")]
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
    place: &Place,
    tenant: &str,
    export: &Path,
    key: Option<&str>,
) -> Result<Vec<Difference>, CompareError> {
    let key = key.map(|text| PublicKey::read(text).ok_or(CompareError::Key)).transpose()?;
    let theirs = of_broker(export, key.as_ref())?;
    let mut ours: BTreeMap<String, Said> = BTreeMap::new();
    ledger::records(&place.file(), |record| {
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
fn of_broker(export: &Path, key: Option<&PublicKey>) -> Result<BTreeMap<String, Said>, CompareError> {
    let text = fs::read_to_string(export)?;
    let lines: Vec<&str> = text.lines().collect();
    let mut chain = Chain::START;
    let (mut wanted, mut made) = (BTreeMap::new(), BTreeMap::new());
    for (index, line) in lines.iter().enumerate() {
        // The last line is the head, which has no record before it.
        if index + 1 == lines.len() && Record::read(line.as_bytes()).is_err() {
            break;
        }
        let fault = |source| CompareError::Export { file: export.to_owned(), line: index + 1, source };
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
