//! Complaints about disks, boot and administration of single machines.

use crate::complaints::area;

area! { $

/// Every volume is encrypted with LUKS2. A disk without it gives keys, messages and certificates to whoever carries it
/// away or buys it second-hand.
error disk_unencrypted: DiskUnencrypted { hosts: String }
    message "the disks of {hosts} are not encrypted"
    help "remove `disk.encryption = \"none\"`";

}
