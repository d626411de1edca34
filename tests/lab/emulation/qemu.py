"""The command line of QEMU for one guest, and whether it can run here at all."""

import platform
import subprocess
from dataclasses import dataclass
from pathlib import Path

from emulation import base
from parts import cache
from parts.emulation import emulator

# Proxmox gives the first network device this slot, hence the name ens18.
SLOT = 0x12
SHELL = "shell"


@dataclass(frozen=True)
class Link:
    """A cable between two guests: datagrams between two sockets in the file system."""

    own: Path
    other: Path
    mac: str


@dataclass(frozen=True)
class Board:
    """The hardware of one guest."""

    name: str
    memory: int
    disks: tuple[Path, ...] = ()
    link: Link | None = None
    kernel_words: tuple[str, ...] = ()
    # What its battery-backed clock says when it is switched on, in UTC; by default the right time.
    clock: str = "utc"


def folder() -> Path:
    """Give where QEMU and its guests' files are installed."""
    return cache.root() / "emulation"


def refusal() -> str | None:
    """Say in one line why no guest can run here, if so."""
    if platform.machine() != "x86_64":
        return f"the emulated machines are x86_64, this machine is {platform.machine()}"
    asked = [*emulator(folder()), "--version"]
    try:
        done = subprocess.run(asked, capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired) as error:
        return f"QEMU does not run here: {error}"
    return None if done.returncode == 0 else f"QEMU does not run here: {done.stderr.strip()}"


def environment() -> dict[str, str]:
    """Give the environment: where QEMU's loadable parts are."""
    return {"QEMU_MODULE_DIR": str(folder() / base.LIBRARIES / "qemu")}


def command(board: Board, place: Path) -> list[str]:
    """Give the words that start a guest whose files are in a place."""
    top = folder()
    words = emulator(top)
    for firmware in ("usr/share/seabios", "usr/share/qemu"):
        words += ["-L", str(top / firmware)]
    words += ["-name", board.name, "-nodefaults", "-no-user-config", "-display", "none"]
    words += ["-accel", "tcg,thread=multi", "-cpu", "max", "-smp", "2", "-m", str(board.memory)]
    words += ["-kernel", str(top / "vmlinuz"), "-initrd", str(place / "initrd")]
    words += ["-append", " ".join(("console=ttyS0", "panic=-1", "quiet", *board.kernel_words))]
    words += ["-rtc", f"base={board.clock}"]
    words += ["-no-reboot", "-serial", f"file:{place / 'console.log'}"]
    words += ["-object", "rng-random,id=rng,filename=/dev/urandom"]
    words += ["-device", "virtio-rng-pci,rng=rng"]
    words += ["-device", "virtio-serial-pci", *_shell(place)]
    for number, disk in enumerate(board.disks):
        words += _disk(f"disk{number}", disk)
    return words + (_network(board.link) if board.link else [])


def _shell(place: Path) -> list[str]:
    socket = f"socket,id={SHELL},path={place / SHELL},server=on,wait=off"
    return ["-chardev", socket, "-device", f"virtserialport,chardev={SHELL},name={SHELL}"]


def _disk(name: str, image: Path) -> list[str]:
    drive = f"if=none,id={name},file={image},format=raw,cache=writeback"
    return ["-drive", drive, "-device", f"virtio-blk-pci,drive={name}"]


def _network(link: Link) -> list[str]:
    sockets = f"local.type=unix,local.path={link.own},remote.type=unix,remote.path={link.other}"
    device = f"virtio-net-pci,netdev=cable,addr={SLOT:#x},mac={link.mac},romfile="
    return ["-netdev", f"dgram,id=cable,{sockets}", "-device", device]
