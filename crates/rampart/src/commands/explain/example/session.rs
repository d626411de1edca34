//! Commands that lead to complaints which no single text shows: those about files of secrets, and about files that are no
//! text. A test runs each.

use diag::Code;

macro_rules! session {
    ($($line:literal),*) => {
        concat!("rampart init --with edge" $(, "\n", $line)*)
    };
}

/// The commands for `code`, one a line.
pub(super) fn of(code: Code) -> Option<&'static str> {
    SESSIONS.iter().find(|(of, _)| *of == code).map(|(_, commands)| *commands)
}

const SESSIONS: [(Code, &str); 17] = [
    (
        Code::SecretMissing,
        session!(
            "rampart secrets generate --out DIR",
            "rm DIR/core/luks-system",
            "rampart secrets check --in DIR"
        ),
    ),
    (
        Code::SecretNotBrought,
        session!("rampart secrets generate --out DIR", "rampart secrets check --in DIR"),
    ),
    (
        Code::SecretMalformed,
        session!(
            "rampart secrets generate --out DIR",
            "echo short | install -m 0400 /dev/stdin DIR/core/luks-system",
            "rampart secrets check --in DIR"
        ),
    ),
    (
        Code::SecretFileOpen,
        session!(
            "rampart secrets generate --out DIR",
            "chmod 0644 DIR/core/luks-system",
            "rampart secrets check --in DIR"
        ),
    ),
    (
        Code::SecretFolderOpen,
        session!(
            "rampart secrets generate --out DIR",
            "chmod 0755 DIR/core",
            "rampart secrets check --in DIR"
        ),
    ),
    (
        Code::SecretNotPlain,
        session!(
            "rampart secrets generate --out DIR",
            "ln -sf ../edge-lon/luks-system DIR/core/luks-system",
            "rampart secrets check --in DIR"
        ),
    ),
    (
        Code::SecretReused,
        session!(
            "rampart secrets generate --out DIR",
            "cp -f DIR/edge-lon/luks-system DIR/core/luks-system",
            "rampart secrets check --in DIR"
        ),
    ),
    (
        Code::SecretDiffers,
        session!(
            "rampart secrets generate --out DIR",
            "sed -i s/API/XPI/ DIR/edge-lon/livekit-keys-edge-lon",
            "rampart secrets check --in DIR"
        ),
    ),
    (
        Code::SecretOrphan,
        session!(
            "rampart secrets generate --out DIR",
            "cp DIR/core/luks-system DIR/core/luks-sytem",
            "rampart secrets check --in DIR"
        ),
    ),
    (
        Code::SecretMisplaced,
        session!(
            "rampart secrets generate --out DIR",
            "cp DIR/core/livekit-keys-core DIR/edge-lon/livekit-keys-core",
            "rampart secrets check --in DIR"
        ),
    ),
    (
        Code::SecretSealed,
        session!(
            "rampart secrets generate --out DIR --age age1p8zupktuzs2gpmkulnqpfv2a9sf7jsgfwm5clzu90dw3a3kzkmgq26g5gh",
            "rm DIR/edge-lon/livekit-keys-edge-lon.age",
            "rampart secrets generate --out DIR --age age1p8zupktuzs2gpmkulnqpfv2a9sf7jsgfwm5clzu90dw3a3kzkmgq26g5gh"
        ),
    ),
    (
        Code::SecretsUnread,
        session!(
            "rampart secrets generate --out DIR --age age1p8zupktuzs2gpmkulnqpfv2a9sf7jsgfwm5clzu90dw3a3kzkmgq26g5gh",
            "rampart secrets check --in DIR"
        ),
    ),
    (
        Code::KeyPairBroken,
        session!(
            "rampart secrets generate --out DIR",
            "cp -f DIR/edge-lon/wireguard-private DIR/core/wireguard-private",
            "rampart secrets check --in DIR"
        ),
    ),
    (
        Code::PrivateHalfMissing,
        session!(
            "rampart secrets generate --out DIR",
            "rm DIR/edge-lon/wireguard-private",
            "rampart secrets generate --out DIR"
        ),
    ),
    (
        Code::PublicHalfMissing,
        session!(
            "rampart secrets generate --out DIR",
            "rm hosts/keys.json",
            "rampart secrets check --in DIR"
        ),
    ),
    (
        Code::EncodingInvalid,
        session!("printf 'title = \"caf\\351\"\\n' >> hosts/fleet.toml", "rampart check"),
    ),
    (Code::FileTooLarge, session!("truncate -s 17M hosts/fleet.toml", "rampart check")),
];
