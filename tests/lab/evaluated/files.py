"""Files below /etc, and the few lines of them that a container or Debian's programs refuse."""

import re
from collections.abc import Callable
from functools import cache
from pathlib import Path

from evaluated.evaluation import Evaluated
from evaluated.store import Store
from machines import host_commands
from units.layer import Layer

TEMPORARY_FILES = "/etc/tmpfiles.d/00-nixos.conf"
# Of a container's own, among what NixOS puts in order at boot.
OWN_FOLDERS = re.compile(r"'?\S+'?\s+'?/(run|var)/(?!empty)")
# Debian's OpenSSH is built to want this one.
DEBIAN_S = "d /run/sshd 0755 root root -\n"
OWN_SETTING = re.compile(r"net\.")
# A container's kernel has no WireGuard: `tunnel` reads the file.
NETDEV = "systemd/network/40-wg-fleet.netdev"


def add(layer: Layer, evaluated: Evaluated, store: Store) -> list[str]:
    """Write all files; give a line for each that is not the same, or not there."""
    said = []
    for name, file in sorted(evaluated.files.items()):
        source = store.outside(file["source"])
        if not file["enable"] or name in (NETDEV, "hosts"):
            continue
        if source is None:
            said.append(f"/etc/{name}: not here: {file['source'].rpartition('-')[2]}")
            continue
        text = source.read_text()
        wanted = fitted(name, text, store.root)
        layer.write(f"/etc/{file['target']}", wanted)
        if wanted != text:
            said.append(f"/etc/{name}: {CHANGES[name][0]}")
    lines = evaluated.temporary_files.splitlines(keepends=True)
    own = [line for line in lines if OWN_FOLDERS.match(line)]
    layer.write(TEMPORARY_FILES, "".join([*own, DEBIAN_S]))
    said.append(f"{TEMPORARY_FILES}: only what is below /run and /var, and /run/sshd")
    return said


def text_of(evaluated: Evaluated, name: str, store: Store) -> str:
    """Give a file's text as evaluated."""
    source = store.outside(evaluated.files[name]["source"])
    return source.read_text() if source else ""


def fitted(name: str, text: str, root: Path) -> str:
    """Give a file's text without what cannot be had here."""
    return CHANGES[name][1](text, root) if name in CHANGES else text


def _network_settings(text: str, _root: Path) -> str:
    return "".join(line for line in text.splitlines(keepends=True) if OWN_SETTING.match(line))


def _known_algorithms(text: str, root: Path) -> str:
    """Leave out the ways to exchange keys that are newer than Debian's server."""

    def known(match: re.Match[str]) -> str:
        words = [word for word in match.group(2).split(",") if word in key_exchanges(root)]
        return f"{match.group(1)} {','.join(words)}"

    return re.sub(r"^(KexAlgorithms) (\S+)", known, text, flags=re.MULTILINE)


@cache
def key_exchanges(root: Path) -> frozenset[str]:
    """Give the ways to exchange keys that the shared root's SSH knows."""
    return frozenset(host_commands.run("chroot", root, "ssh", "-Q", "kex").split())


Change = tuple[str, Callable[[str, Path], str]]
CHANGES: dict[str, Change] = {
    "sysctl.d/60-nixos.conf": ("only net.*: the rest is this host's kernel", _network_settings),
    "ssh/sshd_config": ("key exchanges that Debian's OpenSSH knows", _known_algorithms),
}
