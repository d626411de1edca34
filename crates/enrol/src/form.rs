//! What was entered, and whether it is good, before anything is spent.

use serde::Deserialize;

/// The fields of both forms. Unknown ones are refused, missing ones are empty.
#[derive(Deserialize, Default)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Form {
    pub(crate) token: String,
    /// The proof that it came from this page.
    pub(crate) proof: String,
    pub(crate) lang: String,
    pub(crate) username: String,
    pub(crate) password: String,
    pub(crate) repeat: String,
    pub(crate) consent: String,
}

/// A mistake: the field, and the key of the text about it.
pub(crate) type Mistake = (&'static str, &'static str);

/// The longest password that the broker takes too.
const LONGEST_PASSWORD: usize = 512;
/// The longest user name; with the server's name it must stay under 255 bytes.
const LONGEST_NAME: usize = 100;
/// Fewer different characters than this is a pattern, not a password.
const FEWEST_DIFFERENT: usize = 6;

impl Form {
    /// People write their name in any way; there is only one spelling.
    pub(crate) fn name(&self) -> String {
        self.username.trim().trim_start_matches('@').to_lowercase()
    }

    /// All mistakes of the form that makes an account.
    pub(crate) fn mistakes(&self, least: u32, known: &[&str]) -> Vec<Mistake> {
        let mut mistakes: Vec<Mistake> = self.name_mistake().into_iter().collect();
        let name = self.name();
        mistakes.extend(self.password_mistake(least, &[&[name.as_str()], known].concat()));
        if self.consent != "yes" {
            mistakes.push(("consent", "consent_missing"));
        }
        mistakes
    }

    fn name_mistake(&self) -> Option<Mistake> {
        let name = self.name();
        let good = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"._=-".contains(&byte);
        let text = if name.is_empty() {
            "name_missing"
        } else if name.len() > LONGEST_NAME {
            "name_long"
        } else if !name.bytes().all(good) || name.starts_with('_') || name.starts_with("rampart-") {
            "name_invalid"
        } else {
            return None;
        };
        Some(("username", text))
    }

    /// Mistakes of the passwords. `known` are words that a guesser tries first.
    pub(crate) fn password_mistake(&self, least: u32, known: &[&str]) -> Option<Mistake> {
        let length = self.password.chars().count();
        let text = if length == 0 {
            "password_missing"
        } else if length > LONGEST_PASSWORD {
            "password_long"
        } else if length < usize::try_from(least).unwrap_or(usize::MAX) {
            "password_short"
        } else if is_weak(&self.password, known) {
            "password_weak"
        } else if self.password != self.repeat {
            return Some(("repeat", "repeat_differs"));
        } else {
            return None;
        };
        Some(("password", text))
    }
}

/// A short piece repeated, few different characters, or mostly a word that everybody knows. Length does the rest.
fn is_weak(password: &str, known: &[&str]) -> bool {
    let lower = password.to_lowercase();
    let mut different: Vec<char> = lower.chars().collect();
    different.sort_unstable();
    different.dedup();
    let rest = |word: &&str| word.len() >= 3 && lower.replace(*word, "").chars().count() < 8;
    different.len() < FEWEST_DIFFERENT || known.iter().any(rest)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn form(name: &str, password: &str, repeat: &str) -> Form {
        Form {
            username: name.into(),
            password: password.into(),
            repeat: repeat.into(),
            consent: "yes".into(),
            ..Form::default()
        }
    }

    fn first(name: &str, password: &str) -> Option<&'static str> {
        form(name, password, password).mistakes(12, &["partners"]).first().map(|mistake| mistake.1)
    }

    #[test]
    fn good_forms_have_no_mistakes() {
        for name in ["gast", " Gast ", "@gast", "a.b_c=d-1"] {
            assert_eq!(first(name, "correct horse battery"), None, "{name}");
        }
    }

    #[test]
    fn mistakes_are_named() {
        let good = "correct horse battery";
        for (name, password, text) in [
            ("", good, "name_missing"),
            ("a b", good, "name_invalid"),
            ("gäste", good, "name_invalid"),
            ("a/b", good, "name_invalid"),
            ("_a", good, "name_invalid"),
            ("rampart-bot", good, "name_invalid"),
            (&"a".repeat(101), good, "name_long"),
            ("gast", "", "password_missing"),
            ("gast", "short", "password_short"),
            ("gast", &"x1y2z3".repeat(100), "password_long"),
            ("gast", "aaaaaaaaaaaaaaaa", "password_weak"),
            ("gast", "abcabcabcabcabc", "password_weak"),
            ("gastfreund", "gastfreund2026", "password_weak"),
            ("gast", "partners12345", "password_weak"),
        ] {
            assert_eq!(first(name, password), Some(text), "{name} {password}");
        }
        assert_eq!(form("gast", good, "other").mistakes(12, &[]), [("repeat", "repeat_differs")]);
        let without = Form { consent: String::new(), ..form("gast", good, good) };
        assert_eq!(without.mistakes(12, &[]), [("consent", "consent_missing")]);
    }
}
