//! Every way in which someone might read a path.

/// Decodes every escape once. What is no escape stays.
fn decode(text: &[u8]) -> Vec<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let (mut out, mut at) = (Vec::new(), 0);
    while at < text.len() {
        let pair = (text[at] == b'%').then(|| (text.get(at + 1).copied(), text.get(at + 2).copied()));
        match pair {
            Some((Some(high), Some(low))) if digit(high).is_some() && digit(low).is_some() => {
                out.push(digit(high).unwrap() * 16 + digit(low).unwrap());
                at += 3;
            }
            _ => {
                out.push(text[at]);
                at += 1;
            }
        }
    }
    out
}

/// A word as the most careless reader has it: decoded to the end, trimmed, in lower case, without parameters.
pub(super) fn plain(word: &str) -> String {
    let mut bytes = word.as_bytes().to_vec();
    for _ in 0..4 {
        bytes = decode(&bytes);
    }
    let text = String::from_utf8_lossy(&bytes).to_lowercase();
    let text = text.split([';', '?', '#', '\0']).next().unwrap_or_default().to_owned();
    text.trim_matches(|c: char| c.is_whitespace() || c.is_control() || c == '/').to_owned()
}

/// Splits at slashes; removes empty and dot segments or leaves them.
fn words(path: &[u8], tidy: bool) -> Vec<Vec<u8>> {
    let mut out: Vec<Vec<u8>> = Vec::new();
    for part in path.split(|byte| *byte == b'/').skip(1) {
        let name = part.split(|byte| *byte == b';').next().unwrap_or_default();
        match name {
            b"" | b"." if tidy => {}
            b".." if tidy => drop(out.pop()),
            _ => out.push(part.to_vec()),
        }
    }
    out
}

/// The readings: decoded as a whole no, one or two times before it is split, tidied or not, and each word once more.
pub(super) fn readings(path: &str) -> Vec<Vec<String>> {
    let mut out = Vec::new();
    let mut whole = path.as_bytes().to_vec();
    for _ in 0..3 {
        let slashes: Vec<u8> = whole.iter().map(|byte| if *byte == b'\\' { b'/' } else { *byte }).collect();
        for (bytes, tidy) in [(&whole, false), (&whole, true), (&slashes, true)] {
            let split = words(bytes, tidy);
            let text = |word: &Vec<u8>| String::from_utf8_lossy(word).into_owned();
            out.push(split.iter().map(|word| text(&decode(word)).to_lowercase()).collect());
            out.push(split.iter().map(|word| plain(&text(word))).collect());
        }
        whole = decode(&whole);
    }
    out
}
