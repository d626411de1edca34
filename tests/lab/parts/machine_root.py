"""The file tree that all machines of the lab share, each with an overlay of its own.

In the tree: systemd, the tools that stories call, and the daemons that come as Debian packages
(coturn, Redis, sshd, wireguard-go), because they need their libraries. Not in the tree: Traefik,
LiveKit, Synapse and our own programs; the lab binds them in read-only.

No daemon of the tree has a unit: the lab brings the unit files, rendered or evaluated. Names are
resolved by /etc/hosts alone, and /bin/sh is bash, as on NixOS.
"""

import os
from pathlib import Path

from parts.cached import CachedPart
from parts.commands import Command, Commands
from parts.part import InstallError

SYSTEM = ("systemd", "systemd-sysv", "libnss-systemd", "dbus")
TOOLS = ("util-linux", "procps", "bash", "python3", "openssl", "ca-certificates")
NETWORK = ("iproute2", "iputils-ping", "nftables", "netcat-openbsd", "tcpdump", "curl")
DAEMONS = ("coturn", "redis-server", "openssh-server", "wireguard-go", "wireguard-tools")
PACKAGES = (*SYSTEM, *TOOLS, *NETWORK, *DAEMONS)

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
    """A Debian tree for systemd-nspawn with `--volatile=overlay`."""

    name = "machine-root"
    version = "bookworm"
    licence = "see usr/share/doc/*/copyright"

    @property
    def program(self) -> Path:
        """The tree itself."""
        return self.folder

    def recipe(self) -> bytes:
        """Give the whole command."""
        return "\n".join(self._command(Path("tree"))).encode()

    def build(self, folder: Path, commands: Commands) -> None:
        """Let mmdebstrap fill the folder."""
        if os.geteuid() != 0:
            raise InstallError("root is needed to make the machine root")
        commands.run(self._command(folder))

    def version_command(self, folder: Path) -> Command:
        """Ask the tree, by a program that runs inside it."""
        return ["chroot", folder, "cat", "/etc/os-release"]

    def _command(self, folder: Path) -> list[str]:
        paths = [f"--dpkgopt=path-exclude={path}" for path in LEFT_OUT]
        paths += [f"--dpkgopt=path-include={path}" for path in KEPT]
        retries = '--aptopt=Acquire::Retries "3"'
        packages = f"--include={','.join(PACKAGES)}"
        finish = f"--customize-hook={FINISH}"
        return [
            *("mmdebstrap", "--mode=root", "--variant=minbase", retries),
            *(*paths, packages, finish, self.version, str(folder)),
        ]
