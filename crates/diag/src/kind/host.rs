//! Complaints of rules on one rendered host: the file itself, its secrets, its firewall, its machine. An override
//! made
//! in Nix is judged by these.

use crate::complaints::area;

area! { $

/// The file of a host has one form, and Nix reads it without asking. A value of another form would fail late, on the
/// machine, or be taken for something else.
error host_file_invalid: HostFileInvalid { path: String, detail: String }
    message "`{path}` of the host's file is not what it should be: {detail}"
    help "correct the option that sets it; a file that nobody edited is written anew by `rampart render`";

/// The host's file is committed and copied to the Nix store, where every user can read it. A secret in it is known to
/// everybody who can log in or read the repository.
error secret_in_settings: SecretInSettings { path: String }
    message "`{path}` holds a secret itself"
    help "take it out, make a new one, and name its file: `/run/credentials/<unit>.service/<name>`";

/// Every user of the machine, and of every cache it was copied to, can read the Nix store. Secrets are put in place
/// at run time instead.
error secret_in_store: SecretInStore { path: String }
    message "`{path}` points into the Nix store"
    help "give its path at run time, below `secrets.directory`, and make a new secret: this one is known";

/// A unit gets its secrets by the names that the host's file lists. A name that is not listed is put there by nobody,
/// and the unit does not start.
error credential_unknown: CredentialUnknown { path: String, secret: String }
    message "`{path}` asks for `{secret}`, which no list of secrets or credentials has"
    help "correct the name, or remove the setting; `rampart show secrets` lists what each host gets";

/// The bot obeys people, so what it holds is what a clever order can get at. It has its own account's token, made by the
/// broker, and one token for each broker of a tenant, which knows the bot's verbs and no other.
error bot_credential_foreign: BotCredentialForeign { path: String, given: String }
    message "`{path}` gives the bot {given}, which is not its own"
    help "remove it; the bot gets `broker-client-token-<tenant>` and the token that the broker makes for its account";

/// Only root, and perhaps one group, reads a secret. LiveKit does not start when others may read its keys, and no
/// other daemon even warns.
error secret_mode_open: SecretModeOpen { path: String, mode: String }
    message "`{path}` is {mode}: more than its owner may read, or its group may write"
    help "remove the override; the mode is `0400`";

/// A secret lies on the hosts that need it to talk to each other, and nowhere else. What is this host's own (tunnel key,
/// passphrase, certificate) is shared with nobody, and a key of a focus or relay only with the hosts at its other end.
error host_secret_shared: HostSecretShared { path: String, detail: String }
    message "`{path}` is shared wrongly: {detail}"
    help "remove the override; `rampart render` derives who shares a secret from what it is for";

/// A tunnel looks a name up once, when it starts, and keeps the address. When the name moves, the peer is lost until
/// somebody restarts the tunnel.
error endpoint_by_name: EndpointByName { path: String, endpoint: String }
    message "`{path}` is `{endpoint}`, which is no address with a port"
    help "remove the override: the endpoint is derived from `address` or `lan` of the peer";

/// The firewall accepts what the list of flows names and drops everything else. Without a dropping policy it is a
/// list of comments.
error firewall_not_closed: FirewallNotClosed { chain: String, detail: String }
    message "`firewall` does not close the chain `{chain}`: {detail}"
    help "run `rampart render` to write the ruleset from the list of flows";

/// Each rule of the firewall accepts one protocol on certain ports. A rule without ports opens every program there is
/// and every one that comes.
error firewall_rule_wide: FirewallRuleWide { rule: String }
    message "`firewall` accepts without naming ports: `{rule}`"
    help "run `rampart render`; what a host needs is a flow of its role";

/// Signalling, token services, the guard and Redis trust whoever reaches them. The internet reaches them through
/// Traefik or not at all.
error host_private_port_open: HostPrivatePortOpen { port: u64, owner: String, why: String }
    message "`flows` opens port {port}/tcp of {owner} to the internet ({why})"
    help "remove the flow, or move the public program to another port";

/// Whoever knows a password of root owns the machine, and passwords are guessed all day long. Keys are not.
error password_login_allowed: PasswordLoginAllowed { path: String }
    message "`{path}` lets people log in with a password"
    help "remove the override: it is `false`, and root logs in with a key (`prohibit-password`)";

/// An edge stands in a rented rack and keeps nothing of the users. A journal on its disk tells for weeks who called
/// from which address.
error journal_persistent: JournalPersistent { path: String, storage: String }
    message "`{path}` is `{storage}`, so this edge keeps its journal on disk"
    help "remove the override; on an edge it is `volatile`";

/// An edge keeps nothing of the users. Swap writes parts of memory to its disk, where keys and calls outlive the
/// process.
error host_swap_on_edge: HostSwapOnEdge { path: String }
    message "`{path}` makes swap on an edge"
    help "set `disk.swapSize` to 0, and give the machine more memory instead";

/// Every volume is encrypted with LUKS2. An override in Nix takes that away as silently as one in the manifest.
error host_disk_unencrypted: HostDiskUnencrypted { path: String }
    message "`{path}` leaves the disk without encryption"
    help "remove the override of `rampart.disk.encryption`";

/// What guests upload lies on a disk of its own, on a DMZ host always. An override in Nix that puts the system on that
/// disk makes them share it.
error host_guest_media_shared: HostGuestMediaShared { path: String, detail: String }
    message "guest media would not have a disk of its own: `{path}` {detail}"
    help "keep `disk.device` off that disk; `disk.guest-media-device` of the manifest names the other one";

/// An encrypted host waits at boot until somebody or something unlocks it. Without a key or a server for that it
/// waits for ever.
error host_unlock_impossible: HostUnlockImpossible { path: String, detail: String }
    message "nothing can unlock this host at boot (`{path}`): {detail}"
    help "add a key to `disk.unlockKeys`, or set `disk.tangUrl`, or choose another `disk.unlock`";

/// The boot loader systemd-boot starts only from UEFI. On a machine with a BIOS it is never found.
error host_firmware_mismatch: HostFirmwareMismatch { path: String }
    message "`{path}` is `systemd-boot`, which a BIOS cannot start"
    help "set `platform.bootLoader` to `grub`, or `platform.firmware` to `uefi`";

/// Tokens, certificates and the nodes of a cluster depend on the time. A clock that nobody sets runs away within
/// weeks.
error host_clock_unsynchronised: HostClockUnsynchronised { path: String }
    message "`{path}` is empty, so nobody sets the clock"
    help "remove the override of `base.timeServers`, or name a server";

/// A tunnel sends each packet to the one peer that its address belongs to. Where the networks of two peers overlap,
/// one of them takes the other's packets without a word.
error host_peers_overlap: HostPeersOverlap { path: String, first: String, second: String, network: String }
    message "`{path}`: {network} of `{second}` belongs to `{first}`, too"
    help "run `rampart render`; each peer has its own tunnel address and nothing else";

}
