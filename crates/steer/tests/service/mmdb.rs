//! A small GeoIP database, written from the description of the format (`MaxMind` DB File Format Specification 2.0).

use std::net::Ipv4Addr;

const METADATA: &[u8] = b"\xab\xcd\xefMaxMind.com";
/// Bits of a record of the tree.
const RECORD: u32 = 24;

/// What the database says of a network.
pub(crate) struct Entry {
    pub(crate) network: Ipv4Addr,
    pub(crate) prefix: u8,
    pub(crate) country: &'static str,
    /// Latitude and longitude.
    pub(crate) position: Option<(f64, f64)>,
}

#[derive(Clone, Copy, PartialEq)]
enum Record {
    Nothing,
    Node(usize),
    Data(usize),
}

/// The bytes of the file.
pub(crate) fn database(entries: &[Entry]) -> Vec<u8> {
    let mut tree = vec![[Record::Nothing; 2]];
    let mut data = Vec::new();
    for entry in entries {
        insert(&mut tree, entry, data.len());
        data.extend(record(entry));
    }
    let count = tree.len();
    let mut out = Vec::new();
    for record in tree.into_iter().flatten() {
        let number = match record {
            Record::Nothing => count,
            Record::Node(index) => index,
            Record::Data(offset) => count + 16 + offset,
        };
        out.extend(&u32::try_from(number).unwrap().to_be_bytes()[1..]);
    }
    out.extend([0; 16]);
    out.extend(data);
    out.extend(METADATA);
    out.extend(metadata(u32::try_from(count).unwrap()));
    out
}

fn insert(tree: &mut Vec<[Record; 2]>, entry: &Entry, offset: usize) {
    let bits = u32::from(entry.network);
    let mut node = 0;
    for depth in 0..entry.prefix {
        let bit = (bits >> (31 - depth) & 1) as usize;
        if depth + 1 == entry.prefix {
            tree[node][bit] = Record::Data(offset);
        } else if let Record::Node(next) = tree[node][bit] {
            node = next;
        } else {
            tree.push([Record::Nothing; 2]);
            tree[node][bit] = Record::Node(tree.len() - 1);
            node = tree.len() - 1;
        }
    }
}

fn record(entry: &Entry) -> Vec<u8> {
    let country = map(&[("iso_code", text(entry.country))]);
    let Some((latitude, longitude)) = entry.position else { return map(&[("country", country)]) };
    let location = map(&[("latitude", double(latitude)), ("longitude", double(longitude))]);
    map(&[("country", country), ("location", location)])
}

fn metadata(count: u32) -> Vec<u8> {
    map(&[
        ("binary_format_major_version", small(5, 2)),
        ("binary_format_minor_version", small(5, 0)),
        ("build_epoch", vec![0x01, 0x02, 0x01]),
        ("database_type", text("Test-City")),
        ("description", map(&[("en", text("made by a test"))])),
        ("ip_version", small(5, 4)),
        ("languages", vec![0x00, 0x04]),
        ("node_count", wide(count)),
        ("record_size", small(5, u8::try_from(RECORD).unwrap())),
    ])
}

/// Type in the upper three bits, length in the others; none of these is longer than 28.
fn text(text: &str) -> Vec<u8> {
    let length = u8::try_from(text.len()).unwrap();
    assert!(length < 29);
    [&[2 << 5 | length], text.as_bytes()].concat()
}

fn double(number: f64) -> Vec<u8> {
    [&[3 << 5 | 8], number.to_be_bytes().as_slice()].concat()
}

/// An unsigned number of 16 bits.
fn small(kind: u8, number: u8) -> Vec<u8> {
    vec![kind << 5 | 1, number]
}

/// An unsigned number of 32 bits.
fn wide(number: u32) -> Vec<u8> {
    [&[6 << 5 | 4], number.to_be_bytes().as_slice()].concat()
}

fn map(pairs: &[(&str, Vec<u8>)]) -> Vec<u8> {
    let mut out = vec![7 << 5 | u8::try_from(pairs.len()).unwrap()];
    for (key, value) in pairs {
        out.extend(text(key));
        out.extend(value);
    }
    out
}
