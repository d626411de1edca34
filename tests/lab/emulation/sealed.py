"""Machines of the story `disks-are-sealed`: an installer, a DMZ host, the operator's machine.

Not shown: NixOS' own initrd, the boot loader, what lies on the boot partition.
"""

import re
import shutil
from pathlib import Path

from driver.errors import MachineError
from driver.logger import Logger
from emulation import installer, layout, stage1
from emulation.guest import Guest, shared
from emulation.qemu import Board, Link
from fleet import rendered
from fleet.rendered import Host
from machines import host_commands
from machines.place import Place

NAMES = ("installer", "host", "operator")
# Argon2 takes at most half of a machine's memory, and 1 GiB in any case (cryptsetup's limits).
MEMORY = 1024
MAC = {"operator": "02:00:00:00:00:01", "host": "02:00:00:00:00:02"}


def make(
    place: Place, fleet: Path, rampart: Path, is_example: bool, logger: Logger
) -> tuple[list[Guest], str]:
    """Make the three guests, and say where the layout of the disks comes from."""
    folder = place.folder
    keys = _keys(folder / "keys")
    host = _render(fleet, folder, rampart, (keys / "operator.pub").read_text().strip())
    found = layout.of(host, is_example)
    disks = tuple(shared(place) / f"{disk}.raw" for disk in ("vda", "vdb", "vdc"))
    words = ("root=/dev/mapper/system", "rootfstype=ext4", "rootflags=noatime", "rw")
    boards = (
        Board("installer", MEMORY, disks),
        Board("host", MEMORY, disks[:2], _cable(folder, "host", "operator"), words),
        Board("operator", MEMORY // 2, (), _cable(folder, "operator", "host")),
    )
    contents = (
        installer.installer(host, found, folder / "secrets" / host.name),
        stage1.host(host, keys),
        stage1.operator(host, keys),
    )
    pairs = zip(boards, contents, strict=True)
    return [Guest(board, files, place, logger) for board, files in pairs], found.source


def _keys(folder: Path) -> Path:
    """Make the SSH keys of a run."""
    folder.mkdir()
    for name in ("operator", "stranger", "stage1"):
        how = ("-q", "-t", "ed25519", "-N", "", "-C", name, "-f", folder / name)
        host_commands.run("ssh-keygen", *how)
    return folder


def _cable(folder: Path, own: str, other: str) -> Link:
    return Link(folder / f"{own}.link", folder / f"{other}.link", MAC[own])


def _render(fleet: Path, place: Path, rampart: Path, key: str) -> Host:
    """Render a copy of the fleet with the operator's key and some swap; make its secrets."""
    copy = place / "fleet"
    shutil.copytree(fleet, copy, ignore=shutil.ignore_patterns("keys.json"))
    name = _with_guest_media(rendered.read(copy)).name
    manifest = copy / "fleet.toml"
    text = re.sub(r"^ssh-keys = .*$", f'ssh-keys = ["{key}"]', manifest.read_text(), flags=re.M)
    header = f"[host.{name}]\n"
    manifest.write_text(text.replace(header, f"{header}disk.swap-size = 1\n"))
    host_commands.run(rampart, "render", "--fleet", copy)
    host_commands.run(rampart, "secrets", "generate", "--fleet", copy, "--out", place / "secrets")
    host = next(one for one in rendered.read(copy) if one.name == name)
    if host.options("disk")["swapSize"] != 1 or key not in host.services["sshd"]["authorizedKeys"]:
        raise MachineError(f"{manifest} has no `ssh-keys` line, or no `{header.strip()}`")
    return host


def _with_guest_media(hosts: list[Host]) -> Host:
    for host in hosts:
        if host.options("disk").get("guestMediaDevice"):
            return host
    raise MachineError("no host of this fleet has a disk for guest media")
