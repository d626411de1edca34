"""The machine that makes a host's disks, and the system that it leaves on them.

The system is the same Debian as the installer's own, so what is shown of it are the disks: what
opens them when, and what lies on them.
"""

from pathlib import Path

from emulation import files
from emulation.archive import Archive
from emulation.layout import Layout
from fleet.rendered import Host

SYSTEM = "etc/lab-system/"
SWAP = "/var/lib/swap"

INSTALL = f"""\
#!/bin/sh
# The installer's own system becomes the host's, with the host's files on top.
set -eu
cd /
cp -a bin sbin lib lib64 usr etc /mnt/
mkdir -p /mnt/dev /mnt/proc /mnt/sys /mnt/run /mnt/tmp /mnt/root /mnt/var/log/journal /mnt/var/empty
ln -s ../run /mnt/var/run
rm -r /mnt/etc/lab-*
cp -a /{SYSTEM}. /mnt/
"""
# NixOS fills the file with dd; the result is the same, but for the minutes that emulation takes.
MAKE_SWAP = f"""\
[Unit]
Description=Swap inside the encrypted root
DefaultDependencies=no
After=local-fs.target
Before=swap.target
ConditionPathExists=!{SWAP}
[Service]
Type=oneshot
ExecStart=/bin/sh -c 'umask 077; fallocate -l {{size}}G {SWAP}; mkswap {SWAP}'
"""
SWAP_ORDER = "[Unit]\nAfter=mkswap.service\n"
# Stands in for the homeserver, which needs its files.
HOMESERVER = """\
[Unit]
Description=Stand-in for the homeserver
RequiresMountsFor=/var/lib/tuwunel
[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/bin/test -d /var/lib/tuwunel/lost+found
"""


def installer(host: Host, found: Layout, secrets: Path) -> Archive:
    """Give the installer, with what it leaves on the disks."""
    made = Archive()
    files.add_name(made, "installer")
    files.add_shell(made)
    wanted = [name for name in host.data["secrets"] if name.startswith("luks-")]
    files.add_secrets(made, {name: (secrets / name).read_bytes() for name in wanted})
    made.file("usr/local/bin/make-disks", f"#!/bin/bash\n{found.make}\n", 0o755)
    made.file("usr/local/bin/install-system", INSTALL, 0o755)
    _add_system(made, host, found)
    return made


def _add_system(made: Archive, host: Host, found: Layout) -> None:
    """Add what only the host has."""
    files.add_name(made, host.name, SYSTEM)
    files.add_shell(made, SYSTEM)
    made.file(f"{SYSTEM}etc/crypttab", found.crypttab)
    made.file(f"{SYSTEM}etc/fstab", f"{found.fstab}{SWAP} none swap defaults 0 0\n")
    made.file(f"{SYSTEM}etc/tmpfiles.d/secrets.conf", f"d {files.SECRETS} 0711 root root\n")
    size = host.options("disk")["swapSize"]
    files.add_unit(made, "mkswap.service", MAKE_SWAP.format(size=size), SYSTEM, "swap.target")
    made.file(f"{SYSTEM}{files.UNITS}/var-lib-swap.swap.d/made.conf", SWAP_ORDER)
    made.file(f"{SYSTEM}{files.UNITS}/tuwunel.service", HOMESERVER)
    files.add_unit(made, "rampart-guest-media.path", found.trigger, SYSTEM, "paths.target")
