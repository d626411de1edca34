"""Distance: the lab's router sends what it forwards through `crates/delayline`.

Round trips are a published table of one provider between its data centres, in milliseconds:
"Latency between AWS global regions", as reproduced at
https://acomputerscientistlearnsaws.blogspot.com/2017/04/aws-regions.html (2017). Northern Virginia
stands for New York, Ireland for London, Northern California for San Francisco.
"""

import json
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path

from commands.lab import Lab
from driver.errors import MachineError
from machines import host_commands
from machines.cgroup import Cgroup
from network.plan import CLIENT_ADDRESS
from network.router import ROUTER

ROUND_TRIPS = {
    "fra": {"lon": 19.6, "nyc": 88.6, "sfo": 166.6, "tyo": 236.5},
    "lon": {"nyc": 80.5, "sfo": 153.2, "tyo": 212.4},
    "nyc": {"sfo": 72.7, "tyo": 145.3},
    "sfo": {"tyo": 102.5},
}
TITLES = {"lon": "London", "nyc": "New York", "sfo": "San Francisco", "tyo": "Tokyo"}
# One way between somebody and the media server of their own place.
INSIDE = 1.0
JITTER = 0.5
# Of a thousand packets that pass.
LOST = 1
DEVICE = "delay0"
TABLE = "100"
START_LIMIT = 10.0
PERSONS = ("tyo", "tyo-2", "lon", "nyc", "sfo")


def physical(speaker: str, listener: str) -> float:
    """Give the milliseconds with a media server beside the speaker: no mode can do better."""
    return round(INSIDE + one_way(place_of(speaker), place_of(listener)), 1)


def place_of(name: str) -> str:
    """Give the place of a person, a region or a host: `tyo` of `edge-tyo-backbone`."""
    return name.removeprefix("edge-").split("-")[0]


def one_way(one: str, other: str) -> float:
    """Give the milliseconds from one place to another."""
    if one == other:
        return INSIDE
    first, second = sorted((one, other))
    return ROUND_TRIPS[first][second] / 2


def address_of(person: str) -> str:
    """Give a person's address."""
    return str(CLIENT_ADDRESS + 1 + PERSONS.index(person))


def atlas(lab: Lab) -> str:
    """Give the file that the delay line reads."""
    places: dict[str, list[str]] = {name: [] for name in [*ROUND_TRIPS, "tyo"]}
    places["fra"] += [str(one.router.network) for one in lab.plan.routing.segments if is_site(one)]
    for host in lab.hosts:
        if host.role == "edge":
            places[place_of(host.name)].append(f"{host.public_address}/32")
    for person in PERSONS:
        places[place_of(person)].append(f"{address_of(person)}/32")
    own = {"places": places, "roundTrips": ROUND_TRIPS, "inside": INSIDE, "jitter": JITTER}
    return json.dumps(own, indent=2)


def is_site(segment: object) -> bool:
    """Tell whether a segment is of the data centre in Frankfurt."""
    return getattr(segment, "name", "").split("-")[0] in ("site", "lan", "dmz")


@dataclass
class World:
    """The delay line of a lab."""

    process: subprocess.Popen[str]
    output: Path

    def lateness(self) -> dict[str, int]:
        """Give what the delay line says of itself: packets, and microseconds too late."""
        last = json.loads(self.output.read_text().splitlines()[-1])
        return {**last["late"], "overflowed": last["overflowed"]}

    def stop(self) -> None:
        """Let distance vanish."""
        self.process.terminate()
        self.process.wait()


def start(lab: Lab, program: Path) -> World:
    """Put distance between the places of a lab that is up."""
    namespace = lab.place.full(ROUTER)
    file, output = lab.place.folder / "atlas.json", lab.place.folder / "delayline.jsonl"
    file.write_text(atlas(lab))
    cgroup = Cgroup(namespace)
    cgroup.create()
    words = ["ip", "netns", "exec", namespace, str(program), "--device", DEVICE]
    with output.open("w") as said:
        process = subprocess.Popen(
            [*words, "--atlas", str(file)], stdout=said, text=True, preexec_fn=cgroup.enter
        )
    wait_for_device(namespace, process)

    def inside(*command: str, text: str | None = None) -> None:
        host_commands.run("ip", "netns", "exec", namespace, *command, text=text)

    # What comes back has the router's own address where private segments are hidden behind it.
    for setting in ("accept_local=1", "rp_filter=0"):
        inside("sysctl", "-q", "-w", f"net.ipv4.conf.{DEVICE}.{setting}")
    inside("nft", "-f", "-", text=rules())
    inside("nft", "insert", "rule", "inet", "site", "between", "iifname", DEVICE, "accept")
    inside("ip", "link", "set", DEVICE, "mtu", "1500", "txqueuelen", "5000", "up")
    inside("ip", "route", "add", "default", "dev", DEVICE, "table", TABLE)
    for segment in lab.plan.routing.segments:
        inside("ip", "rule", "add", "iif", segment.bridge, "lookup", TABLE)
    return World(process, output)


def wait_for_device(namespace: str, process: subprocess.Popen[str]) -> None:
    """Wait until the delay line has made its device."""
    end = time.monotonic() + START_LIMIT
    while host_commands.attempt("ip", "-n", namespace, "link", "show", DEVICE).returncode != 0:
        if process.poll() is not None or time.monotonic() > end:
            raise MachineError("the delay line does not start")
        time.sleep(0.05)


def rules() -> str:
    """Give the rules for what comes back: known already to the kernel's tables, and partly lost."""
    return (
        "table ip distance {\n"
        "chain again { type filter hook prerouting priority raw;\n"
        f'  iifname "{DEVICE}" notrack\n'
        "}\n"
        "chain lost { type filter hook forward priority filter;\n"
        f'  iifname "{DEVICE}" meta l4proto udp numgen random mod 1000 < {LOST} drop\n'
        "}\n}\n"
    )
