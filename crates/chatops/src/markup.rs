//! Text in two forms from one source. What people wrote is made harmless in one place, here.
//!
//! Two ways out: [`Text::public`], for rooms, in which no address survives, whoever wrote it; and [`Text::private`], for one
//! person, in which only [`Text::link`] does.

use chat::Content;

/// Longest text of a person that is shown, in characters.
const LONGEST: usize = 120;
const HIDDEN: &str = "[link]";
/// Both forms together stay below this, whatever a list holds: an event has at most 65 536 bytes (client-server API,
/// "Size limits"), and JSON needs some for itself.
const MOST_BYTES: usize = 40_000;

/// A piece of a line.
#[derive(Debug, Clone)]
enum Piece {
    Plain(String),
    Strong(String),
    Code(String),
    Link(String),
}

/// A line.
#[derive(Debug, Clone, Default)]
pub(crate) struct Line(Vec<Piece>);

impl Line {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// Words of ours.
    pub(crate) fn text(self, text: impl Into<String>) -> Self {
        self.with(Piece::Plain(text.into()))
    }

    /// Words of people, or of a server that people talk to.
    pub(crate) fn said(self, text: &str) -> Self {
        self.with(Piece::Plain(tame(text)))
    }

    /// Words of people that stand out.
    pub(crate) fn strong(self, text: &str) -> Self {
        self.with(Piece::Strong(tame(text)))
    }

    /// Something that can be typed: an id, a name, a command.
    pub(crate) fn code(self, text: &str) -> Self {
        self.with(Piece::Code(tame(text).replace('`', "'")))
    }

    /// Several of them, with commas.
    pub(crate) fn codes<'t>(self, texts: impl IntoIterator<Item = &'t str>) -> Self {
        let comma = |line: Self, (at, text)| if at == 0 { line } else { line.text(", ") }.code(text);
        texts.into_iter().enumerate().fold(self, comma)
    }

    /// Words of ours in which backticks mark what can be typed.
    pub(crate) fn marked(self, text: &str) -> Self {
        let part = |line: Self, (at, part): (usize, &str)| {
            if at % 2 == 0 { line.text(part) } else { line.code(part) }
        };
        text.split('`').enumerate().fold(self, part)
    }

    /// Another line behind this one.
    pub(crate) fn append(mut self, mut other: Self) -> Self {
        self.0.append(&mut other.0);
        self
    }

    fn with(mut self, piece: Piece) -> Self {
        self.0.push(piece);
        self
    }

    fn plain(&self, is_private: bool) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Plain(text) | Piece::Strong(text) => text.clone(),
            Piece::Code(text) => format!("`{text}`"),
            Piece::Link(url) if is_private => url.clone(),
            Piece::Link(_) => HIDDEN.to_owned(),
        };
        self.0.iter().map(piece).collect()
    }

    fn html(&self, is_private: bool) -> String {
        let piece = |piece: &Piece| match piece {
            Piece::Plain(text) => escape(text),
            Piece::Strong(text) => format!("<strong>{}</strong>", escape(text)),
            Piece::Code(text) => format!("<code>{}</code>", escape(text)),
            Piece::Link(url) if is_private => {
                let url = escape(url);
                format!("<a href=\"{url}\">{url}</a>")
            }
            Piece::Link(_) => HIDDEN.to_owned(),
        };
        self.0.iter().map(piece).collect()
    }
}

#[derive(Debug, Clone)]
enum Block {
    Paragraph(Line),
    List(Vec<Line>),
}

/// Paragraphs and lists.
#[derive(Debug, Clone, Default)]
pub(crate) struct Text(Vec<Block>);

impl Text {
    pub(crate) fn new() -> Self {
        Self::default()
    }

    /// One paragraph.
    pub(crate) fn of(line: Line) -> Self {
        Self::new().line(line)
    }

    pub(crate) fn line(mut self, line: Line) -> Self {
        self.0.push(Block::Paragraph(line));
        self
    }

    /// A list; nothing when it is empty.
    pub(crate) fn list(mut self, lines: Vec<Line>) -> Self {
        if !lines.is_empty() {
            self.0.push(Block::List(lines));
        }
        self
    }

    /// A secret address, in a paragraph of its own. It exists only in [`Text::private`].
    pub(crate) fn link(self, url: &str) -> Self {
        self.line(Line(vec![Piece::Link(url.to_owned())]))
    }

    /// For everybody in a room.
    pub(crate) fn public(&self) -> Content {
        let Content { plain, html } = self.render(false);
        Content { plain: without_links(&plain), html: without_links(&html) }
    }

    /// For one person.
    pub(crate) fn private(&self) -> Content {
        self.render(true)
    }

    fn render(&self, is_private: bool) -> Content {
        let mut content = Content::default();
        for (at, block) in self.0.iter().enumerate() {
            if at > 0 {
                content.plain.push('\n');
            }
            match block {
                Block::Paragraph(line) => {
                    content.plain += &line.plain(is_private);
                    content.html.extend(["<p>", &line.html(is_private), "</p>"]);
                }
                Block::List(lines) => {
                    content.html += "<ul>";
                    for (at, line) in lines.iter().enumerate() {
                        let separator = if at > 0 { "\n- " } else { "- " };
                        if content.plain.len() + content.html.len() > MOST_BYTES {
                            let rest = format!("… and {} more", lines.len() - at);
                            content.plain.extend([separator, &rest]);
                            content.html.extend(["<li>", &rest, "</li>"]);
                            break;
                        }
                        content.plain.extend([separator, &line.plain(is_private)]);
                        content.html.extend(["<li>", &line.html(is_private), "</li>"]);
                    }
                    content.html += "</ul>";
                }
            }
        }
        content
    }
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in text.chars() {
        match char {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\'' => escaped += "&#39;",
            other => escaped.push(other),
        }
    }
    escaped
}

/// One line of bounded length, without what turns text around or hides it, and without addresses.
pub(crate) fn tame(text: &str) -> String {
    let seen = text.chars().filter(|char| !is_invisible(*char));
    let line: String = seen.map(|char| if char.is_control() { ' ' } else { char }).collect();
    let line = without_links(&line);
    let short: String = line.chars().take(LONGEST).collect();
    if short.len() < line.len() { format!("{short}…") } else { short }
}

/// Marks of direction and width, and separators of lines that are no control characters (Unicode 16, chapter 23).
fn is_invisible(char: char) -> bool {
    matches!(char, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Every word with `://` or `token=` in it is replaced: what stands in a room can be an address of the enrolment page only
/// if somebody put it where it does not belong.
fn without_links(text: &str) -> String {
    let is_link = |word: &str| {
        let word = word.to_ascii_lowercase();
        word.contains("://") || word.contains("token=")
    };
    if !is_link(text) {
        return text.to_owned();
    }
    let is_edge = |char: char| char.is_whitespace() || matches!(char, '<' | '>' | '"' | '`');
    let mut clean = String::with_capacity(text.len());
    for word in text.split_inclusive(is_edge) {
        let edge = word.chars().next_back().filter(|char| is_edge(*char));
        let inner = edge.map_or(word, |edge| &word[..word.len() - edge.len_utf8()]);
        clean += if is_link(inner) { HIDDEN } else { inner };
        clean.extend(edge);
    }
    clean
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str) -> Content {
        Text::of(Line::new().text("For ").said(text)).public()
    }

    #[test]
    fn both_forms_say_the_same() {
        let text = Text::of(Line::new().text("a ").code("b").text(" ").strong("c"))
            .list(vec![Line::new().codes(["d", "e"]), Line::new()]);
        let content = text.public();
        assert_eq!(content.plain, "a `b` c\n- `d`, `e`\n- ");
        assert_eq!(
            content.html,
            "<p>a <code>b</code> <strong>c</strong></p><ul><li><code>d</code>, <code>e</code></li><li></li></ul>"
        );
    }

    #[test]
    fn what_people_write_is_text_and_nothing_else() {
        let content = line("<img src=x onerror='a()'> \"&");
        assert_eq!(content.html, "<p>For &lt;img src=x onerror=&#39;a()&#39;&gt; &quot;&amp;</p>");
        assert_eq!(line("a\nb\u{202e}c\u{2028}d").plain, "For a bcd");
        assert_eq!(line(&"x".repeat(500)).plain.chars().count(), 4 + LONGEST + 1);
        assert_eq!(Text::of(Line::new().code("a`b")).public().plain, "`a'b`");
    }

    #[test]
    fn a_list_is_cut_before_it_is_too_long_for_an_event() {
        let line = || Line::new().strong(&"&".repeat(LONGEST)).said(&"<".repeat(LONGEST));
        let content = Text::new().list((0..1000).map(|_| line()).collect()).public();
        let bytes = content.plain.len() + content.html.len();
        assert!((MOST_BYTES..MOST_BYTES + 3000).contains(&bytes), "{bytes}");
        let shown = content.plain.lines().count() - 1;
        assert!(content.plain.ends_with(&format!("\n- … and {} more", 1000 - shown)));
        assert!(content.html.ends_with("more</li></ul>"));
    }

    #[test]
    fn an_address_is_for_one_person_only() {
        let url = "https://partners.example/register?token=abc";
        let text = Text::of(Line::new().text("Here: ")).link(url);
        assert_eq!(text.private().plain, format!("Here: \n{url}"));
        assert_eq!(text.public().plain, "Here: \n[link]");
        for written in [url, "see HTTPS://x.example", "(ftp://a)", "x?Token=abc", "<a href=\"x://y\">"] {
            let content = line(written);
            for form in [content.plain, content.html] {
                assert!(
                    form.contains("[link]") && !form.contains("://") && !form.contains("oken="),
                    "{form}"
                );
            }
        }
        // Two walls, each of which holds alone.
        assert_eq!(text.render(false).plain, "Here: \n[link]");
        assert_eq!(Text::of(Line::new().text(url)).public().html, "<p>[link]</p>");
        let private = Text::of(Line::new().said(url)).private();
        assert_eq!(private.plain, "[link]", "what people write is no link in private either");
    }
}
