//! Complaints about ports and port ranges of one host.

use crate::complaints::area;

area! { $

/// Only one program can listen on a port of an address. The second one to start fails, and which one that is can
/// change with every reboot.
error port_taken: PortTaken { host: String, port: u16, protocol: String, first: String, second: String }
    message "port {port}/{protocol} on `{host}` is used by {first} and {second}"
    help "give one of the two another port, or move it to another host";

/// Media servers pick ports from their range as calls come in. Where two ranges overlap, calls fail now and then,
/// and only under load.
error ranges_overlap: RangesOverlap {
    host: String, protocol: String, first: String, first_range: String, second: String, second_range: String,
}
    message "{protocol} ranges on `{host}` overlap: {first} ({first_range}) and {second} ({second_range})"
    help "choose a range for {second} outside {first_range}";

}
