//! Languages, one file each.

use std::collections::BTreeMap;

/// The texts of one language, with placeholders such as `{server}`.
pub(crate) type Texts = BTreeMap<String, String>;

const FILES: [(&str, &str); 2] =
    [("en", include_str!("../languages/en.json")), ("de", include_str!("../languages/de.json"))];

/// All languages; the first is taken when nothing fits.
#[derive(Debug)]
pub(crate) struct Languages(Vec<(&'static str, Texts)>);

impl Languages {
    /// Reads the files, and puts what never changes into the texts.
    pub(crate) fn load(known: &[(&str, &str)]) -> serde_json::Result<Self> {
        let read = |(code, text): &(&'static str, &str)| {
            let mut texts: Texts = serde_json::from_str(text)?;
            for text in texts.values_mut() {
                *text = filled(text, known);
            }
            Ok((*code, texts))
        };
        FILES.iter().map(read).collect::<serde_json::Result<_>>().map(Self)
    }

    /// The language that was chosen, else the first one that the browser prefers, else the first.
    pub(crate) fn choose(&self, chosen: Option<&str>, accepted: Option<&str>) -> (&'static str, &Texts) {
        let find = |code: &str| {
            let primary = code.split(['-', ';']).next().unwrap_or_default().trim();
            self.0.iter().find(|(known, _)| known.eq_ignore_ascii_case(primary))
        };
        let wanted = chosen.and_then(find);
        let preferred = || accepted.and_then(|list| list.split(',').take(16).find_map(find));
        wanted.or_else(preferred).or(self.0.first()).map_or(("en", &EMPTY), |(code, texts)| (code, texts))
    }
}

static EMPTY: Texts = Texts::new();

/// Replaces `{name}`.
pub(crate) fn filled(text: &str, known: &[(&str, &str)]) -> String {
    known.iter().fold(text.to_owned(), |text, (name, value)| text.replace(&format!("{{{name}}}"), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_language_says_everything() {
        let languages = Languages::load(&[]).unwrap();
        let keys: Vec<Vec<&String>> = languages.0.iter().map(|(_, texts)| texts.keys().collect()).collect();
        assert!(keys.windows(2).all(|two| two[0] == two[1]));
    }

    #[test]
    fn every_language_has_the_same_placeholders() {
        let languages = Languages::load(&[]).unwrap();
        let holes = |text: &String| {
            let mut holes: Vec<String> = text
                .split('{')
                .skip(1)
                .filter_map(|part| part.split('}').next())
                .map(str::to_owned)
                .collect();
            holes.sort();
            holes
        };
        for (key, text) in &languages.0[0].1 {
            for (code, texts) in &languages.0 {
                assert_eq!(holes(text), holes(&texts[key]), "{code} {key}");
            }
        }
    }

    /// In a template, or as a key in the source; of a state the title and the text.
    #[test]
    fn nothing_is_said_that_no_page_shows() {
        let sources = [
            include_str!("form.rs"),
            include_str!("password.rs"),
            include_str!("register.rs"),
            include_str!("enrolling.rs"),
            include_str!("server.rs"),
            include_str!("view.rs"),
        ];
        let is_used = |key: &str| {
            let state = key.strip_suffix("_title").or_else(|| key.strip_suffix("_text"));
            let quoted = [Some(key), state].map(|key| key.map(|key| format!("\"{key}\"")));
            let shown = format!("t.{key}}}}}");
            crate::view::TEMPLATES.iter().any(|(_, text)| text.contains(&shown))
                || quoted
                    .iter()
                    .flatten()
                    .any(|key| sources.iter().any(|source| source.contains(key.as_str())))
        };
        let languages = Languages::load(&[]).unwrap();
        let unused: Vec<&String> = languages.0[0].1.keys().filter(|key| !is_used(key)).collect();
        assert!(unused.is_empty(), "{unused:?}");
    }

    #[test]
    fn the_choice_goes_before_the_browser() {
        let languages = Languages::load(&[]).unwrap();
        let chosen = |chosen, accepted| languages.choose(chosen, accepted).0;
        assert_eq!(chosen(None, Some("fr-FR, de-AT;q=0.9, en;q=0.5")), "de");
        assert_eq!(chosen(Some("en"), Some("de")), "en");
        assert_eq!(chosen(Some("../../x"), None), "en");
        assert_eq!(chosen(None, Some("fr")), "en");
    }
}
