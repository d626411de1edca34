"""The providers of hosts, by dnsmasq: DHCP for those that ask, advertised routers for IPv6.

A host is known by the hardware address of its interface, which follows from its address.
"""

import os
import signal
import subprocess
from contextlib import suppress
from ipaddress import IPv4Address
from pathlib import Path

from machines.cgroup import Cgroup
from machines.place import Place
from network.router import ON_LINK, ROUTER, Routing

GENERAL = """\
port=0
user=root
no-hosts
no-resolv
bind-dynamic
leasefile-ro
dhcp-authoritative
"""


def hardware_address(address: IPv4Address) -> str:
    """Give the hardware address of the interface that gets an address."""
    return ":".join(f"{byte:02x}" for byte in (2, 0, *address.packed))


def configuration(routing: Routing) -> str:
    """Give dnsmasq's settings: a lease of one address for each host."""
    lines = [f"dhcp-option=option:router,{ON_LINK}"]
    for bridge in sorted({bridge for _, bridge in routing.hosts}):
        lines.append(f"interface={bridge}")
    for address, bridge in routing.hosts:
        lines += [
            f"dhcp-range={address},{address},255.255.255.255,1h",
            f"shared-network={bridge},{address}",
            f"dhcp-host={hardware_address(address)},{address}",
        ]
    bridges6 = {bridge for bridge, _ in routing.networks6}
    for bridge in sorted(bridges6):
        lines += [f"interface={bridge}", f"dhcp-range=::,constructor:{bridge},ra-only"]
    if bridges6:
        lines.append("enable-ra")
    return GENERAL + "\n".join(lines) + "\n"


def start(place: Place, routing: Routing) -> None:
    """Start it in the router's namespace, in the place of one that is there; it ends with the lab.

    Leases outlive it: a host keeps what it has.
    """
    stop(place)
    file = place.folder / "dnsmasq.conf"
    file.write_text(configuration(routing))
    cgroup = Cgroup(place.full(ROUTER))
    cgroup.create()
    enter = ("ip", "netns", "exec", place.full(ROUTER))
    with (place.folder / "dnsmasq.log").open("wb") as log:
        daemon = subprocess.Popen(
            [*enter, "dnsmasq", f"--conf-file={file}", "--keep-in-foreground"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            preexec_fn=cgroup.enter,
        )
    pid_file(place).write_text(str(daemon.pid))


def stop(place: Place) -> None:
    """End the one that is there, if any."""
    if pid_file(place).exists():
        number = int(pid_file(place).read_text())
        os.kill(number, signal.SIGTERM)
        with suppress(ChildProcessError):
            os.waitpid(number, 0)
        pid_file(place).unlink()


def pid_file(place: Place) -> Path:
    """Give the file with the number of its process, which is a child of this one."""
    return place.folder / "dnsmasq.pid"
