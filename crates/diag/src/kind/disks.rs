//! Complaints about disks, boot and administration of single machines.

use crate::complaints::area;

area! { $

/// Every volume is encrypted with LUKS2. A disk without it gives keys, messages and certificates to whoever carries it
/// away or buys it second-hand.
error disk_unencrypted: DiskUnencrypted { hosts: String }
    message "the disks of {hosts} are not encrypted"
    help "remove `disk.encryption = \"none\"`";

/// At each boot somebody must be able to unlock the disks. SSH in stage 1 is the fallback of every other way, and
/// nobody has a key for it.
error unlock_impossible: UnlockImpossible { hosts: String }
    message "nobody can unlock the disks of {hosts} after a reboot: there is no SSH key for it"
    help "add keys to `base.ssh-keys` or `disk.unlock-keys`";

/// A tang server releases the key of a disk over the network. Its URL is not given.
error tang_incomplete: TangIncomplete { hosts: String }
    message "the disks of {hosts} are unlocked by a tang server, but `disk.tang-url` is missing"
    help "add `disk.tang-url = …`, or choose another way for `disk.unlock`";

/// SSH in stage 1 has a host key of its own. On the port of the real sshd every administrator is warned of a changed
/// key at each boot, and learns to ignore the warning.
warning unlock_port_shared: UnlockPortShared { hosts: String }
    message "stage 1 of {hosts} has SSH on port 22, like the running system with its other host key"
    help "remove `disk.unlock-port`, or choose another port than 22";

/// An edge keeps nothing of its users. Swap would write their names and media keys from memory to the disk.
error swap_on_edge: SwapOnEdge { hosts: String, size: i64 }
    message "there are {size} GiB of swap on {hosts}, but an edge writes nothing of its users to disk"
    help "remove `disk.swap-size`, or set it to 0";

/// Boot loader, firmware and processor must fit each other. The machine would not find its system.
error firmware_mismatch: FirmwareMismatch { hosts: String, first: String, second: String }
    message "{first} does not work with {second}, on {hosts}"
    help "set `platform.firmware = \"uefi\"`, or `platform.boot-loader = \"grub\"` for BIOS on x86";

/// There are no password logins. Without a key nobody can log in to deploy or to look after the machine.
warning ssh_unreachable: SshUnreachable { hosts: String }
    message "nobody can log in to {hosts}: there is no SSH key"
    help "add your public key to `base.ssh-keys`";

/// SSH is reached through the tunnel or from listed networks, and the way into the tunnel leads over the core. With no
/// network listed there, only a console reaches the fleet.
warning admin_network_missing: AdminNetworkMissing { core: String }
    message "no network may reach SSH on `{core}`, and so none reaches the other hosts through it"
    help "add the networks of your administrators to `base.admin-networks`";

/// SSH is for administrators. A network of this size lets half the internet try.
warning admin_network_open: AdminNetworkOpen { hosts: String, network: String }
    message "everybody in {network} may reach SSH on {hosts}"
    help "list the networks of your administrators in `base.admin-networks`; the tunnel needs no entry";

/// Clocks decide over tokens, certificates and calls. A media server whose clock is off by three seconds is left out
/// by its cluster, without an error.
error clock_unsynchronised: ClockUnsynchronised { hosts: String }
    message "no time server is given for {hosts}"
    help "remove `base.time-servers = []`, or name servers in it";

}
