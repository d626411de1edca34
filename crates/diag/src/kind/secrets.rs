//! Complaints of `rampart secrets`: files of secrets, what is in them, and public halves in the fleet folder. Paths are
//! those below the folder of the secrets. No complaint can hold a value.

use crate::complaints::area;

area! { $

/// Every host gets the secrets that its units ask for. A unit whose secret is not there does not start.
error secret_missing: SecretMissing { path: String }
    message "there is no secret `{path}`"
    help "run `rampart secrets generate --out DIR`; it makes what is missing and keeps what is there";

/// Certificates, and passwords that others give out, cannot be made here. Their files are put beside the others under
/// the same names.
error secret_not_brought: SecretNotBrought { path: String, what: String }
    message "there is no `{path}`, which you have to bring: {what}"
    help "put it there with mode 0400; `rampart secrets generate` cannot make it";

/// A secret has one form, which its program reads. Another form, or one that is too short, is refused late or accepted
/// and guessed.
error secret_malformed: SecretMalformed { path: String, detail: String }
    message "`{path}` is not what it should be: {detail}"
    help "remove the file and run `rampart secrets generate --out DIR`, then bring the new one to every host that has it";

/// Only its owner reads a secret. Other users of the machine, and whatever runs as them, could copy it.
error secret_file_open: SecretFileOpen { path: String, mode: String }
    message "`{path}` has the mode {mode}; only its owner reads a secret"
    help "run `chmod 0400` on it, and make a new one if anybody else uses this machine";

/// Only its owner looks into a folder of secrets. Whoever may write there can replace them.
error secret_folder_open: SecretFolderOpen { path: String, mode: String }
    message "the folder `{path}` has the mode {mode}; only its owner looks into it"
    help "run `chmod 0700` on it";

/// A secret is a plain file. A link leads to a file that others may own, and a pipe or device never ends.
error secret_not_plain: SecretNotPlain { path: String }
    message "`{path}` is not a plain file"
    help "put the file itself there";

/// Two secrets are never the same. Whoever learns one of them, on the host that is worst guarded, would have the other.
error secret_reused: SecretReused { first: String, second: String }
    message "`{first}` and `{second}` are the same"
    help "remove the second and run `rampart secrets generate --out DIR`";

/// Some secrets are shared by two ends, such as a media server and its token service. Where the two files differ,
/// nothing between them works.
error secret_differs: SecretDiffers { first: String, second: String }
    message "`{first}` and `{second}` are two copies of one secret, but differ"
    help "remove the one that is not in use and run `rampart secrets generate --out DIR`, which copies the other";

/// A file that no host asks for is left over, or has a misspelt name. Secrets that are not needed are best not kept.
warning secret_orphan: SecretOrphan { path: String }
    message "no host of the fleet asks for `{path}`"
    help "remove it, or correct its name; `rampart show secrets` lists the names";

/// Whoever takes a host over has all of its secrets. One that belongs to other hosts only makes the loss greater.
error secret_misplaced: SecretMisplaced { path: String }
    message "`{path}` is a secret of other hosts; this one must not have it"
    help "remove it, and make a new one if it was ever copied to the host";

/// An encrypted secret can be copied or completed only by somebody who can read it.
error secret_sealed: SecretSealed { path: String }
    message "`{path}` is encrypted, and what is missing beside it must be made from it"
    help "add `--identity FILE` with an age key that opens it";

/// What is in an encrypted file cannot be judged without a key that opens it. Presence and names have been checked.
warning secrets_unread: SecretsUnread { files: usize }
    message "{files} encrypted files were not looked into"
    help "add `--identity FILE` with an age key that opens them";

/// The private half of a tunnel key is on the host, the public half in the fleet folder. Where they do not belong
/// together the host is cut off from the tunnel.
error key_pair_broken: KeyPairBroken { path: String, host: String }
    message "`{path}` does not belong to the public key of `{host}` in keys.json"
    help "put the right file back; or remove the line of `{host}` from keys.json, generate again and deploy every host";

/// The fleet folder has the public half of a tunnel key whose private half is not among the secrets. A new pair would
/// cut the host off until every other one knows it.
error private_half_missing: PrivateHalfMissing { path: String, host: String }
    message "keys.json has a public key of `{host}`, but there is no `{path}`"
    help "put the file back; or remove the line of `{host}` from keys.json to make a new pair, then deploy every host";

/// The fleet folder lacks the public half of a tunnel key. Without it the other hosts do not know this one.
error public_half_missing: PublicHalfMissing { host: String }
    message "keys.json has no public key of `{host}`"
    help "run `rampart secrets generate --out DIR`, which derives it from the private half";

}
