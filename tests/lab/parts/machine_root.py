"""The file tree that all machines of the lab share, each with an overlay of its own.

In the tree: systemd, the tools that stories call, and the daemons that come as Debian packages
(coturn, Redis, sshd, wireguard-go), because they need their libraries. Not in the tree: Traefik,
LiveKit, Synapse and our own programs; the lab binds them in read-only.

No daemon of the tree has a unit: the lab brings the unit files, rendered or evaluated. Names are
resolved by /etc/hosts alone, and /bin/sh is bash, as on NixOS.
"""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from parts.cached import CachedPart
from parts.commands import Command, Commands
from parts.debian import Package
from parts.part import InstallError, Line

SYSTEM = ("systemd", "systemd-sysv", "libnss-systemd", "dbus")
TOOLS = ("util-linux", "procps", "bash", "python3", "openssl", "ca-certificates")
NETWORK = ("iproute2", "iputils-ping", "nftables", "netcat-openbsd", "tcpdump", "curl")
DAEMONS = ("coturn", "redis-server", "openssh-server", "wireguard-go", "wireguard-tools")
PACKAGES = (*SYSTEM, *TOOLS, *NETWORK, *DAEMONS)
# What a story's verdict depends on, in the versions that we accept; for their beginnings see
# `parts.debian`. Programs are paths in the tree.
PINNED = (
    Package("systemd", "252.", "LGPL-2.1-or-later", "lib/systemd/systemd"),
    Package("nftables", "1.0.6-", "GPL-2.0-only", "usr/sbin/nft"),
    Package("coturn", "4.6.1-", "BSD-3-Clause", "usr/bin/turnserver"),
    Package("redis-server", "5:7.0.15-", "BSD-3-Clause", "usr/bin/redis-server"),
    Package("openssh-server", "1:9.2p1-", "BSD-2-Clause and others", "usr/sbin/sshd"),
    Package("wireguard-go", "0.0.20220316-", "MIT", "usr/bin/wireguard-go"),
    Package("wireguard-tools", "1.0.20210914-", "GPL-2.0-only", "usr/bin/wg"),
)
STATUS = "var/lib/dpkg/status"
# Of a package that dpkg knows: its name and its version.
KNOWN = re.compile(r"^Package: (\S+)\n(?:(?!\n).+\n)*?Version: (\S+)$", re.MULTILINE)
# What apt says of a version that the archive has no more.
WITHDRAWN = re.compile(r"^E: Version '(.+)' for '(.+)' was not found$", re.MULTILINE)

LEFT_OUT = (
    "/usr/share/man/*",
    "/usr/share/info/*",
    "/usr/share/locale/*",
    "/usr/share/doc/*",
)
KEPT = ("/usr/share/doc/*/copyright",)

# Runs in the finished tree, which is "$1".
FINISH = r"""
set -eu
cd "$1"
for name in coturn redis-server ssh; do
  rm -f "etc/init.d/$name" "lib/systemd/system/$name.service" "lib/systemd/system/$name@.service"
done
rm -f lib/systemd/system/ssh.socket lib/systemd/system/nftables.service
rm -f lib/systemd/system/apt-daily* lib/systemd/system/dpkg-db-backup* lib/systemd/system/e2scrub*
chroot . find /etc/systemd/system -xtype l -delete
rm -f etc/ssh/ssh_host_* etc/hostname etc/resolv.conf
ln -sf bash bin/sh
printf '127.0.0.1 localhost\n::1 localhost\n' > etc/hosts
sed -i 's/^hosts:.*/hosts: files/' etc/nsswitch.conf
"""


class MachineRoot(CachedPart):
    """A Debian tree, the lower layer of every machine."""

    name = "machine-root"
    version = "bookworm"
    licence = "see usr/share/doc/*/copyright"
    packages: tuple[str, ...] = PACKAGES
    pinned: tuple[Package, ...] = PINNED

    @property
    def program(self) -> Path:
        """The tree itself."""
        return self.folder

    def recipe(self) -> bytes:
        """Give the whole command, without versions: of these the tree itself tells."""
        return "\n".join(self._command(Path("tree"), self.packages)).encode()

    def is_installed(self) -> bool:
        """Tell whether the tree is there, with every pinned package in its version."""
        if not super().is_installed():
            return False
        versions = versions_in(self.folder)
        return all(versions.get(one.name, "").startswith(one.version) for one in self.pinned)

    def build(self, folder: Path, commands: Commands) -> None:
        """Let mmdebstrap fill the folder."""
        if os.geteuid() != 0:
            raise InstallError("root is needed to make the machine root")
        versions = {one.name: one.version for one in self.pinned if one.version}
        wanted = [
            f"{name}={versions[name]}*" if name in versions else name for name in self.packages
        ]
        try:
            commands.run(self._command(folder, wanted))
        except InstallError as error:
            withdrawn = WITHDRAWN.findall(commands.log.read_text())
            if not withdrawn:
                raise
            names = ", ".join(f"{name} {version}" for version, name in withdrawn)
            advice = "pin what it has in parts/machine_root.py, once the stories pass with it"
            raise InstallError(f"{self.version} has no more {names}: {advice}") from error

    def version_command(self, folder: Path) -> Command:
        """Ask the tree, by a program that runs inside it."""
        return ["chroot", folder, "cat", "/etc/os-release"]

    def lines(self) -> list[Line]:
        """Give the tree's row, and one for each pinned package."""
        versions = versions_in(self.folder)
        return [
            *super().lines(),
            *(
                Line(one.name, versions[one.name], one.licence, self.folder / one.program)
                for one in self.pinned
            ),
        ]

    def _command(self, folder: Path, packages: Sequence[str]) -> list[str]:
        paths = [f"--dpkgopt=path-exclude={path}" for path in LEFT_OUT]
        paths += [f"--dpkgopt=path-include={path}" for path in KEPT]
        retries = '--aptopt=Acquire::Retries "3"'
        included = f"--include={','.join(packages)}"
        finish = f"--customize-hook={FINISH}"
        return [
            *("mmdebstrap", "--mode=root", "--variant=minbase", retries),
            *(*paths, included, finish, self.version, str(folder)),
        ]


def versions_in(tree: Path) -> dict[str, str]:
    """Give the version of each package of a tree."""
    return dict(KNOWN.findall((tree / STATUS).read_text()))
