"""How a host's disks are made: disko's own script where Nix can be asked, else the lab's reading.

The reading follows `modules/parts/disk.nix`; the script of disko is what an installation runs.
"""

import json
import shutil
from dataclasses import dataclass
from typing import Any

from evaluated import inputs
from fleet.rendered import Host

LUKS = "/dev/disk/by-partlabel"
EVALUATED = "layout: disko's own script, as NixOS evaluates it"
READ = "layout: the lab's reading of the host's file, because no nixpkgs is there"
# One call: each costs the evaluation of the host anew.
ASKED = """\
c: {
  make = c.disko.devices._create + c.disko.devices._mount;
  crypttab = c.environment.etc.crypttab.text;
  trigger = c.systemd.units."rampart-guest-media.path".text;
  fileSystems = builtins.mapAttrs (_: f: { inherit (f) device fsType options; }) c.fileSystems;
}"""


@dataclass(frozen=True)
class Layout:
    """What is known of a host's disks."""

    source: str
    # Makes partitions and volumes and mounts them below /mnt; for bash.
    make: str
    crypttab: str
    fstab: str
    trigger: str


def of(host: Host, is_example: bool) -> Layout:
    """Give the layout of a host with guest media."""
    can_ask = is_example and shutil.which("nix") and inputs.overrides()
    return evaluated(ask(host.name)) if can_ask else read(host)


def ask(name: str) -> dict[str, Any]:
    """Ask Nix about a host of the example fleet."""
    attribute = f"{inputs.flake()}#nixosConfigurations.{name}.config"
    words = ("eval", *inputs.overrides(), "--json", attribute, "--apply", ASKED)
    said: dict[str, Any] = json.loads(inputs.nix(*words))
    return said


def evaluated(said: dict[str, Any]) -> Layout:
    """Take what Nix says."""
    lines = [
        f"{one['device']} {point} {one['fsType']} {','.join(_stage2(one['options']))} 0 0\n"
        for point, one in said["fileSystems"].items()
        if point != "/"
    ]
    return Layout(EVALUATED, said["make"], said["crypttab"], "".join(lines), said["trigger"])


def _stage2(options: list[str]) -> list[str]:
    return [one for one in options if not one.startswith("x-initrd.")] or ["defaults"]


def read(host: Host) -> Layout:
    """Read the host's file as the NixOS module does."""
    disk = host.options("disk")
    key = host.data["secrets"]["luks-guest-media"]["path"]
    media = f"{LUKS}/disk-guest-media-luks"
    options = "noatime,nofail,nodev,nosuid,noexec"
    return Layout(
        READ,
        _make(host, disk),
        f"guest-media {media} {key} luks,nofail,headless=true\n",
        f"{LUKS}/disk-system-ESP /boot vfat umask=0077 0 0\n"
        f"/dev/mapper/guest-media /var/lib/tuwunel ext4 {options} 0 0\n",
        f"[Unit]\nDescription=Key of the guest media appears\n"
        f"[Path]\nPathChanged={key}\nUnit=tuwunel.service\n[Install]\nWantedBy=paths.target\n",
    )


def _make(host: Host, disk: dict[str, Any]) -> str:
    system, media = disk["device"], disk["guestMediaDevice"]
    secrets = host.data["secrets"]
    # Without the final newline, as disko's passwordFile.
    passphrase = f'<(printf %s "$(cat {secrets["luks-system"]["path"]})")'
    return "\n".join(
        [
            "set -eu",
            f"sgdisk --clear --new=1:0:+1G --typecode=1:EF00 {system}",
            f"sgdisk --new=2:0:-0 --change-name=1:disk-system-ESP {system}",
            f"sgdisk --change-name=2:disk-system-luks {system}",
            f"sgdisk --clear --new=1:0:-0 --change-name=1:disk-guest-media-luks {media}",
            f"partprobe {system} {media}",
            "udevadm trigger --subsystem-match=block",
            "udevadm settle --timeout 120",
            f"mkfs.vfat {LUKS}/disk-system-ESP",
            *_volume("system", passphrase),
            *_volume("guest-media", secrets["luks-guest-media"]["path"]),
            "mount -o noatime /dev/mapper/system /mnt",
            f"mount -o umask=0077,X-mount.mkdir {LUKS}/disk-system-ESP /mnt/boot",
            "mount -o X-mount.mkdir /dev/mapper/guest-media /mnt/var/lib/tuwunel",
        ]
    )


def _volume(name: str, key: str) -> list[str]:
    device = f"{LUKS}/disk-{name}-luks"
    return [
        f"cryptsetup -q luksFormat {device} --type luks2 --key-file {key}",
        f"cryptsetup open {device} {name} --key-file {key} --persistent",
        f"mkfs.ext4 -q /dev/mapper/{name}",
    ]
