//! Texts of a named form. Each pattern is in the common subset that Rust, JSON Schema and NixOS (POSIX ERE) share.

use std::{borrow::Borrow, fmt, str::FromStr, sync::LazyLock};

use options::{OptionType, Pattern, Type};
use regex::Regex;
use serde::{Deserialize, Serialize};

use crate::ValueError;

macro_rules! text {
    ($($(#[$doc:meta])* $name:ident: $form:literal, $pattern:literal, $max:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(String);

        impl $name {
            /// The form, as NixOS and JSON Schema see it.
            pub const PATTERN: Pattern = Pattern { name: $form, pattern: $pattern, max_length: $max };

            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = ValueError;

            fn from_str(text: &str) -> Result<Self, ValueError> {
                static REGEX: LazyLock<Option<Regex>> =
                    LazyLock::new(|| Regex::new(concat!("^(?:", $pattern, ")$")).ok());
                if text.len() > $max {
                    return Err(ValueError::Length { form: $form, limit: $max, length: text.len() });
                }
                if REGEX.as_ref().is_some_and(|r| r.is_match(text)) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(ValueError::form(text, $form))
                }
            }
        }

        impl TryFrom<String> for $name {
            type Error = ValueError;

            fn try_from(text: String) -> Result<Self, ValueError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(value: $name) -> String {
                value.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl OptionType for $name {
            fn option_type() -> Type {
                Type::Pattern(Self::PATTERN)
            }
        }

        #[cfg(test)]
        impl $name {
            fn pattern_compiles() -> bool {
                Regex::new(concat!("^(?:", $pattern, ")$")).is_ok()
            }
        }
    )*

        #[cfg(test)]
        fn every_pattern() -> Vec<(&'static str, bool, &'static str)> {
            vec![$(($form, $name::pattern_compiles(), $pattern)),*]
        }
    };
}

text! {
    /// Name of a host, region, tenant, focus or fleet: one DNS label (RFC 1123) that starts with a letter.
    /// 40 characters leave room for it inside unit, interface and credential names.
    Name: "a name (lower-case letters, digits and hyphens, first a letter)",
        "[a-z]([a-z0-9-]{0,38}[a-z0-9])?", 40;

    /// A DNS domain of at least two labels, lower case, without the final dot (RFC 1035 §2.3).
    Domain: "a domain name",
        "([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z]([a-z0-9-]{0,61}[a-z0-9])?", 253;

    /// An e-mail address, for the ACME account (RFC 8555 §7.3).
    Email: "an e-mail address",
        "[A-Za-z0-9.!#%&*+/=?^_{|}~-]+@[a-z0-9-]+(\\.[a-z0-9-]+)+", 254;

    /// A colour as in CSS, without transparency.
    Colour: "a colour (#rrggbb)", "#[0-9a-f]{6}", 7;

    /// Linux network interface name (IFNAMSIZ leaves 15 characters).
    InterfaceName: "a network interface name", "[a-z][a-z0-9._-]{0,14}", 15;

    /// A host by name or address, as a time server is given.
    HostAddress: "a host name or address", "[a-z0-9]([a-z0-9.:-]*[a-z0-9])?", 253;

    /// Path of a block device.
    DevicePath: "a device path below /dev", "/dev/[A-Za-z0-9._:-]+(/[A-Za-z0-9._:-]+)*", 255;

    /// An OpenSSH public key line; the types are those that OpenSSH still signs with by default.
    SshPublicKey: "an OpenSSH public key",
        "(ssh-ed25519|sk-ssh-ed25519@openssh\\.com|ecdsa-sha2-nistp(256|384|521)|ssh-rsa) [A-Za-z0-9+/]+={0,2}( [ -~]*)?",
        4096;

    /// A WireGuard key: 32 bytes in base64.
    WireguardKey: "a WireGuard key (32 bytes in base64)", "[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=", 44;

    /// A country by its two letters (ISO 3166-1 alpha-2), as GeoIP databases name it.
    Country: "a country code of two capital letters", "[A-Z]{2}", 2;

    /// A moment in UTC, to the second (RFC 3339).
    Moment: "a moment such as 2026-11-28T19:00:00Z",
        "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z", 20;

    /// NixOS release whose data formats a host keeps.
    StateVersion: "a NixOS release", "[0-9]{2}\\.(05|11)", 5;

    /// Matrix room version (Matrix spec, "Room Versions").
    RoomVersion: "a Matrix room version", "[0-9]{1,2}", 2;

    /// A Matrix account (Matrix spec, appendices, "User Identifiers").
    UserId: "a Matrix user id (@name:server)",
        "@[a-z0-9._=/+-]+:[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?", 255;

    /// What an order to a bot begins with.
    CommandPrefix: "one to three marks such as `!`", "[!$%&*+.:;=?~]{1,3}", 3;

    /// Local part of a room alias that a tenant's guests land in.
    RoomName: "a room name (lower-case letters, digits, hyphens)", "[a-z0-9]([a-z0-9-]{0,62}[a-z0-9])?", 64;

    /// An absolute URL with a DNS host, without credentials, query or fragment.
    Url: "a URL", "(https|wss|ldaps|http|ws|ldap)://[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?(/[A-Za-z0-9._~/-]*)?",
        2048;
}

impl Url {
    /// The port that whoever opens it dials: the one that it names, else that of its scheme. None where it names one that
    /// there is not.
    pub fn port(&self) -> Option<u16> {
        let (scheme, rest) = self.0.split_once("://")?;
        let authority = rest.split('/').next()?;
        match authority.split_once(':') {
            Some((_, port)) => port.parse().ok(),
            None => match scheme {
                "https" | "wss" => Some(443),
                "http" | "ws" => Some(80),
                // RFC 4513, section 3.1, and the port that LDAP over TLS has by custom (IANA: ldaps).
                "ldap" => Some(389),
                "ldaps" => Some(636),
                _ => None,
            },
        }
    }
}

impl Domain {
    /// `label.self`.
    #[must_use]
    pub fn under(&self, label: &str) -> Option<Self> {
        format!("{label}.{self}").parse().ok()
    }

    /// Whether it equals `parent` or lies below it.
    pub fn is_within(&self, parent: &Self) -> bool {
        self == parent || self.0.strip_suffix(&parent.0).is_some_and(|rest| rest.ends_with('.'))
    }
}

impl DevicePath {
    /// Whether one is the other or a partition of it.
    pub fn shares_a_disk_with(&self, other: &Self) -> bool {
        self.lies_on(other) || other.lies_on(self)
    }

    /// Whether it is `disk` or a partition of it: `/dev/vda1`, `/dev/nvme0n1p1`, `/dev/disk/by-id/x-part1`. Two names of
    /// one disk are not known to be one. Where the name of the disk ends in a digit, a `p` comes before the number
    /// (Linux: `disk_name` in block/partitions/core.c).
    fn lies_on(&self, disk: &Self) -> bool {
        let Some(rest) = self.0.strip_prefix(&disk.0) else { return false };
        let numbered = disk.0.ends_with(|last: char| last.is_ascii_digit());
        let partition = rest.strip_prefix("-part").or_else(|| rest.strip_prefix('p'));
        let number = partition.or_else(|| (!numbered).then_some(rest));
        rest.is_empty() || number.is_some_and(|number| number.chars().all(|c| c.is_ascii_digit()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partition_lies_on_its_disk_and_a_neighbour_does_not() {
        let lies =
            |device: &str, disk: &str| device.parse::<DevicePath>().unwrap().lies_on(&disk.parse().unwrap());
        for (device, disk) in [
            ("/dev/vdb", "/dev/vdb"),
            ("/dev/vdb1", "/dev/vdb"),
            ("/dev/nvme0n1p4", "/dev/nvme0n1"),
            ("/dev/disk/by-id/x-part1", "/dev/disk/by-id/x"),
        ] {
            assert!(lies(device, disk), "{device} {disk}");
        }
        for (device, disk) in [
            ("/dev/vdb", "/dev/vda"),
            ("/dev/vda", "/dev/vda1"),
            ("/dev/sdaa", "/dev/sda"),
            ("/dev/nvme0n12", "/dev/nvme0n1"),
        ] {
            assert!(!lies(device, disk), "{device} {disk}");
        }
    }

    #[test]
    fn a_url_is_dialled_at_its_own_port_or_that_of_its_scheme() {
        for (url, port) in [
            ("https://id.example", Some(443)),
            ("https://id.example/realms/a", Some(443)),
            ("https://id.example:8443/realms/a", Some(8443)),
            ("ldaps://a.example", Some(636)),
            ("ldap://a.example/", Some(389)),
            ("ldaps://a.example:3269", Some(3269)),
            ("wss://a", Some(443)),
            ("http://a", Some(80)),
            ("ws://a", Some(80)),
            ("https://a:70000", None),
        ] {
            assert_eq!(url.parse::<Url>().unwrap().port(), port, "{url}");
        }
    }

    #[test]
    fn patterns_compile_and_stay_in_the_common_subset() {
        for (form, compiles, pattern) in every_pattern() {
            assert!(compiles, "{form}");
            for foreign in ["\\d", "\\w", "(?", "*?", "+?", "\\b"] {
                assert!(!pattern.contains(foreign), "{form} uses {foreign}");
            }
        }
    }

    #[test]
    fn names_are_labels() {
        for good in ["a", "gw-fra", "edge-tyo-1"] {
            assert!(good.parse::<Name>().is_ok(), "{good}");
        }
        for bad in ["", "1a", "a-", "A", "a.b", "a b", &"a".repeat(41)] {
            assert!(bad.parse::<Name>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_domain_is_within_itself_and_its_parents_only() {
        let d = |s: &str| s.parse::<Domain>().unwrap();
        assert!(d("a.example.org").is_within(&d("example.org")));
        assert!(d("example.org").is_within(&d("example.org")));
        assert!(!d("badexample.org").is_within(&d("example.org")));
    }

    #[test]
    fn an_error_shows_a_bounded_part_of_the_text() {
        let error = "€".repeat(300).parse::<Name>().unwrap_err().to_string();
        assert!(error.len() < 200, "{error}");
    }
}
