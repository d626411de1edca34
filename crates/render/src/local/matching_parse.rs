//! Reading a router's rule.

use super::matching::Rule;

/// The rule as a tree, or what is wrong with its text.
pub(super) fn parse(text: &str) -> Result<Rule<'_>, String> {
    let mut reader = Reader { text, at: 0, depth: 0 };
    let rule = reader.any()?;
    reader.blank();
    if reader.rest().is_empty() { Ok(rule) } else { Err(reader.wrong("`&&`, `||` or the end")) }
}

/// Deeper nesting is no rule that anybody wrote; it would only exhaust the stack.
const DEEPEST: usize = 64;

struct Reader<'r> {
    text: &'r str,
    at: usize,
    depth: usize,
}

impl<'r> Reader<'r> {
    fn rest(&self) -> &'r str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn blank(&mut self) {
        let rest = self.rest();
        self.at += rest.len() - rest.trim_start().len();
    }

    /// Takes `word` when it comes next.
    fn takes(&mut self, word: &str) -> bool {
        self.blank();
        let found = self.rest().starts_with(word);
        if found {
            self.at += word.len();
        }
        found
    }

    fn wrong(&self, wanted: &str) -> String {
        let rest: String = self.rest().chars().take(20).collect();
        let found = if rest.is_empty() { "its end".to_owned() } else { format!("`{rest}`") };
        format!("{wanted} is expected before {found}")
    }

    fn any(&mut self) -> Result<Rule<'r>, String> {
        let mut parts = vec![self.all()?];
        while self.takes("||") {
            parts.push(self.all()?);
        }
        Ok(single(parts, Rule::Any))
    }

    fn all(&mut self) -> Result<Rule<'r>, String> {
        let mut parts = Vec::new();
        loop {
            match self.one()? {
                Rule::All(inner) => parts.extend(inner),
                other => parts.push(other),
            }
            if !self.takes("&&") {
                return Ok(single(parts, Rule::All));
            }
        }
    }

    fn one(&mut self) -> Result<Rule<'r>, String> {
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err("it is nested too deep".to_owned());
        }
        let rule = if self.takes("!") {
            Rule::Not(Box::new(self.one()?))
        } else if self.takes("(") {
            let inner = self.any()?;
            if !self.takes(")") {
                return Err(self.wrong("`)`"));
            }
            inner
        } else {
            self.matcher()?
        };
        self.depth -= 1;
        Ok(rule)
    }

    fn matcher(&mut self) -> Result<Rule<'r>, String> {
        self.blank();
        let rest = self.rest();
        let length = rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(rest.len());
        let name = rest.get(..length).unwrap_or_default();
        if name.is_empty() {
            return Err(self.wrong("a matcher"));
        }
        self.at += length;
        if !self.takes("(") {
            return Err(self.wrong("`(`"));
        }
        let mut arguments = vec![self.argument()?];
        while self.takes(",") {
            arguments.push(self.argument()?);
        }
        if self.takes(")") { Ok(Rule::Matcher(name, arguments)) } else { Err(self.wrong("`)`")) }
    }

    fn argument(&mut self) -> Result<&'r str, String> {
        let quote = ['`', '"'].into_iter().find(|quote| self.takes(quote.encode_utf8(&mut [0; 4])));
        let Some(quote) = quote else { return Err(self.wrong("a quoted argument")) };
        let rest = self.rest();
        let Some(length) = rest.find(quote) else { return Err(self.wrong("a closing quote")) };
        self.at += length + 1;
        Ok(rest.get(..length).unwrap_or_default())
    }
}

fn single<'r>(mut parts: Vec<Rule<'r>>, join: impl FnOnce(Vec<Rule<'r>>) -> Rule<'r>) -> Rule<'r> {
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            join(parts)
        }
        None => join(parts),
    }
}

#[cfg(test)]
mod tests {
    use super::{Rule, parse};

    fn matcher(name: &'static str, argument: &'static str) -> Rule<'static> {
        Rule::Matcher(name, vec![argument])
    }

    #[test]
    fn and_binds_tighter_than_or_and_not_tightest() {
        let [host, path, method] =
            [("Host", "a"), ("Path", "/x"), ("Method", "GET")].map(|(n, a)| matcher(n, a));
        let read = |text| parse(text).unwrap();
        assert_eq!(
            read("Host(`a`) && !Path(`/x`) || Method(`GET`)"),
            Rule::Any(vec![Rule::All(vec![host.clone(), Rule::Not(Box::new(path.clone()))]), method.clone()])
        );
        assert_eq!(read("(Host(`a`) && Path(\"/x\")) && Method(`GET`)"), Rule::All(vec![host, path, method]));
    }

    #[test]
    fn what_is_broken_is_named() {
        for (text, fault) in [
            ("", "a matcher is expected before its end"),
            ("Host(`a`", "`)` is expected before its end"),
            ("Host(`a`) & Path(`/`)", "`&&`, `||` or the end is expected before `& Path(`/`)`"),
            ("Host(a)", "a quoted argument is expected before `a)`"),
            ("Host(`a)", "a closing quote is expected before `a)`"),
        ] {
            assert_eq!(parse(text).unwrap_err(), fault, "{text}");
        }
        assert!(parse(&"!".repeat(100_000)).is_err());
        assert!(parse(&"(".repeat(100_000)).is_err());
    }
}
