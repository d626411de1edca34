//! Ciphertext or keys from device to device.

use crate::rule::{Part, Rule};

/// See the head of this file.
pub(crate) static RULE: Rule = Rule {
    name: "device_ciphertext",
    part: Part::Keys,
    status: 403,
    errcode: "M_FORBIDDEN",
    sentence: "Devices cannot exchange encrypted messages through this server.",
    source: "Matrix spec, Client-Server API, Send-to-device messaging, m.room.encrypted; m.room_key",
};

/// Event types.
pub(crate) const TYPES: &[&str] = &[
    "m.room.encrypted",
    "m.encrypted",
    "org.matrix.msc1767.encrypted",
    "m.room_key",
    "m.forwarded_room_key",
    "io.element.msc4268.room_key_bundle",
    "m.room_key_bundle",
];
