//! Complaints about ports and port ranges of one host.

use crate::complaints::area;

area! { $

/// Only one program can listen on a port of an address. The second one to start fails, and which one that is can
/// change with every reboot.
error port_taken: PortTaken { hosts: String, port: u16, protocol: String, first: String, second: String }
    message "port {port}/{protocol} on {hosts} is used by {first} and {second}"
    help "give one of the two another port, or move it to another host";

/// Media servers pick ports from their range as calls come in. Where two ranges overlap, calls fail now and then,
/// and only under load.
error ranges_overlap: RangesOverlap {
    hosts: String, protocol: String, first: String, first_range: String, second: String, second_range: String,
}
    message "{protocol} ranges on {hosts} overlap: {first} ({first_range}) and {second} ({second_range})"
    help "choose a range for {second} outside {first_range}";

/// A range goes from its first to its last port. With the last one below the first it is empty, and the media server
/// does not start.
error range_reversed: RangeReversed { hosts: String, key: String, first: u16, last: u16 }
    message "the range {first}-{last} on {hosts} ends before it begins"
    help "correct `{key}`, or swap the two ends";

/// Port 0 stands for any free one. Nobody could find the program there, and no filter could let it through.
error port_zero: PortZero { hosts: String, key: String, unit: String }
    message "{unit} on {hosts} has no fixed port: `{key}` is 0"
    help "remove `{key}`, or give it a port";

/// Programs run without the right to use ports below 1024. This one would fail to start.
error port_privileged: PortPrivileged { hosts: String, key: String, port: u16, unit: String }
    message "{unit} on {hosts} cannot use port {port}: its sandbox allows 1024 and above"
    help "remove `{key}`, or give it a port from 1024 on; Traefik has 443 and passes on";

/// Some programs trust whoever reaches them, because only the fleet can. A port that the internet may use must not be
/// one of theirs.
error port_private_exposed: PortPrivateExposed {
    hosts: String, port: String, protocol: String, private: String, public: String,
}
    message "port {port}/{protocol} on {hosts} is open to the internet for {public}, but is that of {private}"
    help "give one of the two another port";

/// Each focus has a token service on the core, and each cluster a Redis instance. Their ports follow from indices that
/// are given once, from ranges that end where other programs begin.
error ports_exhausted: PortsExhausted { what: String, focus: String, number: u32 }
    message "there is no port left for the {what} of `{focus}`, which is number {number}"
    help "join edges of a region by `mode = \"cluster\"`; or remove names that are gone from allocations.json";

}
