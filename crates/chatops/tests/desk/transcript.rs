//! A whole conversation, in both forms. Read the snapshot as a person in the room would.

use std::fmt::Write as _;

use broker_api::status::Alarm;
use chatops::Entry;

use crate::scene::{ANNA, BEN, Said, Scene};

struct Transcript {
    scene: Scene,
    text: String,
}

impl Transcript {
    fn writes(&mut self, sender: &str, body: &str) {
        let before = self.scene.said.len();
        writeln!(self.text, "\n{} {sender}> {body}", self.scene.now).unwrap();
        self.scene.write(sender, body);
        self.note(before);
    }

    fn reacts(&mut self, sender: &str, key: &str) {
        let before = self.scene.said.len();
        writeln!(self.text, "\n{} {sender} reacts {key}", self.scene.now).unwrap();
        self.scene.react(sender, key);
        self.note(before);
    }

    fn waits(&mut self, seconds: i64) {
        let before = self.scene.said.len();
        self.scene.wait(seconds);
        writeln!(self.text, "\n{} ({seconds} s later)", self.scene.now).unwrap();
        self.note(before);
    }

    fn note(&mut self, before: usize) {
        for said in &self.scene.said[before..] {
            let (place, content) = match said {
                Said::Sign { target, key } => {
                    writeln!(self.text, "  {key} under {target}").unwrap();
                    continue;
                }
                Said::Alone { user, content } => (format!("to {user} alone"), content),
                Said::Room { root: Some(root), content, .. } => (format!("in the thread of {root}"), content),
                Said::Room { root: None, content, .. } => ("to the room".to_owned(), content),
            };
            writeln!(self.text, "  {place}:").unwrap();
            for line in content.plain.lines() {
                writeln!(self.text, "    | {line}").unwrap();
            }
            writeln!(self.text, "    {}", content.html).unwrap();
        }
    }
}

#[test]
fn a_conversation() {
    let mut talk = Transcript { scene: Scene::usual(), text: String::new() };
    talk.writes(ANNA, "!help");
    talk.writes(ANNA, "!help token generate");
    talk.writes(ANNA, "!whoami");
    talk.writes(
        ANNA,
        "!token generate --for Bob <b>Miller</b> --ttl 48h --note see https://evil.example & \"more\"",
    );
    talk.writes(BEN, "!token generate --staff");
    talk.writes(BEN, "!token list");
    talk.writes(BEN, "!token lst");
    talk.scene.broker.redeem("aaaaaaaa", "bob", talk.scene.now);
    talk.scene.broker.guest("bob", false);
    talk.scene.broker.alarms = vec![Alarm::SpareMissing];
    talk.waits(40);
    talk.scene.broker.alarms.clear();
    talk.writes(ANNA, "!token show aaaaaaaa");
    talk.writes(ANNA, "!guest list");
    talk.writes(ANNA, "!guest show bob");
    talk.writes(ANNA, "!token extend aaaaaaab --ttl 7d");
    talk.writes(ANNA, "!token revoke aaaaaaab aaaaaaaa");
    talk.reacts(BEN, "✅");
    talk.reacts(ANNA, "✅");
    talk.writes(ANNA, "!guest deactivate bob");
    talk.waits(130);
    talk.writes(ANNA, "!guest deactivate bob");
    talk.reacts(ANNA, "✅\u{fe0f}");
    talk.writes(ANNA, "!guest reactivate bob --ttl 2h");
    talk.writes(ANNA, "!room create kick-off");
    talk.writes(ANNA, "!room invite kick-off bob");
    talk.writes(ANNA, "!room list");
    talk.writes(ANNA, "!status");
    talk.writes(ANNA, "!audit --since 1h");
    insta::assert_snapshot!(talk.text);
    // What the ledger holds of it outlives every version of the program.
    let lines: Vec<String> =
        talk.scene.ledger.iter().map(|record| serde_json::to_string(&record.entry).unwrap()).collect();
    for (line, record) in lines.iter().zip(&talk.scene.ledger) {
        assert_eq!(serde_json::from_str::<Entry>(line).unwrap(), record.entry);
    }
    insta::assert_snapshot!("the_ledger_of_it", lines.join("\n"));
}
