# Hosts come late, in the wrong order, or back from a power failure: the fleet heals by itself.
#
# What this script does to a host is the fault itself, and its end (power on, plug in): nobody
# repairs anything. Healed means that people chat and call, and that what they wrote is there.
import json
import shlex
from typing import Any

HOST_FILE = "/etc/rampart/host.json"
UNIT_NAMES = {"wg-fleet": "rampart-tunnel", "journald": "systemd-journald"}
NOT_SHOWN = ["timesyncd"]
# A tunnel is dialled again by its keep-alive, a daemon after five seconds, again and again.
LIMIT = 180
# A machine that is booting writes nothing yet.
BOOT_LIMIT = 180
PASSWORD = "correct-horse-battery-staple"
TRANSACTION = iter(range(1, 1000))

start_all()

files: dict[str, dict[str, Any]] = {
    machine.name: json.loads(machine.succeed(f"cat {HOST_FILE}"))
    for machine in machines
    if machine.name not in ["client", "router"]
}
hosts = [machine for machine in machines if machine.name in files]


def of_role(role: str) -> list[Any]:
    return [machine for machine in hosts if files[machine.name]["facts"]["role"] == role]


(gateway,), (core,), (dmz,) = of_role("gateway"), of_role("core"), of_role("dmz")
edges = of_role("edge")
homeserver = files[core.name]["services"]["tuwunel"]["global"]
staff_api = homeserver["well_known"]["client"]
guests_api = f"https://{files[dmz.name]['options']['dmz']['domain']}"
services = [one["livekit_service_url"] for one in homeserver["well_known"]["rtc_transports"]]
redis = next(unit for unit in files[core.name]["services"] if unit.startswith("redis-"))
cluster = [edge for edge in edges if "redis" in files[edge.name]["services"]["livekit"]]
lone = next(edge for edge in edges if edge not in cluster)


def service_of(edge: Any) -> str:
    focus = str(files[edge.name]["facts"]["focus"])
    return next(str(service) for service in services if service.endswith(f"/{focus}"))


def request(method: str, url: str, body: Any = None, token: str = "") -> str:
    """Give a command that succeeds, and prints the answer, when the answer is a good one."""
    header = f"-H 'Authorization: Bearer {token}'" if token else ""
    data = "" if body is None else "-H 'Content-Type: application/json' --data-binary @-"
    text = "" if body is None else json.dumps(body)
    return (
        f"curl --silent --show-error --fail-with-body --max-time 20 -X {method} {header} {data} "
        f"{shlex.quote(url)} <<'END'\n{text}\nEND"
    )


def ask(method: str, url: str, body: Any = None, token: str = "") -> Any:
    return json.loads(client.succeed(request(method, url, body, token)))


def log_in(api: str, user: str) -> Any:
    who = {"type": "m.id.user", "user": user}
    login = {"type": "m.login.password", "identifier": who, "password": PASSWORD}
    return ask("POST", f"{api}/_matrix/client/v3/login", login)


def send(text: str) -> None:
    url = f"{staff_api}/_matrix/client/v3/rooms/{room}/send/m.room.message/{next(TRANSACTION)}"
    ask("PUT", url, {"msgtype": "m.text", "body": text}, alice["access_token"])
    sent.append(text)


def read() -> list[str]:
    url = f"{staff_api}/_matrix/client/v3/rooms/{room}/messages?dir=b&limit=50"
    page = ask("GET", url, token=bob["access_token"])
    return [event["content"].get("body", "") for event in page["chunk"]]


def unwell(machine: Any) -> str:
    """Give a command that prints the units of a host that are not active, and then fails."""
    names = [unit for unit in files[machine.name]["units"] if unit not in NOT_SHOWN]
    units = " ".join(f"{UNIT_NAMES.get(name, name)}.service" for name in names)
    each = 'state=$(systemctl is-active "$unit") || { echo "$unit $state"; code=1; }'
    return f"code=0; for unit in {units}; do {each}; done; exit $code"


MADE = """
import json, sys
speaker, listener = map(json.loads, sys.argv[1:])
tokens = {"speaker": speaker["jwt"], "listener": listener["jwt"]}
print(json.dumps({"url": speaker["url"], "seconds": 3, **tokens}))
"""
LOUD = "import json, sys; n = json.load(sys.stdin)['heard']; print(n); sys.exit(n < 100)"


def call(service: str) -> str:
    """Give a command that succeeds when a call at this focus can be heard."""
    wanted = {"room": "!call:example", "openid_token": proof}
    tokens = []
    for device in ["SPEAKER", "LISTENER"]:
        asked = request("POST", f"{service}/sfu/get", {**wanted, "device_id": device})
        tokens.append(f"{device.lower()}=$({asked}\n)")
    made = f'python3 -c {shlex.quote(MADE)} "$speaker" "$listener"'
    judged = f"timeout 60 join-call | python3 -c {shlex.quote(LOUD)}"
    return "\n".join(["# a call", *tokens, f"{made} | {judged}"])


def calls() -> str:
    """Give a command that succeeds when calls at all foci can be heard at the same time."""
    begun = [f'(\n{call(service)}\n) & begun="$begun $!"' for service in services]
    return "\n".join(["begun=", *begun, "for one in $begun; do wait $one; done"])


def wait_for_boot(machine: Any) -> None:
    machine.wait_for_unit("multi-user.target", timeout=BOOT_LIMIT)


def heals() -> None:
    """Wait until every part works, and look whether everything is still there."""
    for machine in hosts:
        machine.wait_until_succeeds(unwell(machine), timeout=LIMIT)
    for machine in hosts:
        if machine != core:
            address = files[machine.name]["facts"]["tunnelAddress"]
            core.wait_until_succeeds(f"ping -c 1 -W 2 {address}", timeout=LIMIT)
    for api in [staff_api, guests_api]:
        client.wait_until_succeeds(request("GET", f"{api}/_matrix/client/versions"), timeout=LIMIT)
    client.wait_until_succeeds(calls(), timeout=LIMIT)
    messages = read()
    lost = [text for text in sent if text not in messages]
    assert not lost, f"{lost} are lost; there are {messages}"
    send(f"message {len(sent) + 1}")
    user = ask("GET", f"{guests_api}/_matrix/client/v3/account/whoami", token=guest["access_token"])
    assert user["user_id"] == guest["user_id"], user


sent: list[str] = []

with subtest("people chat and call before anything goes wrong"):
    for machine in hosts:
        wait_for_boot(machine)
        machine.wait_until_succeeds(unwell(machine), timeout=LIMIT)
    for user in ["alice", "bob"]:
        core.succeed(f"make-account {user} {shlex.quote(PASSWORD)}")
    dmz.succeed(f"make-account gus {shlex.quote(PASSWORD)}")
    for api in [staff_api, guests_api]:
        client.wait_until_succeeds(request("GET", f"{api}/_matrix/client/versions"), timeout=LIMIT)
    alice, bob, guest = (
        log_in(staff_api, "alice"),
        log_in(staff_api, "bob"),
        log_in(guests_api, "gus"),
    )
    proof = ask(
        "POST",
        f"{staff_api}/_matrix/client/v3/user/{alice['user_id']}/openid/request_token",
        {},
        alice["access_token"],
    )
    invitation = {"preset": "private_chat", "invite": [bob["user_id"]]}
    create = f"{staff_api}/_matrix/client/v3/createRoom"
    room = ask("POST", create, invitation, alice["access_token"])["room_id"]
    ask("POST", f"{staff_api}/_matrix/client/v3/join/{room}", {}, bob["access_token"])
    send("before anything went wrong")
    heals()

with subtest("control: a daemon that nobody starts again is noticed, and so is a lost message"):
    lone.succeed(
        "mkdir -p /run/systemd/system/livekit.service.d",
        "printf '[Service]\\nRestart=no\\n' > /run/systemd/system/livekit.service.d/never.conf",
        "systemctl daemon-reload",
        "systemctl kill --signal=KILL livekit.service",
    )
    lone.wait_until_succeeds("systemctl is-failed livekit.service", timeout=30)
    said = lone.fail(unwell(lone))
    assert said.startswith("livekit.service "), said
    client.fail(call(service_of(lone)))
    lone.succeed(
        "rm -r /run/systemd/system/livekit.service.d",
        "systemctl daemon-reload",
        "systemctl start livekit.service",
    )
    assert "never sent" not in read()

with subtest("a daemon that dies is started again"):
    for machine, unit in [(lone, "livekit"), (core, "coturn"), (gateway, "traefik"), (core, redis)]:
        machine.succeed(f"systemctl kill --signal=KILL {unit}.service")
    heals()

with subtest("an edge crashes: chat and the other foci go on, and it comes back"):
    lone.crash()
    send("while an edge is off")
    client.succeed(call(next(one for one in services if one != service_of(lone))))
    client.fail(call(service_of(lone)))
    lone.start()
    heals()

with subtest("Redis comes late: its media servers wait for it"):
    core.succeed(f"systemctl stop {redis}.service")
    for edge in cluster:
        edge.succeed("systemctl restart livekit.service")
    client.fail(call(service_of(cluster[0])))
    core.succeed(f"systemctl start {redis}.service")
    heals()

with subtest("the tunnel's address comes late: everything that listens on it waits"):
    tunnel = files[core.name]["services"]["wg-fleet"]
    device = f"dev {tunnel['interface']}"
    own = [name for name in files[core.name]["units"] if name not in [*UNIT_NAMES, *NOT_SHOWN]]
    daemons = [f"{name}.service" for name in own]
    core.succeed(f"ip address del {tunnel['address']} {device}")
    core.succeed(f"systemctl restart --no-block {' '.join(daemons)}")
    client.wait_until_fails(request("GET", f"{staff_api}/_matrix/client/versions"), timeout=LIMIT)
    core.succeed(f"ip address add {tunnel['address']} {device}")
    heals()

with subtest("the core is booted again: nothing of the chat is lost"):
    send("before the core is booted again")
    core.shutdown()
    client.fail(request("GET", f"{staff_api}/_matrix/client/versions"))
    core.start()
    wait_for_boot(core)
    heals()

with subtest("power fails everywhere; the edges are first, then the gateway, the core is last"):
    send("before the power fails")
    for machine in [core, dmz]:
        machine.succeed("sync")
    for machine in hosts:
        machine.crash()
    for machine in [*edges, dmz, gateway]:
        machine.start()
    for machine in [*edges, dmz, gateway]:
        wait_for_boot(machine)
    client.fail(call(service_of(cluster[0])))
    core.start()
    wait_for_boot(core)
    heals()

with subtest("the core is first, and its cable is loose; the gateway is last"):
    # The core is off last: a media server whose Redis does not answer takes minutes to stop.
    for machine in [*edges, dmz, gateway, core]:
        machine.shutdown()
    core.start()
    core.block()
    wait_for_boot(core)
    for machine in [dmz, *edges]:
        machine.start()
    for machine in [dmz, *edges]:
        wait_for_boot(machine)
    gateway.start()
    wait_for_boot(gateway)
    client.fail(request("GET", f"{staff_api}/_matrix/client/versions"))
    core.unblock()
    heals()
