//! Requests as files: a few comment lines, `---`, and the request as it goes over the wire.
//!
//! ```text
//! # reason: why it must not, or must, get through
//! # source: matrix-org/sytest: tests/45openid.pl; CVE-…         where such a request was found: a file of a public
//!                                                               repository, or an advisory; none if it was made up here
//! # rule: the rule that refuses it                              blocked ones only
//! # policy: edits blinding keys refuse federation off …         switches of the policy; none is the audit profile
//! # layer: http                                                 only over the wire: HTTP itself decides
//! # arrives: {"erase":false}                                    the body that the homeserver gets, if it is another;
//!                                                               `<chunks>`: what the chunks hold
//! # smuggles: redaction_endpoint                                the rule that refuses what is hidden behind it, for whoever
//!                                                               reads that as a request of its own
//! # ends: body                                                  the client closes after the last byte: in the body, in the
//!                                                               head (no empty line is sent) or in a line of it
//! ---
//! PUT /_matrix/client/v3/… HTTP/1.1
//! Host: matrix.example.org
//!
//! {}
//! ```
//!
//! Line ends of the head are written as LF and sent as CR LF; the body is sent as it is, without the file's last LF.

use std::io;

/// One request of a case file.
#[derive(Debug, Clone)]
pub struct RequestCase {
    /// Path of the file below its folder, without the ending.
    pub name: String,
    /// Why.
    pub reason: String,
    /// Where such a request was found, if it was not made up here.
    pub source: Option<String>,
    /// The rule that must refuse it.
    pub rule: Option<String>,
    /// Switches of the policy.
    pub policy: Vec<String>,
    /// Whether only the HTTP front can be asked.
    pub is_about_http: bool,
    /// The body that arrives, if it is not the one that was sent.
    pub arrives: Option<String>,
    /// The rule that refuses what is hidden behind the request, if that is read as one of its own.
    pub smuggles: Option<String>,
    /// Whether the client closes after the last byte.
    pub ends: bool,
    /// The bytes.
    pub raw: Vec<u8>,
}

/// Reads every `.http` file below `folder`, sorted by name.
pub fn request_cases(folder: &str) -> io::Result<Vec<RequestCase>> {
    let (mut cases, mut folders) = (Vec::new(), vec![folder.to_owned()]);
    while let Some(at) = folders.pop() {
        for entry in fs_err::read_dir(&at)? {
            let path = entry?.path();
            let Some(text) = path.to_str().map(str::to_owned) else { continue };
            if path.is_dir() {
                folders.push(text);
            } else if let Some(name) = text.strip_suffix(".http") {
                let name = name.trim_start_matches(folder).trim_start_matches('/').to_owned();
                cases.push(parse(name, &fs_err::read(&path)?)?);
            }
        }
    }
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(cases)
}

fn parse(name: String, file: &[u8]) -> io::Result<RequestCase> {
    let fault = |what: &str| io::Error::other(format!("{name}: {what}"));
    let (comments, request) = split(file, b"\n---\n").ok_or_else(|| fault("no line `---`"))?;
    let comments = std::str::from_utf8(comments).map_err(|_| fault("comments are no UTF-8"))?;
    let field = |key: &str| {
        let mut values = comments
            .lines()
            .filter_map(|line| line.strip_prefix("# ")?.strip_prefix(key)?.strip_prefix(": "));
        values.next().map(str::to_owned)
    };
    let (head, body) = split(request, b"\n\n").ok_or_else(|| fault("no empty line after the head"))?;
    let mut raw = Vec::with_capacity(request.len() + 16);
    for line in head.split(|byte| *byte == b'\n') {
        raw.extend_from_slice(line);
        raw.extend_from_slice(b"\r\n");
    }
    raw.extend_from_slice(b"\r\n");
    let body = body.strip_suffix(b"\n").unwrap_or(body);
    raw.extend_from_slice(body);
    let ends = field("ends");
    match ends.as_deref() {
        None | Some("body") => {}
        Some("head") => raw.truncate(raw.len() - 2),
        Some("line") => raw.truncate(raw.len() - 4),
        Some(_) => return Err(fault("no such end")),
    }
    let arrives = match field("arrives") {
        Some(text) if text == "<chunks>" => Some(chunks(body).ok_or_else(|| fault("no chunks"))?),
        other => other,
    };
    Ok(RequestCase {
        reason: field("reason").ok_or_else(|| fault("no reason"))?,
        source: field("source"),
        rule: field("rule"),
        policy: field("policy").unwrap_or_default().split_whitespace().map(str::to_owned).collect(),
        is_about_http: field("layer").as_deref() == Some("http"),
        arrives,
        smuggles: field("smuggles"),
        ends: ends.is_some(),
        raw,
        name,
    })
}

/// What well-formed chunks hold, up to the last one.
fn chunks(mut body: &[u8]) -> Option<String> {
    let mut all = Vec::new();
    loop {
        let (size, rest) = split(body, b"\r\n")?;
        let size = usize::from_str_radix(std::str::from_utf8(size).ok()?, 16).ok()?;
        if size == 0 {
            return String::from_utf8(all).ok();
        }
        all.extend_from_slice(rest.get(..size)?);
        body = rest.get(size..)?.strip_prefix(b"\r\n")?;
    }
}

fn split<'b>(bytes: &'b [u8], at: &[u8]) -> Option<(&'b [u8], &'b [u8])> {
    let place = bytes.windows(at.len()).position(|window| window == at)?;
    Some((&bytes[..place], &bytes[place + at.len()..]))
}

impl RequestCase {
    /// Request line and header lines, and the body.
    pub fn parts(&self) -> (Vec<&[u8]>, &[u8]) {
        let (head, body) = split(&self.raw, b"\r\n\r\n").unwrap_or((&self.raw, &[]));
        let lines = head.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        (lines.collect(), body)
    }

    /// The body that the homeserver must get.
    pub fn expected_body(&self) -> &[u8] {
        self.arrives.as_deref().map_or_else(|| self.parts().1, str::as_bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::parse;

    #[test]
    fn a_case_is_read_and_its_lines_end_as_http_wants() {
        let file =
            b"# reason: why\n# source: a/b: c.rs\n# rule: edit\n# policy: edits keys\n---\nPUT /x HTTP/1.1\nHost: a\n\n{\n}\n";
        let case = parse("a/b".to_owned(), file).unwrap();
        assert_eq!((case.reason.as_str(), case.rule.as_deref()), ("why", Some("edit")));
        assert_eq!(case.source.as_deref(), Some("a/b: c.rs"));
        assert_eq!(case.policy, ["edits", "keys"]);
        assert_eq!(case.raw, b"PUT /x HTTP/1.1\r\nHost: a\r\n\r\n{\n}");
        assert_eq!(case.parts(), (vec![&b"PUT /x HTTP/1.1"[..], b"Host: a"], &b"{\n}"[..]));
        assert!(parse("a".to_owned(), b"PUT /x HTTP/1.1\n\n").is_err());
    }

    #[test]
    fn what_chunks_hold_and_where_the_client_closes_are_read() {
        let file = |comment: &str, body: &str| {
            let text = format!("# reason: why\n# {comment}\n---\nPUT /x HTTP/1.1\nX: y\n\n{body}\n");
            parse("a".to_owned(), text.as_bytes())
        };
        let case = file("arrives: <chunks>", "3\r\na\r\n\r\n1\r\nb\r\n0\r\n\r\nPUT").unwrap();
        assert_eq!(case.expected_body(), b"a\r\nb");
        assert!(file("arrives: <chunks>", "3\r\na").is_err() && file("ends: there", "").is_err());
        for (end, raw) in [("head", "PUT /x HTTP/1.1\r\nX: y\r\n"), ("line", "PUT /x HTTP/1.1\r\nX: y")] {
            let case = file(&format!("ends: {end}"), "").unwrap();
            assert_eq!((case.raw.as_slice(), case.ends), (raw.as_bytes(), true));
        }
    }
}
