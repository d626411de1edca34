# What lies on a host's disks, swap included, is not to be read without the passphrases.
#
# The installer makes the disks of a DMZ host and plants text; the host boots, and an operator
# unlocks it by SSH in stage 1; then the plug is pulled, and the raw images are searched. A control
# disk without encryption, on which the same text lies, shows that the search finds it.
import base64
import json
import os
import secrets
from pathlib import Path
from typing import Any

MIB = 1024**2
# The boot partition and the swap file take 1 GiB each; most of an image are holes.
SIZES = {"vda": 2900 * MIB, "vdb": 512 * MIB, "vdc": 512 * MIB}
SEALED = ["vda", "vdb"]
CONTROL = "vdc"
VOLUMES = {"system": "vda", "guest-media": "vdb"}
CHUNK = 16 * MIB
SWAPPED = 8 * MIB
TRIES = 20
# Where the installer mounts, and what lies there on the running host.
AT = {"system": "/mnt/var/lib/planted", "guest-media": "/mnt/var/lib/tuwunel/planted"}

images: dict[str, Path] = {disk: installer.shared_dir / f"{disk}.raw" for disk in SIZES}
planted = {name: f"planted-{name}-{secrets.token_hex(8)}" for name in [*AT, "journal", "swap"]}


def forms(text: str) -> list[bytes]:
    """Give a text as it may lie on a disk; in base64 it has three forms, by where it begins."""
    raw = text.encode()
    shifted = [base64.b64encode(b"\0" * shift + raw + b"\0" * 3) for shift in range(3)]
    whole = [form[4:-8] for form in shifted]
    return [raw, text.encode("utf-16-le"), text.encode("utf-16-be"), raw.hex().encode(), *whole]


def found_in(image: Path, needles: dict[str, str]) -> list[str]:
    """Give the names of texts that lie on a disk in any form."""
    wanted = {name: forms(text) for name, text in needles.items()}
    overlap = max(len(form) for some in wanted.values() for form in some)
    found: set[str] = set()
    with image.open("rb") as file:
        for start in data_of(file.fileno()):
            piece = os.pread(file.fileno(), CHUNK + overlap, start)
            found |= {name for name, some in wanted.items() if any(form in piece for form in some)}
    return sorted(found)


def data_of(file: int) -> Any:
    """Give the beginnings of pieces of a file, without its holes."""
    end = os.fstat(file).st_size
    start = 0
    while start < end:
        try:
            data = os.lseek(file, start, os.SEEK_DATA)
        except OSError:
            return
        start = max(start, data // CHUNK * CHUNK)
        yield start
        start += CHUNK


def plant_in_swap(machine: Any, text: str) -> None:
    """Fill some memory with a text and let the kernel page it out."""
    unit = f"planted-{secrets.token_hex(4)}"
    fill = f"yes {text} | head -c {SWAPPED} > /dev/shm/{unit}; exec sleep infinity"
    machine.succeed(f"systemd-run --unit={unit} bash -c '{fill}'")
    machine.wait_until_succeeds(f"test $(stat -c %s /dev/shm/{unit}) = {SWAPPED}")
    group = f"/sys/fs/cgroup/system.slice/{unit}.service"
    swapped = 0
    for _ in range(TRIES):
        # The kernel says no when it got less than it was asked for; what counts is what it did.
        machine.execute(f"echo {SWAPPED} > {group}/memory.reclaim")
        swapped = int(machine.succeed(f"cat {group}/memory.swap.current"))
        if swapped > SWAPPED // 2:
            return
    raise AssertionError(f"only {swapped} bytes of {SWAPPED} were paged out")


for disk, size in SIZES.items():
    with images[disk].open("wb") as file:
        file.truncate(size)

installer.start()
operator.start()
installer.wait_for_unit("multi-user.target")
passphrases = {
    f"passphrase of {volume}": installer.succeed(f"cat /run/rampart-secrets/luks-{volume}")
    for volume in VOLUMES
}

with subtest("the disks are made as the host's configuration says"):
    installer.succeed("make-disks")
    for volume in VOLUMES:
        installer.succeed(f"findmnt --source /dev/mapper/{volume}")

with subtest("every partition but the boot partition is LUKS2 with Argon2id"):
    listing = installer.succeed("lsblk --noheadings --raw --nodeps --output NAME /dev/vd[ab]?")
    kinds = {
        name: installer.succeed(f"blkid -p -s TYPE -o value /dev/{name}").strip()
        for name in listing.split()
    }
    assert sorted(kinds.values()) == ["crypto_LUKS", "crypto_LUKS", "vfat"], kinds
    for volume, disk in VOLUMES.items():
        device = f"/dev/disk/by-partlabel/disk-{volume}-luks"
        header = json.loads(installer.succeed(f"cryptsetup luksDump --dump-json-metadata {device}"))
        (slot,) = header["keyslots"].values()
        (segment,) = header["segments"].values()
        kdf = slot["kdf"]
        log.info(f"{volume}: {segment['encryption']}, {slot['key_size'] * 8} bit, {kdf}")
        assert slot["type"] == "luks2", slot
        assert kdf["type"] == "argon2id", kdf
        assert segment["encryption"] == "aes-xts-plain64", segment
        assert slot["key_size"] == 64, slot
        node = installer.succeed(f"basename $(realpath {device})").strip()
        sector = int(installer.succeed(f"cat /sys/class/block/{node}/start"))
        with images[disk].open("rb") as raw:
            raw.seek(sector * 512)
            start = raw.read(8)
        assert start == b"LUKS\xba\xbe\x00\x02", f"{volume} begins with {start!r}"

with subtest("texts are planted on every volume"):
    for volume, path in AT.items():
        text = planted[volume]
        installer.succeed(f"mkdir -p {path} && echo {text} > {path}/{text}")
    installer.succeed("install-system")

with subtest("the same texts lie on a control disk in clear, in its swap too"):
    installer.succeed(
        f"mkfs.ext4 -q /dev/{CONTROL}",
        f"mkdir /control && mount /dev/{CONTROL} /control",
        "(umask 077; fallocate -l 64M /control/swap && mkswap /control/swap)",
        "swapon /control/swap",
    )
    texts = [*passphrases.values(), *(planted[name] for name in ["journal", *AT])]
    installer.succeed("\n".join(["cat > /control/texts <<'END'", *texts, "END"]))
    plant_in_swap(installer, planted["swap"])
    installer.succeed("sync")
    installer.crash()

rendered = json.loads(operator.succeed("cat /etc/rampart/host.json"))
address = rendered["facts"]["publicAddress"]
port = rendered["options"]["disk"]["unlockPort"]
unlock = f"unlock {address} {port} /root/.ssh/operator"


def answer(passphrase: str) -> None:
    """Give an answer until it is heard: whoever logs in while nothing is asked is sent away."""
    operator.wait_until_succeeds(f"{unlock} <<'END'\n{passphrase}\nEND", timeout=180)


ssh = f"ssh -o BatchMode=yes -o IdentitiesOnly=yes -p {port}"

with subtest("the host waits in stage 1, and listens on nothing but the port for unlocking"):
    host.start()
    # Its greeting, not the port alone: under load `nc -z` was seen to succeed before it was up.
    operator.wait_until_succeeds(f"nc -N -w 5 {address} {port} < /dev/null | grep SSH-")
    for other in [22, 80, 443]:
        operator.fail(f"nc -z -w 2 {address} {other}")

with subtest("a stranger's key is refused, and a login gets the prompt but no shell"):
    refused = operator.fail(f"{ssh} -i /root/.ssh/stranger root@{address} true 2>&1")
    assert "Permission denied" in refused, refused
    operator.fail(f"{ssh} -i /root/.ssh/operator root@{address} 'cat /etc/passwd'")

with subtest("a wrong passphrase opens nothing"):
    answer("wrong")
    # The next prompt is the proof: whoever gets it stands before a locked disk.
    answer("wrong again")
    operator.succeed(f"nc -z -w 5 {address} {port}")

with subtest("the passphrase of the root, by SSH, lets the host boot"):
    answer(passphrases["passphrase of system"])
    host.wait_for_unit("multi-user.target")
    operator.fail(f"nc -z -w 2 {address} {port}")
    source = host.succeed("findmnt --noheadings --output SOURCE /").strip()
    assert source == "/dev/mapper/system", source
    text = planted["system"]
    t.assertEqual(host.succeed(f"cat /var/lib/planted/{text}").strip(), text)

with subtest("guest media opens when its key is there, and not before"):
    host.fail("test -e /dev/mapper/guest-media")
    key = "/run/rampart-secrets/luks-guest-media"
    value = passphrases["passphrase of guest-media"]
    host.succeed(f"umask 077\nprintf %s '{value}' > {key}.new && mv {key}.new {key}")
    host.wait_until_succeeds("findmnt --source /dev/mapper/guest-media", timeout=120)
    text = planted["guest-media"]
    t.assertEqual(host.succeed(f"cat /var/lib/tuwunel/planted/{text}").strip(), text)

with subtest("the host pages out, and writes a journal"):
    host.wait_until_succeeds("grep /var/lib/swap /proc/swaps", timeout=180)
    t.assertEqual(
        host.succeed("findmnt --noheadings --output SOURCE --target /var/lib/swap").strip(),
        "/dev/mapper/system",
    )
    plant_in_swap(host, planted["swap"])
    host.succeed(f"systemd-cat echo {planted['journal']}")
    host.succeed("journalctl --flush && journalctl --sync")
    host.succeed(f"journalctl --no-pager --grep={planted['journal']}")
    host.succeed("sync")
    host.crash()

with subtest("nothing of it lies on the raw disks, in any form"):
    for disk in SEALED:
        seen = found_in(images[disk], {**planted, **passphrases})
        assert seen == [], f"{disk} shows {seen}"

with subtest("control: the same search finds all of it on the disk in clear"):
    seen = found_in(images[CONTROL], {**planted, **passphrases})
    assert seen == sorted([*planted, *passphrases]), f"the search found only {seen}"
