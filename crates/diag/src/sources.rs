//! The texts that complaints point into.

use std::ops::Range;

use crate::Place;

/// Named texts, in the order in which they were read.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    files: Vec<Source>,
}

#[derive(Debug, Clone)]
struct Source {
    name: String,
    text: String,
    /// Byte offset of the first character of each line.
    lines: Vec<usize>,
}

/// Line and column, both counted from 1; columns count characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Character in the line, from 1.
    pub column: usize,
}

impl Sources {
    /// No texts.
    pub fn new() -> Self {
        Self::default()
    }

    /// Keeps a text under its file name; the number is what a [`Place`] holds.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> usize {
        let text = text.into();
        let breaks = text.bytes().enumerate().filter(|(_, byte)| *byte == b'\n').map(|(at, _)| at + 1);
        let lines = std::iter::once(0).chain(breaks).collect();
        self.files.push(Source { name: name.into(), text, lines });
        self.files.len() - 1
    }

    /// The name of a file.
    pub fn name(&self, file: usize) -> Option<&str> {
        self.files.get(file).map(|source| source.name.as_str())
    }

    /// The text of a file.
    pub fn text(&self, file: usize) -> Option<&str> {
        self.files.get(file).map(|source| source.text.as_str())
    }

    /// The number of the file of this name.
    pub fn find(&self, name: &str) -> Option<usize> {
        self.files.iter().position(|source| source.name == name)
    }

    /// Where a place starts. Offsets past the end count as the end, offsets inside a character as its start.
    pub fn position(&self, place: &Place) -> Option<Position> {
        let source = self.files.get(place.file)?;
        let offset = source.text.floor_char_boundary(place.span.start);
        let line = source.line_of(offset);
        let before = &source.text[source.line_start(line)..offset];
        Some(Position { line: line + 1, column: before.chars().count() + 1 })
    }

    /// The span of a place, cut to whole characters inside the text.
    #[cfg_attr(not(feature = "pretty"), allow(dead_code, reason = "only the pretty printer shows text"))]
    pub(crate) fn cut(&self, place: &Place) -> Option<Range<usize>> {
        let text = self.text(place.file)?;
        let start = text.floor_char_boundary(place.span.start);
        let end = text.ceil_char_boundary(place.span.end).max(start);
        Some(start..end)
    }

    /// The bytes of the whole lines that hold `span`, and the number of the first one (from 1).
    #[cfg_attr(not(feature = "pretty"), allow(dead_code, reason = "only the pretty printer shows text"))]
    pub(crate) fn lines(&self, file: usize, span: &Range<usize>) -> Option<(Range<usize>, usize)> {
        let source = self.files.get(file)?;
        let (first, last) = (source.line_of(span.start), source.line_of(span.end));
        let end = source.lines.get(last + 1).map_or(source.text.len(), |next| next - 1);
        Some((source.line_start(first)..end, first + 1))
    }
}

impl Source {
    /// Index of the line that holds `offset`.
    fn line_of(&self, offset: usize) -> usize {
        self.lines.partition_point(|start| *start <= offset).saturating_sub(1)
    }

    fn line_start(&self, line: usize) -> usize {
        self.lines.get(line).copied().unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str, offset: usize) -> (usize, usize) {
        let mut sources = Sources::new();
        let file = sources.add("a", text);
        let position = sources.position(&Place::new(file, offset..offset)).unwrap();
        (position.line, position.column)
    }

    #[test]
    fn lines_and_columns_count_from_one() {
        assert_eq!(at("ab\ncd", 0), (1, 1));
        assert_eq!(at("ab\ncd", 1), (1, 2));
        assert_eq!(at("ab\ncd", 2), (1, 3), "the line break belongs to its line");
        assert_eq!(at("ab\ncd", 3), (2, 1));
        assert_eq!(at("", 0), (1, 1));
        assert_eq!(at("a\n", 2), (2, 1));
    }

    #[test]
    fn columns_are_characters_not_bytes() {
        assert_eq!(at("Zürich = 1", "Zürich".len()), (1, 7));
        assert_eq!(at("Zürich = 1", 2), (1, 2), "inside ü counts as its start");
    }

    #[test]
    fn no_offset_is_out_of_bounds() {
        assert_eq!(at("ab\n", usize::MAX), (2, 1));
        let sources = Sources::new();
        assert_eq!(sources.position(&Place::new(7, 0..1)), None);
        assert_eq!(sources.name(7), None);
    }

    #[test]
    fn spans_are_cut_to_characters() {
        let mut sources = Sources::new();
        let file = sources.add("a", "äöü");
        let cut = |span| sources.cut(&Place::new(file, span)).unwrap();
        assert_eq!(cut(1..3), 0..4);
        assert_eq!(cut(4..900), 4..6);
        #[expect(clippy::reversed_empty_ranges, reason = "a broken span must not break the report")]
        let reversed = cut(4..2);
        assert_eq!(reversed, 4..4);
    }

    #[test]
    fn whole_lines_around_a_span() {
        let mut sources = Sources::new();
        let file = sources.add("a", "one\ntwo\nthree\n");
        assert_eq!(sources.lines(file, &(5..6)), Some((4..7, 2)));
        assert_eq!(sources.lines(file, &(5..9)), Some((4..13, 2)));
        assert_eq!(sources.lines(file, &(14..14)), Some((14..14, 4)));
        assert_eq!(sources.find("a"), Some(0));
    }
}
