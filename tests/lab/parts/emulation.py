"""QEMU and what its guests are made of: Debian's kernel, systemd, cryptsetup, sshd.

Nothing is installed on the host: the packages are unpacked into the cache without running any
script of theirs, and QEMU runs there with its own libraries.
"""

import os
import re
from pathlib import Path

from emulation import base
from parts import cache
from parts.cached import CachedPart
from parts.commands import Command, Commands
from parts.debian import Package
from parts.part import InstallError, Line

MERGED = "/usr/share/mmdebstrap/hooks/merged-usr"
# Programs are paths in the tree. For the beginnings of versions see `parts.debian`.
PACKAGES = (
    Package("qemu-system-x86", "1:7.2", "GPL-2.0-only", "usr/bin/qemu-system-x86_64"),
    Package("linux-image-amd64", "6.1.", "GPL-2.0-only", "boot"),
    Package("systemd", "252.", "LGPL-2.1-or-later", "usr/lib/systemd/systemd"),
    Package("udev", "252.", "LGPL-2.1-or-later", "usr/bin/udevadm"),
    Package("cryptsetup-bin", "2:2.6.1-", "GPL-2.0-or-later", "usr/sbin/cryptsetup"),
    Package("openssh-server", "1:9.2p1-", "BSD-2-Clause and others", "usr/sbin/sshd"),
    Package("openssh-client", "1:9.2p1-", "BSD-2-Clause and others", "usr/bin/ssh"),
    Package("gdisk", "1.0.9-", "GPL-2.0-or-later", "usr/sbin/sgdisk"),
    Package("parted", "3.5-", "GPL-3.0-or-later", "usr/sbin/partprobe"),
    Package("dosfstools", "4.2-", "GPL-3.0-or-later", "usr/sbin/mkfs.vfat"),
    Package("e2fsprogs", "1.47.0-", "GPL-2.0-only", "usr/sbin/mkfs.ext4"),
    Package("wireguard-tools", "1.0.20210914-", "GPL-2.0-only", "usr/bin/wg"),
    Package("chrony", "4.3-", "GPL-2.0-only", "usr/sbin/chronyd"),
)
# Debian allows one time daemon on a machine, so this one is fetched and unpacked by itself. It
# needs nothing that systemd does not need.
APART = Package(
    "systemd-timesyncd", "252.", "LGPL-2.1-or-later", "usr/lib/systemd/systemd-timesyncd"
)
TOOLS = (
    *("kmod", "util-linux", "mount", "procps", "bash", "coreutils", "grep", "sed", "mawk"),
    *("iproute2", "iputils-ping", "netcat-openbsd"),
)
NOTED = "packages"
# These two run when everything else is unpacked.
UNPACK_APART = f"""set -e
cd "$1/var/cache/apt/archives"
APT_CONFIG="$MMDEBSTRAP_APT_CONFIG" apt-get download '{APART.name}={APART.version}*'
dpkg-deb --fsys-tarfile {APART.name}_*.deb | tar -xf - --keep-directory-symlink -C "$1"
"""
# Keeps the packages' names and versions.
NOTE = f'ls "$1/var/cache/apt/archives" | grep "[.]deb$" > "$1/{NOTED}"'


class Emulation(CachedPart):
    """The tree of QEMU and the archive of its guests' files."""

    name = "emulation"
    version = "7.2"
    licence = "see each package"

    @property
    def program(self) -> Path:
        """The emulator."""
        return self.folder / "usr/bin/qemu-system-x86_64"

    def recipe(self) -> bytes:
        """Give the whole command, and the code that fills the archive."""
        code = Path(base.__file__).read_bytes()
        return "\n".join(self._unpack(Path("tree"))).encode() + code

    def build(self, folder: Path, commands: Commands) -> None:
        """Unpack, make the table of modules, fill the archive, drop the modules."""
        if os.geteuid() != 0:
            raise InstallError("root is needed to unpack the guests' files")
        commands.run(self._unpack(folder))
        modules = folder / "usr/lib/modules"
        release = next(modules.iterdir()).name
        commands.run(["chroot", folder, "/sbin/depmod", release])
        base.archive(folder, release).write(folder / "base.cpio")
        (folder / f"boot/vmlinuz-{release}").rename(folder / "vmlinuz")
        cache.remove(modules)

    def version_command(self, folder: Path) -> Command:
        """Ask QEMU."""
        return [*emulator(folder), "--version"]

    def lines(self) -> list[Line]:
        """Give one row for each package that matters."""
        noted = (self.folder / NOTED).read_text()
        return [
            Line(one.name, _version(noted, one.name), one.licence, self.folder / one.program)
            for one in (*PACKAGES, APART)
        ]

    def _unpack(self, folder: Path) -> list[str]:
        wanted = [f"{one.name}={one.version}*" for one in PACKAGES]
        return [
            *("mmdebstrap", "--variant=extract", "--mode=root", f"--hook-dir={MERGED}"),
            *('--aptopt=Acquire::Retries "3"', f"--extract-hook={UNPACK_APART}"),
            f"--extract-hook={NOTE}",
            *(f"--include={','.join([*wanted, *TOOLS])}", "bookworm", str(folder)),
        ]


def emulator(folder: Path) -> list[str]:
    """Give the words that start QEMU out of an unpacked tree, with its own libraries."""
    libraries = folder / base.LIBRARIES
    places = f"{libraries}:{libraries}/pulseaudio"
    program = folder / "usr/bin/qemu-system-x86_64"
    return [str(folder / base.LOADER), "--library-path", places, str(program)]


def _version(noted: str, package: str) -> str:
    found = re.search(rf"^{re.escape(package)}_(\S+)_\w+\.deb$", noted, re.MULTILINE)
    return found.group(1).replace("%3a", ":") if found else "unknown"
