//! Every way in which an order cannot be understood.

/// Why a line is no order. Says nothing of a value that could be a token.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Complaint {
    /// More than one line.
    SeveralLines,
    /// Longer than anything that makes sense.
    TooLong,
    /// A quote that is not closed.
    QuoteOpen,
    /// The first word is none of ours.
    CommandUnknown {
        /// What was written.
        word: String,
        /// What may have been meant.
        meant: Option<&'static str>,
    },
    /// Only the first word of a command of two.
    VerbMissing {
        /// The first word.
        noun: &'static str,
    },
    /// The second word is none of ours.
    VerbUnknown {
        /// The first word.
        noun: &'static str,
        /// What was written.
        word: String,
        /// What may have been meant.
        meant: Option<&'static str>,
    },
    /// There is no such option.
    OptionUnknown {
        /// The command.
        command: &'static str,
        /// What was written.
        word: String,
        /// What may have been meant.
        meant: Option<&'static str>,
    },
    /// An option that stands there twice.
    OptionTwice {
        /// The command.
        command: &'static str,
        /// Its name.
        option: &'static str,
    },
    /// An option without its value.
    ValueMissing {
        /// The command.
        command: &'static str,
        /// Its name.
        option: &'static str,
    },
    /// A value for an option that takes none.
    ValueSurplus {
        /// The command.
        command: &'static str,
        /// Its name.
        option: &'static str,
    },
    /// A value that is not of the right form.
    ValueInvalid {
        /// The command.
        command: &'static str,
        /// Option or argument.
        of: &'static str,
        /// The form, with its article.
        form: &'static str,
    },
    /// Something that has to be there.
    ArgumentMissing {
        /// The command.
        command: &'static str,
        /// Its name.
        argument: &'static str,
    },
    /// More words than the command takes.
    ArgumentSurplus {
        /// The command.
        command: &'static str,
    },
    /// More of them than one order may name.
    TooMany {
        /// The command.
        command: &'static str,
        /// At most so many.
        most: usize,
    },
    /// The same thing is named twice.
    ArgumentTwice {
        /// The command.
        command: &'static str,
    },
}

impl Complaint {
    /// For programs and tests.
    pub fn code(&self) -> &'static str {
        match self {
            Self::SeveralLines => "several_lines",
            Self::TooLong => "too_long",
            Self::QuoteOpen => "quote_open",
            Self::CommandUnknown { .. } => "command_unknown",
            Self::VerbMissing { .. } => "verb_missing",
            Self::VerbUnknown { .. } => "verb_unknown",
            Self::OptionUnknown { .. } => "option_unknown",
            Self::OptionTwice { .. } => "option_twice",
            Self::ValueMissing { .. } => "value_missing",
            Self::ValueSurplus { .. } => "value_surplus",
            Self::ValueInvalid { .. } => "value_invalid",
            Self::ArgumentMissing { .. } => "argument_missing",
            Self::ArgumentSurplus { .. } => "argument_surplus",
            Self::TooMany { .. } => "too_many",
            Self::ArgumentTwice { .. } => "argument_twice",
        }
    }

    /// What is wrong, as a sentence.
    pub fn message(&self) -> String {
        match self {
            Self::SeveralLines => "an order is one line".to_owned(),
            Self::TooLong => "the line is too long for an order".to_owned(),
            Self::QuoteOpen => "a quote is not closed".to_owned(),
            Self::CommandUnknown { word, .. } => format!("there is no command `{}`", shown(word)),
            Self::VerbMissing { noun } => format!("`{noun}` needs a second word"),
            Self::VerbUnknown { noun, word, .. } => format!("`{noun}` cannot `{}`", shown(word)),
            Self::OptionUnknown { command, word, .. } => {
                format!("`{command}` has no option `{}`", shown(word))
            }
            Self::OptionTwice { option, .. } => format!("`{option}` is there twice"),
            Self::ValueMissing { option, .. } => format!("`{option}` needs a value"),
            Self::ValueSurplus { option, .. } => format!("`{option}` takes no value"),
            Self::ValueInvalid { of, form, .. } => format!("{of} must be {form}"),
            Self::ArgumentMissing { argument, .. } => format!("{argument} is missing"),
            Self::ArgumentSurplus { command } => format!("that is more than `{command}` takes"),
            Self::TooMany { most, .. } => format!("an order names at most {most}"),
            Self::ArgumentTwice { .. } => "the same is named twice".to_owned(),
        }
    }

    /// What may have been meant.
    pub fn meant(&self) -> Option<String> {
        match self {
            Self::VerbUnknown { noun, meant, .. } => meant.map(|verb| format!("{noun} {verb}")),
            Self::CommandUnknown { meant, .. } | Self::OptionUnknown { meant, .. } => {
                meant.map(str::to_owned)
            }
            _ => None,
        }
    }

    /// Of what the help is worth reading: a command, the first word of some, or nothing in particular.
    pub fn topic(&self) -> Option<&'static str> {
        match self {
            Self::SeveralLines | Self::TooLong | Self::QuoteOpen | Self::CommandUnknown { .. } => None,
            Self::VerbMissing { noun } | Self::VerbUnknown { noun, .. } => Some(noun),
            Self::OptionUnknown { command, .. }
            | Self::OptionTwice { command, .. }
            | Self::ValueMissing { command, .. }
            | Self::ValueSurplus { command, .. }
            | Self::ValueInvalid { command, .. }
            | Self::ArgumentMissing { command, .. }
            | Self::ArgumentSurplus { command }
            | Self::TooMany { command, .. }
            | Self::ArgumentTwice { command } => Some(command),
        }
    }
}

/// Enough of a word to find it again; a token is longer than that.
fn shown(word: &str) -> String {
    const MOST: usize = 16;
    let start: String = word.chars().take(MOST).map(|char| if char == '`' { '\'' } else { char }).collect();
    if start.len() < word.len() { format!("{start}…") } else { start }
}
