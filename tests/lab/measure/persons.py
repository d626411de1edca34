"""People in their places: each in a network namespace of the machine `client`."""

import json
import secrets
import shlex
from collections.abc import Sequence
from typing import Any

from commands.lab import Lab
from commands.up import account_on
from machines import host_commands
from machines.container import Container
from measure import world
from network.plan import CLIENT, CLIENT_ADDRESS
from network.router import ROUTER

NEAR = "169.254.1.1"
CONNECT = """
import socket, time
def connect():
    start = time.monotonic()
    socket.create_connection(("HOST", 443), 5).close()
    return (time.monotonic() - start) * 1000
print(min(connect() for _ in range(5)))
"""


class Persons:
    """All of them, and an account of the homeserver, which every focus asks for."""

    def __init__(self, lab: Lab) -> None:
        """Give everybody a namespace, an address and a view of the names."""
        self.lab = lab
        self.client: Container = lab.container(CLIENT)
        self.edges = {host.name: host for host in lab.hosts if host.role == "edge"}
        self.client.succeed("sysctl -q -w net.ipv4.ip_forward=1")
        for number, person in enumerate(world.PERSONS):
            self._settle(number, person)
        self.user, self.password, self.api = account_on(lab, "ann", secrets.token_hex(12))
        self.token = log_in(self.client, self.api, "ann", self.password)
        # Good for an hour (Matrix spec, OpenID).
        where = f"{self.api}/_matrix/client/v3/user/{self.user}/openid/request_token"
        self.proof = post(self.client, where, {}, self.token)

    def _settle(self, number: int, person: str) -> None:
        own, cable = world.address_of(person), f"to-{number}"
        near = f"edge-{world.place_of(person)}-backbone"
        relay = self.edges[near].services["coturn"]["settings"]["realm"]
        hosts = f"/etc/netns/{person}/hosts"
        address = self.edges[near].public_address
        self.client.succeed(
            f"ip netns add {person}",
            f"ip link add {cable} type veth peer name ens18 netns {person}",
            f"ip address add {NEAR}/32 dev {cable}",
            f"ip link set {cable} up",
            f"ip -n {person} link set lo up",
            f"ip -n {person} address add {own}/32 dev ens18",
            f"ip -n {person} link set ens18 up",
            f"ip -n {person} route add default via {NEAR} dev ens18 onlink",
            f"ip route add {own}/32 dev {cable}",
            f"mkdir -p /etc/netns/{person}",
            f"grep -v {relay} /etc/hosts > {hosts}; echo {address} {relay} >> {hosts}",
        )
        router = self.lab.place.full(ROUTER)
        host_commands.run("ip", "-n", router, "route", "add", own, "via", str(CLIENT_ADDRESS))

    def token_for(self, focus: str, room: str, device: str) -> dict[str, str]:
        """Ask the token service of a focus for a device of somebody."""
        domain = self.user.partition(":")[2]
        wanted = {"room": room, "openid_token": self.proof, "device_id": device}
        got = post(self.client, f"https://rtc.{domain}/{focus}/sfu/get", wanted)
        return {"url": got["url"], "token": got["jwt"]}

    def round_trip(self, person: str, host: str) -> float:
        """Give the milliseconds to a host and back: the quickest of some TCP handshakes."""
        to = str(self.edges[host].public_address)
        own = f"python3 - <<'END'\n{CONNECT.replace('HOST', to)}\nEND"
        return round(float(self.client.succeed(f"ip netns exec {person} {own}")), 2)

    def call(
        self,
        wanted: list[dict[str, Any]],
        program: str = "measured",
        cameras: Sequence[dict[str, Any]] = (),
    ) -> list[dict[str, Any]]:
        """Let people be in a call, and cameras of theirs; give what each said, in this order."""
        script = ["set +e"]
        every = [(program, one) for one in wanted] + [("camera", one) for one in cameras]
        files = [f"/tmp/{own}-{one['name']}" for own, one in every]
        for file, (own, one) in zip(files, every, strict=True):
            self.client.succeed(f"cat > {file}.in <<'END'\n{json.dumps(one)}\nEND")
            script.append(
                f"ip netns exec {one['name']} {own} < {file}.in > {file}.out 2> {file}.log &"
            )
        self.client.succeed("\n".join([*script, "wait"]), timeout=600)
        return [self._said(file, one["name"]) for file, (_, one) in zip(files, every, strict=True)]

    def _said(self, file: str, name: str) -> dict[str, Any]:
        said = self.client.succeed(f"cat {file}.out")
        if said.strip():
            found: dict[str, Any] = json.loads(said)
            return found
        log = self.client.succeed(f"tail -3 {file}.log")
        return {"name": name, "error": log.strip() or "it said nothing"}


def post(machine: Container, url: str, body: dict[str, Any], token: str = "") -> dict[str, Any]:
    """Ask a server from a machine; it must be pleased."""
    header = f"-H 'Authorization: Bearer {token}'" if token else ""
    said = machine.succeed(
        f"curl --fail --silent --show-error --max-time 60 {header} --json @- "
        f"{shlex.quote(url)} <<'END'\n{json.dumps(body)}\nEND"
    )
    found: dict[str, Any] = json.loads(said)
    return found


def log_in(machine: Container, api: str, user: str, password: str) -> str:
    """Give a token for an account."""
    who = {"type": "m.id.user", "user": user}
    wanted = {"type": "m.login.password", "identifier": who, "password": password}
    return str(post(machine, f"{api}/_matrix/client/v3/login", wanted)["access_token"])
