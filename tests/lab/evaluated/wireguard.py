"""The tunnel of systemd-networkd's own file, by wireguard-go: `run FILE`, inside a machine.

`reload FILE` gives the peers anew, as networkd does when it starts and the interface is there
already (systemd, src/network/netdev/wireguard.c: WGDEVICE_F_REPLACE_PEERS): no session outlives it.

systemd.netdev(5): sections [NetDev], [WireGuard] and one [WireGuardPeer] for each peer. The address
and the routes are networkd's, which finds the interface by its name.
"""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

LIMIT = 20.0
STEP = 0.05
PEER_WORDS = ("PublicKey", "AllowedIPs", "Endpoint", "PersistentKeepalive")

Section = dict[str, list[str]]


def sections(text: str) -> Iterator[tuple[str, Section]]:
    """Give each section's name and its values by key; a key can have several."""
    name, found = "", Section()
    for line in text.splitlines():
        if line.startswith("["):
            yield name, found
            name, found = line.strip("[]"), Section()
        elif "=" in line:
            key, _, value = line.partition("=")
            found.setdefault(key, []).append(value)
    yield name, found


def peers(text: str) -> str:
    """Give the peers in wg's own words."""
    blocks = []
    for name, values in sections(text):
        if name == "WireGuardPeer":
            lines = [f"{key} = {', '.join(values[key])}" for key in PEER_WORDS if key in values]
            blocks.append("\n".join(["[Peer]", *lines]) + "\n")
    return "\n".join(blocks)


def reload(file: str) -> int:
    """Take all peers away, and give those of the file."""
    text = Path(file).read_text()
    interface = dict(sections(text))["NetDev"]["Name"][0]
    show = ["wg", "show", interface, "peers"]
    known = subprocess.run(show, check=True, capture_output=True, text=True).stdout.split()
    for key in known:
        subprocess.run(["wg", "set", interface, "peer", key, "remove"], check=True)
    add_peers(interface, text)
    return 0


def add_peers(interface: str, text: str) -> None:
    """Give an interface the peers of a file."""
    words = ["wg", "addconf", interface, "/dev/stdin"]
    subprocess.run(words, input=peers(text).encode(), check=True)


def run(file: str) -> int:
    """Start the daemon, give it key and peers, and stay until it ends."""
    text = Path(file).read_text()
    known = dict(sections(text))
    interface = known["NetDev"]["Name"][0]
    own = known["WireGuard"]
    key = own["PrivateKeyFile"][0]
    Path(key).read_bytes()
    daemon = subprocess.Popen(["wireguard-go", "--foreground", interface])
    deadline = time.monotonic() + LIMIT
    while not Path(f"/run/wireguard/{interface}.sock").exists():
        if daemon.poll() is not None or time.monotonic() > deadline:
            return 1
        time.sleep(STEP)
    words = ["set", interface, "listen-port", own["ListenPort"][0], "private-key", key]
    subprocess.run(["wg", *words], check=True)
    add_peers(interface, text)
    mtu = known["NetDev"]["MTUBytes"][0]
    subprocess.run(["ip", "link", "set", interface, "mtu", mtu, "up"], check=True)
    return daemon.wait()


if __name__ == "__main__":
    sys.exit({"run": run, "reload": reload}[sys.argv[1]](sys.argv[2]))
