"""People in their places: each in a network namespace of the machine `client`."""

import json
import secrets
import shlex
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
        self.user, self.password, self.api = account_on(lab, "ann", secrets.token_urlsafe(12))
        self.token = self._post(
            f"{self.api}/_matrix/client/v3/login",
            {
                "type": "m.login.password",
                "identifier": {"type": "m.id.user", "user": "ann"},
                "password": self.password,
            },
        )["access_token"]

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

    def _post(self, url: str, body: dict[str, Any], token: str = "") -> dict[str, Any]:
        header = f"-H 'Authorization: Bearer {token}'" if token else ""
        said = self.client.succeed(
            f"curl --fail --silent --show-error --max-time 60 {header} --json @- "
            f"{shlex.quote(url)} <<'END'\n{json.dumps(body)}\nEND"
        )
        found: dict[str, Any] = json.loads(said)
        return found

    def token_for(self, focus: str, room: str, person: str) -> dict[str, str]:
        """Ask the token service of a focus for a person."""
        where = f"{self.api}/_matrix/client/v3/user/{self.user}/openid/request_token"
        proof = self._post(where, {}, self.token)
        domain = self.user.partition(":")[2]
        wanted = {"room": room, "openid_token": proof, "device_id": person}
        got = self._post(f"https://rtc.{domain}/{focus}/sfu/get", wanted)
        return {"url": got["url"], "token": got["jwt"]}

    def round_trip(self, person: str, host: str) -> float:
        """Give the milliseconds to a host and back: the quickest of some TCP handshakes."""
        to = str(self.edges[host].public_address)
        own = f"python3 - <<'END'\n{CONNECT.replace('HOST', to)}\nEND"
        return round(float(self.client.succeed(f"ip netns exec {person} {own}")), 2)

    def call(self, wanted: list[dict[str, Any]], program: str = "measured") -> list[dict[str, Any]]:
        """Let people be in a call; give what each said."""
        script = ["set +e"]
        for one in wanted:
            file = f"/tmp/{one['name']}"
            self.client.succeed(f"cat > {file}.in <<'END'\n{json.dumps(one)}\nEND")
            script.append(
                f"ip netns exec {one['name']} {program} < {file}.in > {file}.out 2> {file}.log &"
            )
        self.client.succeed("\n".join([*script, "wait"]), timeout=600)
        return [self._said(one["name"]) for one in wanted]

    def _said(self, name: str) -> dict[str, Any]:
        said = self.client.succeed(f"cat /tmp/{name}.out")
        if said.strip():
            found: dict[str, Any] = json.loads(said)
            return found
        log = self.client.succeed(f"tail -3 /tmp/{name}.log")
        return {"name": name, "error": log.strip()}
