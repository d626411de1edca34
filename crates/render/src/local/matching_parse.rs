//! Reading a router's rule.

use super::matching::Rule;

/// The rule as a tree, or what is wrong with its text.
pub(super) fn parse(text: &str) -> Result<Rule<'_>, String> {
    let mut reader = Reader { rest: text.trim_start(), depth: 0 };
    let rule = reader.any()?;
    if reader.rest.is_empty() { Ok(rule) } else { Err(reader.wrong("`&&`, `||` or the end")) }
}

/// Deeper nesting is no rule that anybody wrote; it would only exhaust the stack.
const DEEPEST: usize = 64;

struct Reader<'r> {
    /// What was not read yet. It never starts with a blank.
    rest: &'r str,
    depth: usize,
}

impl<'r> Reader<'r> {
    /// Takes `word`, and the blanks after it, when it comes next.
    fn takes(&mut self, word: &str) -> bool {
        let rest = self.rest.strip_prefix(word);
        if let Some(rest) = rest {
            self.rest = rest.trim_start();
        }
        rest.is_some()
    }

    fn wrong(&self, wanted: &str) -> String {
        let rest: String = self.rest.chars().take(20).collect();
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
        let length = self.rest.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(self.rest.len());
        let (name, rest) = self.rest.split_at(length);
        if name.is_empty() {
            return Err(self.wrong("a matcher"));
        }
        self.rest = rest.trim_start();
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
        let opened = ['`', '"'].into_iter().find_map(|quote| Some((quote, self.rest.strip_prefix(quote)?)));
        let Some((quote, quoted)) = opened else { return Err(self.wrong("a quoted argument")) };
        let Some((argument, rest)) = quoted.split_once(quote) else {
            self.rest = quoted;
            return Err(self.wrong("a closing quote"));
        };
        self.rest = rest.trim_start();
        Ok(argument)
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
