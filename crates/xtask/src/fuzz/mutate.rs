//! Ways to break a manifest: bytes, lines, tokens that are nasty where they do not belong, values that refer to where they
//! stand, and size.

use proptest::{prelude::Rng as _, test_runner::TestRng};

/// Values and names that a parser may stumble over.
const NASTY: [&str; 32] = [
    "70000",
    "-1",
    "0",
    "1.5",
    "1e999",
    "nan",
    "inf",
    "9223372036854775807",
    "9223372036854775808",
    "0x10",
    "true",
    "\"\"",
    "\"\\u0000\"",
    "\"\u{202e}\"",
    "\"ä€𝄞\"",
    "\"/nix/store/x\"",
    "\"255.255.255.255\"",
    "\"0.0.0.0/0\"",
    "\"::\"",
    "\"a.b.c\"",
    "[]",
    "[[]]",
    "{}",
    "{ a = 1 }",
    "[{}]",
    "1979-05-27",
    "'''\n'''",
    "\"\"\"\n\"\"\"",
    "#",
    "=",
    "[host]",
    "[[host]]",
];

/// Most changes to one manifest.
const CHANGES: usize = 4;

/// A stream of random numbers.
pub(super) struct Random(TestRng);

impl Random {
    pub(super) fn new(random: TestRng) -> Self {
        Self(random)
    }

    /// A number below `end`, or 0.
    fn below(&mut self, end: usize) -> usize {
        usize::try_from(self.0.next_u64() % u64::try_from(end.max(1)).unwrap_or(1)).unwrap_or(0)
    }

    fn pick<'a, T>(&mut self, all: &'a [T]) -> Option<&'a T> {
        let index = self.below(all.len());
        all.get(index)
    }
}

/// A manifest of the corpus, broken in a few places.
pub(super) fn manifest(random: &mut Random, corpus: &[String]) -> Vec<u8> {
    let mut text = random.pick(corpus).cloned().unwrap_or_default().into_bytes();
    let most = random.below(CHANGES);
    for _ in 0..=random.below(most + 1) {
        text = change(random, text, corpus);
    }
    text
}

fn change(random: &mut Random, text: Vec<u8>, corpus: &[String]) -> Vec<u8> {
    // A file that is too large is soon refused, but takes long to make.
    if random.below(5_000) == 0 {
        return huge(random, &text);
    }
    match random.below(12) {
        0 => byte(random, text),
        1 => cut(random, &text),
        2 => line(random, &text, |random, lines| {
            let from = random.below(lines.len());
            lines
                .get(from)
                .cloned()
                .into_iter()
                .for_each(|line| lines.insert(random.below(lines.len()), line));
        }),
        3 => line(random, &text, |random, lines| {
            if !lines.is_empty() {
                lines.remove(random.below(lines.len()));
            }
        }),
        4 => line(random, &text, |random, lines| {
            let (a, b) = (random.below(lines.len()), random.below(lines.len()));
            if a < lines.len() && b < lines.len() {
                lines.swap(a, b);
            }
        }),
        5 => splice(random, &text, corpus),
        6 => deep(random, text),
        7 | 8 => refer(random, &text),
        _ => token(random, &text, corpus),
    }
}

/// One byte of any value.
fn byte(random: &mut Random, mut text: Vec<u8>) -> Vec<u8> {
    let at = random.below(text.len());
    if let Some(byte) = text.get_mut(at) {
        *byte = u8::try_from(random.below(256)).unwrap_or(0);
    }
    text
}

/// A range of bytes less.
fn cut(random: &mut Random, text: &[u8]) -> Vec<u8> {
    let start = random.below(text.len());
    let end = (start + random.below(40)).min(text.len());
    [&text[..start.min(text.len())], &text[end..]].concat()
}

fn line(random: &mut Random, text: &[u8], change: impl Fn(&mut Random, &mut Vec<Vec<u8>>)) -> Vec<u8> {
    let mut lines: Vec<Vec<u8>> = text.split(|byte| *byte == b'\n').map(<[u8]>::to_vec).collect();
    change(random, &mut lines);
    lines.join(&b'\n')
}

/// The head of one manifest and the tail of another.
fn splice(random: &mut Random, text: &[u8], corpus: &[String]) -> Vec<u8> {
    let other = random.pick(corpus).map(String::as_bytes).unwrap_or_default();
    let (head, tail) = (random.below(text.len()), random.below(other.len()));
    [&text[..head], &other[tail..]].concat()
}

/// Brackets without end.
fn deep(random: &mut Random, mut text: Vec<u8>) -> Vec<u8> {
    let open = if random.below(2) == 0 { "[" } else { "{ a = " };
    let at = random.below(text.len());
    text.splice(at..at, open.repeat(random.below(5_000)).into_bytes());
    text
}

/// A manifest over itself until it is around the size limit.
fn huge(random: &mut Random, text: &[u8]) -> Vec<u8> {
    let size = [manifest::SIZE_LIMIT / 16, manifest::SIZE_LIMIT + 1];
    let size = random.pick(&size).copied().unwrap_or_default();
    text.iter().copied().chain([b'\n']).cycle().take(size).collect()
}

/// A value replaced by another of the same manifest, or by the name of a table: two hosts that are each other's router, a
/// region called like a tenant, a host that is in itself.
fn refer(random: &mut Random, text: &[u8]) -> Vec<u8> {
    let shown = String::from_utf8_lossy(text).into_owned();
    let name =
        |line: &str| Some(format!("\"{}\"", line.strip_prefix('[')?.strip_suffix(']')?.rsplit('.').next()?));
    let value = |line: &str| line.split_once(" = ").map(|(_, value)| value.to_owned());
    let all: Vec<String> = shown.lines().filter_map(|line| name(line).or_else(|| value(line))).collect();
    let Some(chosen) = random.pick(&all).cloned() else { return text.to_vec() };
    line(random, text, |random, lines| {
        let assignments: Vec<usize> =
            (0..lines.len()).filter(|at| lines[*at].windows(3).any(|w| w == b" = ")).collect();
        let Some(line) = random.pick(&assignments).and_then(|at| lines.get_mut(*at)) else { return };
        let shown = String::from_utf8_lossy(line).into_owned();
        let left = shown.split_once(" = ").map_or("", |(left, _)| left);
        *line = format!("{left} = {chosen}").into_bytes();
    })
}

/// What stands right of a `=`, or between dots of a name, replaced by something from elsewhere.
fn token(random: &mut Random, text: &[u8], corpus: &[String]) -> Vec<u8> {
    let other = random.pick(corpus).cloned().unwrap_or_default();
    let values: Vec<&str> =
        other.lines().filter_map(|line| line.split_once(" = ")).map(|(_, value)| value).collect();
    let nasty = random.below(2) == 0;
    let value =
        if nasty { random.pick(&NASTY) } else { random.pick(&values) }.copied().unwrap_or("1").to_owned();
    let replaces_name = random.below(4) == 0;
    line(random, text, |random, lines| {
        let at = random.below(lines.len());
        let Some(line) = lines.get_mut(at) else { return };
        let shown = String::from_utf8_lossy(line).into_owned();
        let changed = match shown.split_once(" = ") {
            Some((_, right)) if replaces_name => format!("{value} = {right}"),
            Some((left, _)) => format!("{left} = {value}"),
            None => format!("{shown}{value}"),
        };
        *line = changed.into_bytes();
    })
}

#[cfg(test)]
mod tests {
    use proptest::test_runner::RngAlgorithm;

    use super::*;

    #[test]
    fn the_same_seed_breaks_in_the_same_way_and_does_break() {
        let corpus = ["[fleet]\nname = \"a\"\n".to_owned()];
        let all = |seed: u8| {
            let mut random = Random::new(TestRng::from_seed(RngAlgorithm::XorShift, &[seed; 16]));
            (0..200).map(|_| manifest(&mut random, &corpus)).collect::<Vec<_>>()
        };
        assert_eq!(all(1), all(1));
        assert_ne!(all(1), all(2));
        assert!(all(1).iter().filter(|text| **text != corpus[0].as_bytes()).count() > 150);
    }
}
