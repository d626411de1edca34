//! A JSON reader that keeps everything: members of one name side by side, numbers as they are written.

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    Word(String),
    Text(String),
    List(Vec<Json>),
    Map(Vec<(String, Json)>),
}

impl Json {
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let text: Vec<char> = std::str::from_utf8(bytes).ok()?.chars().collect();
        let mut reader = Reader { text, at: 0 };
        let value = reader.value()?;
        reader.space();
        (reader.at == reader.text.len()).then_some(value)
    }

    /// Every member of that name.
    pub(super) fn all<'j>(&'j self, name: &str) -> Vec<&'j Json> {
        match self {
            Self::Map(members) => {
                members.iter().filter(|(found, _)| found == name).map(|(_, value)| value).collect()
            }
            _ => Vec::new(),
        }
    }

    pub(super) fn items(&self) -> &[Json] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    pub(super) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn is(&self, word: &str) -> bool {
        matches!(self, Self::Word(found) if found == word)
    }

    /// A number, however it is written, also as text.
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Word(text) | Self::Text(text) => text.parse().ok(),
            _ => None,
        }
    }
}

struct Reader {
    text: Vec<char>,
    at: usize,
}

impl Reader {
    fn peek(&self) -> Option<char> {
        self.text.get(self.at).copied()
    }

    fn next(&mut self) -> Option<char> {
        self.at += 1;
        self.text.get(self.at - 1).copied()
    }

    fn space(&mut self) {
        while self.peek().is_some_and(|c| matches!(c, ' ' | '\t' | '\n' | '\r')) {
            self.at += 1;
        }
    }

    fn take(&mut self, wanted: char) -> Option<()> {
        self.space();
        (self.next()? == wanted).then_some(())
    }

    fn value(&mut self) -> Option<Json> {
        self.space();
        match self.peek()? {
            '{' => self.map(),
            '[' => self.list(),
            '"' => self.string().map(Json::Text),
            _ => self.word(),
        }
    }

    fn word(&mut self) -> Option<Json> {
        let mut word = String::new();
        while let Some(c) = self.peek().filter(|c| c.is_ascii_alphanumeric() || matches!(c, '+' | '-' | '.'))
        {
            word.push(c);
            self.at += 1;
        }
        let known = ["true", "false", "null"].contains(&word.as_str()) || word.parse::<f64>().is_ok();
        (known && !word.is_empty()).then_some(Json::Word(word))
    }

    fn list(&mut self) -> Option<Json> {
        self.take('[')?;
        let mut items = Vec::new();
        self.space();
        if self.peek() == Some(']') {
            self.at += 1;
            return Some(Json::List(items));
        }
        loop {
            items.push(self.value()?);
            self.space();
            match self.next()? {
                ',' => {}
                ']' => return Some(Json::List(items)),
                _ => return None,
            }
        }
    }

    fn map(&mut self) -> Option<Json> {
        self.take('{')?;
        let mut members = Vec::new();
        self.space();
        if self.peek() == Some('}') {
            self.at += 1;
            return Some(Json::Map(members));
        }
        loop {
            self.space();
            let name = self.string()?;
            self.take(':')?;
            members.push((name, self.value()?));
            self.space();
            match self.next()? {
                ',' => {}
                '}' => return Some(Json::Map(members)),
                _ => return None,
            }
        }
    }

    fn string(&mut self) -> Option<String> {
        self.take('"')?;
        let mut units: Vec<u16> = Vec::new();
        loop {
            match self.next()? {
                '"' => return Some(String::from_utf16_lossy(&units)),
                '\\' => units.push(self.escape()?),
                c => units.extend_from_slice(c.encode_utf16(&mut [0; 2])),
            }
        }
    }

    fn escape(&mut self) -> Option<u16> {
        Some(match self.next()? {
            'n' => 10,
            't' => 9,
            'r' => 13,
            'b' => 8,
            'f' => 12,
            'u' => {
                let digits: String = (0..4).map_while(|_| self.next()).collect();
                u16::from_str_radix(&digits, 16).ok()?
            }
            c => u16::try_from(u32::from(c)).ok()?,
        })
    }
}
