//! Texts that no type of an address, URL or path accepts, each just over a border.

use options::Type;

const IPV4: [&str; 8] =
    ["", "192.0.2", "192.0.2.256", "192.0.2.01", "192.0.2.1 ", "::1", "host", "192.0.2.1/24"];

const IPV6: [&str; 11] = [
    "",
    ":",
    ":::",
    "1::2::3",
    "12345::",
    "::g",
    "192.0.2.1",
    "::1%eth0",
    "1:2:3:4:5:6:7",
    "[::1]",
    "1:2:3:4:5:6:7:8:9",
];

const IP: [&str; 5] = ["", "host", "192.0.2.256", "::g", "192.0.2.1:80"];

const CIDR: [&str; 10] = [
    "",
    "192.0.2.0",
    "192.0.2.0/33",
    "192.0.2.0/",
    "192.0.2.0/-1",
    "192.0.2.0/024",
    "::/129",
    "/24",
    "192.0.2.0/24/24",
    "host/24",
];

const URL: [&str; 10] = [
    "",
    "a.example",
    "https://",
    "ftp://a.example",
    "https://a b",
    "https://user@a.example",
    "https://a.example?q",
    "https://a.example#f",
    "HTTPS://a.example",
    "https://-a",
];

const SECRET_PATH: [&str; 10] = [
    "",
    "secret",
    "./secret",
    "/nix/store/abc-secret",
    "//nix/store/x",
    "/nix/./store/x",
    "/run/../nix/store/x",
    "/run/a b",
    "/run/ä",
    "/nix/store",
];

/// Texts near those of the type.
pub(super) fn of(ty: &Type) -> &'static [&'static str] {
    match ty {
        Type::NonEmptyStr => &[""],
        Type::Ipv4 => &IPV4,
        Type::Ipv6 => &IPV6,
        Type::Ip => &IP,
        Type::Cidr => &CIDR,
        Type::Url => &URL,
        Type::SecretPath => &SECRET_PATH,
        _ => &[],
    }
}
