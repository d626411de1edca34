//! The commands: one row each, from which the parser, the help and the page of the documentation are made.

use super::given::Given;
use crate::{
    command::{Command, Since},
    grammar::complaint::Complaint,
};

/// Words without options after a command.
#[derive(Debug, Clone, Copy)]
pub struct Argument {
    /// In capitals.
    pub name: &'static str,
    /// Whether there may be more than one.
    pub many: bool,
    /// Whether there must be one.
    pub needed: bool,
}

/// What an option takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Takes {
    /// Nothing.
    Nothing,
    /// One word, such as this one.
    Word(&'static str),
    /// Everything up to the next option.
    Text(&'static str),
}

/// An option.
#[derive(Debug, Clone, Copy)]
pub struct Choice {
    /// With its dashes.
    pub name: &'static str,
    /// What it takes.
    pub takes: Takes,
    /// Whether it must be there.
    pub needed: bool,
    /// What it does.
    pub about: &'static str,
}

/// A command.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// Its words.
    pub name: &'static str,
    /// Other words for the last one.
    pub aliases: &'static [&'static str],
    /// What it needs.
    pub arguments: &'static [Argument],
    /// What it may be given.
    pub options: &'static [Choice],
    /// What it does, as a sentence.
    pub about: &'static str,
    /// One that works, without the prefix.
    pub example: &'static str,
    pub(super) build: fn(&mut Given<'_>) -> Result<Command, Complaint>,
}

const fn one(name: &'static str) -> Argument {
    Argument { name, many: false, needed: true }
}

const fn many(name: &'static str) -> Argument {
    Argument { name, many: true, needed: true }
}

const fn choice(name: &'static str, takes: Takes, about: &'static str) -> Choice {
    Choice { name, takes, needed: false, about }
}

const ALL: Choice = choice("--all", Takes::Nothing, "also what is over");

/// First words that have a second one, and what else they may be called.
pub(super) const NOUNS: [(&str, &[&str]); 3] = [
    ("token", &["tokens", "invite", "invites"]),
    ("guest", &["guests", "user", "users"]),
    ("room", &["rooms"]),
];

/// Every command, in the order of the help.
pub const COMMANDS: &[Row] = &[
    Row {
        name: "token generate",
        aliases: &["create", "new", "issue", "add"],
        arguments: &[],
        options: &[
            choice("--for", Takes::Text("NAME"), "who gets it"),
            choice("--ttl", Takes::Word("24h"), "how long it is good for"),
            choice("--uses", Takes::Word("1"), "for how many accounts"),
            choice("--note", Takes::Text("TEXT"), "why"),
            choice("--staff", Takes::Nothing, "for an account of our own people"),
        ],
        about: "Issues an enrolment address. It is sent to you alone; the room sees its id.",
        example: "token generate --for Anna Example --ttl 48h --note kick-off",
        build: |given| {
            Ok(Command::TokenGenerate {
                recipient: given.text("--for", 100)?,
                ttl: given.life("--ttl")?,
                uses: given.number("--uses", 1, 1000, "a number from 1 to 1000")?.unwrap_or(1),
                note: given.text("--note", 300)?,
                staff: given.flag("--staff"),
            })
        },
    },
    Row {
        name: "token list",
        aliases: &["ls"],
        arguments: &[],
        options: &[ALL],
        about: "Lists open tokens.",
        example: "token list --all",
        build: |given| Ok(Command::TokenList { all: given.flag("--all") }),
    },
    Row {
        name: "token show",
        aliases: &["info", "get"],
        arguments: &[one("ID")],
        options: &[],
        about: "Shows what is known of a token, and who used it.",
        example: "token show abcd2345",
        build: |given| Ok(Command::TokenShow { id: given.id()? }),
    },
    Row {
        name: "token extend",
        aliases: &["prolong"],
        arguments: &[many("ID")],
        options: &[Choice {
            name: "--ttl",
            takes: Takes::Word("24h"),
            needed: true,
            about: "how long it is good for from now on",
        }],
        about: "Makes open tokens valid for longer.",
        example: "token extend abcd2345 --ttl 24h",
        build: |given| {
            let ids = given.ids()?;
            let missing = Complaint::ArgumentMissing { command: given.command, argument: "--ttl" };
            Ok(Command::TokenExtend { ids, ttl: given.life("--ttl")?.ok_or(missing)? })
        },
    },
    Row {
        name: "token revoke",
        aliases: &["delete", "remove", "rm", "cancel", "end"],
        arguments: &[many("ID")],
        options: &[],
        about: "Ends tokens. Accounts that were made with them stay.",
        example: "token revoke abcd2345",
        build: |given| Ok(Command::TokenRevoke { ids: given.ids()? }),
    },
    Row {
        name: "guest list",
        aliases: &["ls"],
        arguments: &[],
        options: &[ALL],
        about: "Lists the accounts of guests and of our own people on the guests' server.",
        example: "guest list",
        build: |given| Ok(Command::GuestList { all: given.flag("--all") }),
    },
    Row {
        name: "guest show",
        aliases: &["info", "get"],
        arguments: &[one("USER")],
        options: &[],
        about: "Shows an account, its rooms and how many devices are logged in.",
        example: "guest show anna",
        build: |given| Ok(Command::GuestShow { user: given.user()? }),
    },
    Row {
        name: "guest lock",
        aliases: &["block", "stop"],
        arguments: &[many("USER")],
        options: &[],
        about: "Stops guests for a while. Rooms and devices stay.",
        example: "guest lock anna",
        build: |given| Ok(Command::GuestLock { users: given.users()? }),
    },
    Row {
        name: "guest unlock",
        aliases: &["unblock"],
        arguments: &[many("USER")],
        options: &[],
        about: "Lets locked guests in again.",
        example: "guest unlock anna",
        build: |given| Ok(Command::GuestUnlock { users: given.users()? }),
    },
    Row {
        name: "guest deactivate",
        aliases: &["end", "remove", "delete"],
        arguments: &[many("USER")],
        options: &[],
        about: "Ends accounts: every device is logged out and every room is left.",
        example: "guest deactivate anna",
        build: |given| Ok(Command::GuestDeactivate { users: given.users()? }),
    },
    Row {
        name: "guest reactivate",
        aliases: &["restore"],
        arguments: &[one("USER")],
        options: &[choice("--ttl", Takes::Word("24h"), "how long the link is good for")],
        about: "Issues a link with which the guest sets a new password and comes back. It is sent to you alone.",
        example: "guest reactivate anna",
        build: |given| Ok(Command::GuestReactivate { user: given.user()?, ttl: given.life("--ttl")? }),
    },
    Row {
        name: "room create",
        aliases: &["new", "add", "make"],
        arguments: &[one("NAME")],
        options: &[],
        about: "Makes a room on the guests' server that only invited people can join.",
        example: "room create kick-off",
        build: |given| Ok(Command::RoomCreate { name: given.room_name()? }),
    },
    Row {
        name: "room invite",
        aliases: &["add-user"],
        arguments: &[one("ROOM"), one("USER")],
        options: &[],
        about: "Invites a guest into such a room.",
        example: "room invite kick-off anna",
        build: |given| Ok(Command::RoomInvite { room: given.room()?, user: given.user()? }),
    },
    Row {
        name: "room list",
        aliases: &["ls"],
        arguments: &[],
        options: &[],
        about: "Lists the rooms that were made this way.",
        example: "room list",
        build: |_| Ok(Command::RoomList),
    },
    Row {
        name: "audit",
        aliases: &["log"],
        arguments: &[],
        options: &[choice(
            "--since",
            Takes::Word("24h"),
            "from when on: a duration, a day or a moment in UTC",
        )],
        about: "Shows who ordered what.",
        example: "audit --since 7d",
        build: |given| Ok(Command::Audit { since: given.since("--since")?.unwrap_or(Since::Ago(86_400)) }),
    },
    Row {
        name: "status",
        aliases: &[],
        arguments: &[],
        options: &[],
        about: "Shows whether the guests' server is as closed as it should be.",
        example: "status",
        build: |_| Ok(Command::Status),
    },
    Row {
        name: "whoami",
        aliases: &[],
        arguments: &[],
        options: &[],
        about: "Shows what you may do here, and why.",
        example: "whoami",
        build: |_| Ok(Command::Whoami),
    },
    Row {
        name: "help",
        aliases: &["h"],
        arguments: &[Argument { name: "COMMAND", many: true, needed: false }],
        options: &[],
        about: "Explains all commands, or one.",
        example: "help token generate",
        build: |given| given.topic(),
    },
];

impl Row {
    /// `token generate [--for NAME] …`, without the prefix.
    pub fn usage(&self) -> String {
        let arguments = self.arguments.iter().map(|argument| {
            let dots = if argument.many { "…" } else { "" };
            if argument.needed {
                format!(" {}{dots}", argument.name)
            } else {
                format!(" [{}{dots}]", argument.name)
            }
        });
        let options = self.options.iter().map(|option| {
            let value = match option.takes {
                Takes::Nothing => String::new(),
                Takes::Word(value) | Takes::Text(value) => format!(" {value}"),
            };
            if option.needed {
                format!(" {}{value}", option.name)
            } else {
                format!(" [{}{value}]", option.name)
            }
        });
        std::iter::once(self.name.to_owned()).chain(arguments).chain(options).collect()
    }

    /// The first word.
    pub(crate) fn noun(&self) -> &'static str {
        self.name.split_once(' ').map_or(self.name, |(noun, _)| noun)
    }

    /// The second word, if there is one.
    pub(crate) fn verb(&self) -> Option<&'static str> {
        self.name.split_once(' ').map(|(_, verb)| verb)
    }
}

/// The row of a command.
pub(crate) fn row(name: &str) -> Option<&'static Row> {
    COMMANDS.iter().find(|row| row.name == name)
}
