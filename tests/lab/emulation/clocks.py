"""Machines of the story `clocks-are-set-right`: one tells the time, an edge has a flat battery.

Not shown: NixOS' own timesyncd; Debian's has the settings that NixOS would write into its file.
"""

import secrets
from pathlib import Path

from driver.errors import MachineError
from driver.logger import Logger
from emulation import base, files, qemu
from emulation.archive import Archive
from emulation.guest import Guest
from emulation.qemu import Board, Link
from fleet import rendered
from fleet.rendered import Host
from machines.place import Place
from parts import cache
from units import livekit
from units.layer import Layer
from units.service import PROGRAMS

NAMES = ("time", "edge")
MAC = {"time": "02:00:00:00:00:01", "edge": "02:00:00:00:00:02"}
PREFIX = 24
# What a clock says whose battery is flat.
FLAT = "2000-01-01"
DAEMON = "systemd-timesyncd.service"
CHRONY = "usr/sbin/chronyd"
LIVEKIT = cache.root() / "livekit" / "livekit-server"
CHRONY_SETTINGS = """\
local stratum 10
allow all
cmdport 0
bindcmdaddress /
pidfile /run/chronyd.pid
"""
# The script starts it.
CHRONYD = f"""\
[Unit]
Description=Tells the time
[Service]
Type=forking
PIDFile=/run/chronyd.pid
ExecStart=/{CHRONY} -u root -f /etc/chrony.conf
"""


def make(
    place: Place, fleet: Path, rampart: Path, is_example: bool, logger: Logger
) -> tuple[list[Guest], str]:
    """Make the two guests."""
    del rampart, is_example
    for part, program in (("emulation", qemu.folder() / CHRONY), ("livekit", LIVEKIT)):
        if not program.exists():
            raise MachineError(f"not installed: {part} with {program.name}; run tests/lab/install")
    folder = place.folder
    host = _alone(rendered.read(fleet))
    guests = [
        Guest(Board("time", 384, link=_cable(folder, *NAMES)), _time(host), place, logger),
        Guest(
            Board("edge", 640, link=_cable(folder, *reversed(NAMES)), clock=FLAT),
            _edge(host, folder / "edge-files"),
            place,
            logger,
        ),
    ]
    return guests, f"the edge is {host.name}; time daemon: Debian's, with the rendered settings"


def _alone(hosts: list[Host]) -> Host:
    """Give an edge that needs no Redis, as the nodes of a cluster do."""
    for host in hosts:
        if host.role == "edge" and "redis-password" not in host.credentials("livekit"):
            return host
    raise MachineError("every edge of this fleet is the node of a cluster")


def _cable(folder: Path, own: str, other: str) -> Link:
    return Link(folder / f"{own}.link", folder / f"{other}.link", MAC[own])


def _time(edge: Host) -> Archive:
    made = Archive()
    files.add_name(made, "time")
    files.add_shell(made)
    public = edge.interfaces()[0]
    files.add_address(made, public.name, f"{_time_address(edge)}/{PREFIX}")
    tree = qemu.folder()
    for path in [CHRONY, *base.needed(tree, [CHRONY])]:
        made.tree(tree / path, path)
    made.file("etc/chrony.conf", CHRONY_SETTINGS)
    made.file(f"{files.UNITS}/chronyd.service", CHRONYD)
    return made


def _time_address(edge: Host) -> str:
    return str(edge.interfaces()[0].address.ip + 1)


def _edge(host: Host, folder: Path) -> Archive:
    made = Archive()
    files.add_name(made, "edge")
    files.add_shell(made)
    public = host.interfaces()[0]
    files.add_address(made, public.name, f"{public.address.ip}/{PREFIX}")
    servers = host.services["timesyncd"]["servers"]
    known = f"{_time_address(host)} {' '.join(servers)}\n"
    made.file("etc/hosts", f"127.0.0.1 localhost\n::1 localhost\n{known}")
    made.file("etc/rampart/host.json", host.text)
    made.file("etc/systemd/timesyncd.conf", f"[Time]\nNTP={' '.join(servers)}\n")
    files.want(made, DAEMON, f"/usr/lib/systemd/system/{DAEMON}", "", "sysinit.target")
    key = host.data["units"]["livekit"]["credentials"]["keys"]
    files.add_secrets(made, {key: f"{host.name}: {secrets.token_hex(32)}\n".encode()})
    # As in the lab's containers.
    layer = Layer(folder, folder)
    livekit.add(layer, host)
    for path in sorted(folder.iterdir()):
        made.tree(path, path.name)
    made.tree(LIVEKIT, f"{PROGRAMS}/{LIVEKIT.name}".lstrip("/"))
    return made
