"""What every guest has: Debian's systemd, the programs that stories call, a few kernel modules.

Packages are unpacked and not installed, so what their scripts would make is made here: accounts,
links, the order of modules. Nothing of it is NixOS.
"""

import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

from emulation.archive import Archive

LIBRARIES = "usr/lib/x86_64-linux-gnu"
LOADER = f"{LIBRARIES}/ld-linux-x86-64.so.2"
PROGRAMS = ("usr/bin", "usr/sbin")
LEFT_OUT = ("qemu-", "dpkg", "debconf", "deb-", "chrony")
SYSTEM = (
    *("usr/lib/systemd", "usr/lib/udev/rules.d", "usr/lib/tmpfiles.d", "usr/lib/modprobe.d"),
    *("etc/mke2fs.conf", "etc/os-release", "usr/lib/os-release", "usr/lib/openssh"),
)
# Loaded at run time, so no list of needed libraries names it: threads of Argon2 end through it.
HIDDEN = (f"{LIBRARIES}/libgcc_s.so.1",)
MODULES = (
    *("virtio_pci", "virtio_blk", "virtio_net", "virtio_console", "virtio_rng"),
    *("dm_mod", "dm_crypt", "ext4", "vfat", "nls_cp437", "nls_ascii", "nls_iso8859_1"),
    *("xts", "ecb", "cbc", "aesni_intel", "sha256_generic", "sha512_generic", "crc32c_generic"),
    *("algif_skcipher", "algif_hash", "af_alg", "cryptd"),
    *("wireguard", "veth", "sch_netem"),
)
# Not by udev, because no device asks for them.
LOADED = ("virtio_console", "dm_mod", "dm_crypt", "ext4", "vfat")
LINKS = {
    **{name: f"usr/{name}" for name in ("bin", "sbin", "lib", "lib64")},
    "init": "usr/lib/systemd/systemd",
    "usr/lib64/ld-linux-x86-64.so.2": "../lib/x86_64-linux-gnu/ld-linux-x86-64.so.2",
    "usr/bin/sh": "bash",
    "usr/bin/nc": "nc.openbsd",
    "usr/bin/awk": "mawk",
    "var/run": "../run",
    "etc/systemd/system/default.target": "/usr/lib/systemd/system/multi-user.target",
    "etc/mtab": "../proc/self/mounts",
}
# Nobody logs in at a console, and what is not mounted or started saves seconds of emulation.
MASKED = (
    *("getty.target", "getty-static.service", "systemd-update-utmp.service"),
    *("systemd-update-utmp-runlevel.service", "dev-hugepages.mount", "dev-mqueue.mount"),
    *("sys-kernel-debug.mount", "sys-kernel-tracing.mount", "sys-kernel-config.mount"),
    *("sys-fs-fuse-connections.mount", "proc-sys-fs-binfmt_misc.automount"),
    *("modprobe@configfs.service", "modprobe@fuse.service", "modprobe@loop.service"),
)
FOLDERS = (
    *("dev", "proc", "sys", "run", "mnt", "root", "sysroot", "var/lib", "var/log", "var/empty"),
    *("etc/systemd/system", "usr/share", "usr/lib/modules", "usr/lib64"),
)
GROUPS = (
    *("root:x:0:", "tty:x:5:", "disk:x:6:", "lp:x:7:", "kmem:x:15:", "dialout:x:20:"),
    *("cdrom:x:24:", "tape:x:26:", "audio:x:29:", "utmp:x:43:", "video:x:44:", "sgx:x:101:"),
    *("input:x:102:", "kvm:x:103:", "render:x:104:", "systemd-journal:x:105:"),
    *("systemd-network:x:998:", "systemd-timesync:x:997:", "sshd:x:65534:"),
)
USERS = (
    "root:x:0:0::/root:/bin/bash",
    "systemd-network:x:998:998::/:/usr/sbin/nologin",
    "systemd-timesync:x:997:997::/:/usr/sbin/nologin",
    "sshd:x:100:65534::/run/sshd:/usr/sbin/nologin",
)


def archive(tree: Path, release: str) -> Archive:
    """Give the archive that all guests start with; `tree` holds the unpacked packages."""
    made = Archive()
    for path in FOLDERS:
        made.folder(path)
    made.folder("tmp", 0o1777)
    for unit in MASKED:
        made.link(f"etc/systemd/system/{unit}", "/dev/null")
    for path, target in LINKS.items():
        made.link(path, target)
    for path in SYSTEM:
        made.tree(tree / path, path)
    programs = list(_programs(tree))
    for path in [*programs, *needed(tree, programs)]:
        made.tree(tree / path, path)
    _add_modules(made, tree, release)
    _add_accounts(made)
    return made


def _programs(tree: Path) -> Iterable[str]:
    for folder in PROGRAMS:
        for path in sorted((tree / folder).iterdir()):
            if not path.name.startswith(LEFT_OUT) and path.name not in ("sh", "nc", "awk"):
                yield f"{folder}/{path.name}"


def needed(tree: Path, programs: Iterable[str]) -> list[str]:
    """Give the libraries of programs, with those that a library of theirs is a link to."""
    found = {*HIDDEN, LOADER}
    places = [LIBRARIES, f"{LIBRARIES}/systemd"]
    systemd = (tree / "usr/lib/systemd").glob("systemd*")
    binaries = [path for path in [*(tree / one for one in programs), *systemd] if _is_elf(path)]
    for path in binaries:
        words = [str(tree / LOADER), "--library-path", ":".join(str(tree / p) for p in places)]
        done = subprocess.run(
            [*words, "--list", str(path)], capture_output=True, text=True, check=False
        )
        found |= set(re.findall(rf"{re.escape(str(tree))}/(\S+)", done.stdout))
    targets = {str((tree / path).resolve().relative_to(tree.resolve())) for path in found}
    return sorted(found | targets)


def _is_elf(path: Path) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    with path.open("rb") as file:
        return file.read(4) == b"\x7fELF"


def _add_modules(made: Archive, tree: Path, release: str) -> None:
    """Add kernel modules and what they depend on, with the tables that modprobe reads."""
    top = f"usr/lib/modules/{release}"
    lines = (tree / top / "modules.dep").read_text().splitlines()
    needs = {one: more.split() for one, _, more in (line.partition(":") for line in lines)}
    by_name = {Path(path).name.partition(".")[0].replace("-", "_"): path for path in needs}
    chosen: set[str] = set()
    for name in MODULES:
        path = by_name.get(name)
        chosen |= {path, *needs[path]} if path else set()
    for path in sorted(chosen):
        made.tree(tree / top / path, f"{top}/{path}")
    for table in sorted((tree / top).glob("modules.*")):
        made.tree(table, f"{top}/{table.name}")
    made.file("etc/modules-load.d/lab.conf", "".join(f"{name}\n" for name in LOADED))


def _add_accounts(made: Archive) -> None:
    made.file("etc/passwd", "".join(f"{line}\n" for line in USERS))
    made.file("etc/shadow", "root:*:::::::\n", 0o600)
    made.file("etc/group", "".join(f"{line}\n" for line in GROUPS))
    made.file("etc/nsswitch.conf", "passwd: files\ngroup: files\nhosts: files\n")
    made.file("etc/hosts", "127.0.0.1 localhost\n::1 localhost\n")
    made.file("etc/shells", "/bin/sh\n/bin/bash\n")
    # Without it systemd takes every boot for the first one and asks for a root password.
    made.file("etc/machine-id", "a" * 32 + "\n")
