//! A line as words. Forgiving about what keyboards make of quotes and dashes.

use super::complaint::Complaint;

/// A word, and whether it stood in quotes: then it is never an option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) quoted: bool,
}

/// What closes a quote, by what opens it. An apostrophe opens one only at the beginning of a word (O'Brien).
const QUOTES: [(char, &[char]); 5] =
    [('"', &['"']), ('“', &['”', '“']), ('„', &['“', '”']), ('\'', &['\'']), ('‘', &['’'])];

/// Splits a line.
pub(super) fn split(line: &str) -> Result<Vec<Word>, Complaint> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() {
        let (word, after) = word(rest)?;
        words.push(word);
        rest = after.trim_start();
    }
    Ok(words)
}

/// The first word and what follows it.
fn word(text: &str) -> Result<(Word, &str), Complaint> {
    if let Some((inside, after)) = quoted(text)? {
        return Ok((Word { text: inside.to_owned(), quoted: true }, after));
    }
    let end = text.find(char::is_whitespace).unwrap_or(text.len());
    let plain = text.get(..end).unwrap_or(text);
    // --note="a b"
    if let Some(equals) = plain.find('=').filter(|_| is_option(plain)) {
        let (name, value) = text.split_at(equals + 1);
        if let Some((inside, after)) = quoted(value)? {
            return Ok((Word { text: format!("{}{inside}", dashes(name)), quoted: false }, after));
        }
    }
    Ok((Word { text: dashes(plain), quoted: false }, text.get(end..).unwrap_or_default()))
}

/// The text between quotes and what follows, if `text` begins with one.
fn quoted(text: &str) -> Result<Option<(&str, &str)>, Complaint> {
    let Some((_, closing)) = QUOTES.iter().find(|(opening, _)| text.starts_with(*opening)) else {
        return Ok(None);
    };
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, char)) = chars.next() {
        let ends_word = chars.peek().is_none_or(|(_, next)| next.is_whitespace());
        if closing.contains(&char) && ends_word {
            let start = text.chars().next().map_or(0, char::len_utf8);
            let after = at + char.len_utf8();
            return Ok(text.get(start..at).zip(text.get(after..)));
        }
    }
    Err(Complaint::QuoteOpen)
}

fn is_option(word: &str) -> bool {
    word.starts_with("--") || word.starts_with(['—', '–'])
}

/// Telephones make one long dash of two short ones.
fn dashes(word: &str) -> String {
    match word.strip_prefix(['—', '–']) {
        Some(name) => format!("--{name}"),
        None => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(line: &str) -> Vec<String> {
        let shown = |word: Word| if word.quoted { format!("<{}>", word.text) } else { word.text };
        split(line).unwrap().into_iter().map(shown).collect()
    }

    #[test]
    fn quotes_and_dashes_of_any_keyboard() {
        for (line, expected) in [
            ("  a  b ", vec!["a", "b"]),
            ("--for \"A B\" x", vec!["--for", "<A B>", "x"]),
            ("—for „A B“", vec!["--for", "<A B>"]),
            ("–note=“A B” c", vec!["--note=A B", "c"]),
            ("O'Brien 'A B' ‘C D’", vec!["O'Brien", "<A B>", "<C D>"]),
            ("'O'Brien' \"\"", vec!["<O'Brien>", "<>"]),
            ("a=\"b c\"", vec!["a=\"b", "c\""]),
            ("\"--x\"", vec!["<--x>"]),
        ] {
            assert_eq!(words(line), expected, "{line}");
        }
        for open in ["\"a b", "--note=\"a", "“", "'a b"] {
            assert_eq!(split(open), Err(Complaint::QuoteOpen), "{open}");
        }
    }
}
