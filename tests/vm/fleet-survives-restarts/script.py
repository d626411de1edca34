# opening: people.py
#
# Hosts come late, in the wrong order, or back from a power failure: the fleet heals by itself.
#
# What this script does to a host is the fault itself, and its end (power on, plug in): nobody
# repairs anything. Healed means that people chat and call, and that what they wrote is there, staff
# on the core and a guest on the DMZ host.
#
# A tunnel is dialled again by its keep-alive, a daemon after five seconds, again and again.
LIMIT = 180
# A machine that is booting writes nothing yet.
BOOT_LIMIT = 180
# Seconds for one request; few where nothing must answer.
PATIENCE = 20
SHORT = 5
# Units of the lab that make the tunnel's interface, which networkd cannot make in a container.
TUNNEL_MAKERS = ["wg-fleet.service", "rampart-lab-tunnel.service"]

# Not only what every kind of machine can do: the power of these can fail.
hosts: list[Any] = [machine for machine in machines if machine.name in files]
redis = next(unit for unit in files[core.name]["services"] if unit.startswith("redis-"))
cluster = [edge for edge in edges if "redis" in files[edge.name]["services"]["livekit"]]
lone = next(edge for edge in edges if edge not in cluster)
tunnel = files[core.name]["services"]["wg-fleet"]


def service_of(edge: Any) -> str:
    focus = str(files[edge.name]["facts"]["focus"])
    return next(str(service) for service in foci if service.endswith(f"/{focus}"))


def good(method: str, url: str, body: Any = None, token: str = "", patience: int = PATIENCE) -> str:
    """Give a command that succeeds, and prints the answer, when the answer is a good one."""
    return asking(method, url, body, token, "--fail-with-body --write-out ''", patience)


def versions(api: str, patience: int = PATIENCE) -> str:
    return good("GET", f"{api}/_matrix/client/versions", patience=patience)


def send(text: str) -> None:
    """Let somebody of the staff and a guest write."""
    for api, where, account in [(staff_api, room, alice), (guests_api, welcome, guest)]:
        say(where, text, account, api)
    sent.append(text)


def read() -> list[list[str]]:
    """Give what is read in the room of the staff, by another one, and in that of the guests."""
    readers = [(staff_api, room, bob), (guests_api, welcome, guest)]
    return [texts(api, where, who["access_token"], limit=50) for api, where, who in readers]


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
print(json.dumps({"url": speaker["url"], "seconds": 10, "enough": 101, **tokens}))
"""
LOUD = f"""
import json, sys
said = json.load(sys.stdin)
print(said)
sys.exit(said["heard"] <= {ENOUGH}[said["counts"]])
"""


def passes(service: str, name: str = "!call:example", patience: int = PATIENCE) -> str:
    """Give a command that makes a room at this focus, and sets a pass of two people each."""
    wanted = {"room": name, "openid_token": proof}
    set_each = []
    for device in ["SPEAKER", "LISTENER"]:
        body = {**wanted, "device_id": device}
        asked = good("POST", f"{service}/sfu/get", body, patience=patience)
        set_each.append(f"{device.lower()}=$({asked}\n)")
    return "\n".join(["# passes", *set_each])


def talk(speaker: str, listener: str) -> str:
    """Give a command that succeeds when two people with these passes hear each other."""
    made = f"python3 -c {shlex.quote(MADE)} {speaker} {listener}"
    return f"{made} | timeout 60 join-call | python3 -c {shlex.quote(LOUD)}"


def call(service: str, patience: int = PATIENCE) -> str:
    """Give a command that succeeds when a call at this focus can be heard."""
    return "\n".join([passes(service, patience=patience), talk('"$speaker"', '"$listener"')])


def passes_of_two(name: str) -> list[str]:
    """Make a room in the cluster, and give the passes of two people, who do not come yet."""
    made = passes(service_of(cluster[0]), name)
    given = client.succeed(f'{made}\nprintf \'%s\\n\' "$speaker" "$listener"')
    return [shlex.quote(one) for one in given.splitlines()]


def calls() -> str:
    """Give a command that succeeds when calls at all foci can be heard at the same time."""
    begun = [f'(\n{call(service)}\n) & begun="$begun $!"' for service in foci]
    return "\n".join(["begun=", *begun, "for one in $begun; do wait $one; done"])


def daemons_of(machine: Any) -> list[str]:
    """Give the units of a host's daemons."""
    own = [name for name in files[machine.name]["units"] if name not in [*UNIT_NAMES, *NOT_SHOWN]]
    return [f"{name}.service" for name in own]


def without_tunnel(machine: Any) -> list[str]:
    """Take a host's tunnel away, interface and all; give the commands that bring it back."""
    known = machine.succeed("systemctl list-units --plain --no-legend --type=service").splitlines()
    makers = {line.split()[0] for line in known} & set(TUNNEL_MAKERS)
    if not makers:
        machine.succeed(f"ip link del {tunnel['interface']}")
        return ["systemctl restart systemd-networkd.service"]
    (maker,) = makers
    folder = f"/run/systemd/system/{maker}.d"
    # Others want it, and their start would start it.
    machine.succeed(
        f"mkdir -p {folder}",
        f"printf '[Unit]\\nConditionPathExists=/nowhere\\n' > {folder}/late.conf",
        "systemctl daemon-reload",
        f"systemctl stop {maker}",
    )
    machine.fail(f"ip link show {tunnel['interface']}")
    return [f"rm -r {folder}", "systemctl daemon-reload", f"systemctl start {maker}"]


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
        client.wait_until_succeeds(versions(api), timeout=LIMIT)
    client.wait_until_succeeds(calls(), timeout=LIMIT)
    for messages in read():
        lost = [text for text in sent if text not in messages]
        assert not lost, f"{lost} are lost; there are {messages}"
    send(f"message {len(sent) + 1}")


sent: list[str] = []

with subtest("people chat and call before anything goes wrong"):
    for machine in hosts:
        wait_for_boot(machine)
        machine.wait_until_succeeds(unwell(machine), timeout=LIMIT)
    for api in [staff_api, guests_api]:
        client.wait_until_succeeds(versions(api), timeout=LIMIT)
    make_accounts("alice", "bob")
    register_guest("gus")
    alice, bob = log_in(staff_api, "alice"), log_in(staff_api, "bob")
    guest = log_in(guests_api, "gus")
    proof = openid(staff_api, alice)
    room = open_room(alice, bob)
    # Every guest is in it from the beginning.
    joined = ask("GET", f"{guests_api}/_matrix/client/v3/joined_rooms", token=guest["access_token"])
    (welcome,) = joined["joined_rooms"]
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
    client.fail(call(service_of(lone), SHORT))
    lone.succeed(
        "rm -r /run/systemd/system/livekit.service.d",
        "systemctl daemon-reload",
        "systemctl start livekit.service",
    )
    for messages in read():
        t.assertNotIn("never sent", messages)

with subtest("a daemon that dies is started again"):
    for machine, unit in [(lone, "livekit"), (core, "coturn"), (gateway, "traefik"), (core, redis)]:
        machine.succeed(f"systemctl kill --signal=KILL {unit}.service")
    heals()

with subtest("Redis dies: rooms that were made before are still there for who comes now"):
    given = passes_of_two("!new:example")
    core.succeed(f"systemctl kill --signal=KILL {redis}.service")
    core.wait_until_succeeds(unwell(core), timeout=LIMIT)
    client.wait_until_succeeds(talk(*given), timeout=LIMIT)

with subtest("an edge crashes: chat and the other foci go on, and it comes back"):
    lone.crash()
    send("while an edge is off")
    other = next(one for one in foci if one != service_of(lone))
    client.wait_until_succeeds(call(other), timeout=LIMIT)
    client.fail(call(service_of(lone), SHORT))
    lone.start()
    heals()

with subtest("Redis comes late: its media servers wait for it"):
    core.succeed(f"systemctl stop {redis}.service")
    for edge in cluster:
        edge.succeed("systemctl restart livekit.service")
    client.fail(call(service_of(cluster[0]), SHORT))
    core.succeed(f"systemctl start {redis}.service")
    heals()

with subtest("the tunnel's address comes late: everything that listens on it waits"):
    device = f"dev {tunnel['interface']}"
    core.succeed(f"ip address del {tunnel['address']} {device}")
    core.succeed(f"systemctl restart --no-block {' '.join(daemons_of(core))}")
    client.wait_until_fails(versions(staff_api, SHORT), timeout=LIMIT)
    core.succeed(f"ip address add {tunnel['address']} {device}")
    heals()

with subtest("the tunnel itself comes late, on the core and on an edge, after all that needs it"):
    late = {machine: without_tunnel(machine) for machine in [core, lone]}
    for machine in late:
        waiting = " ".join(["rampart-tunnel.service", *daemons_of(machine)])
        machine.succeed(f"systemctl restart --no-block {waiting}")
    client.wait_until_fails(versions(staff_api, SHORT), timeout=LIMIT)
    said = core.fail(unwell(core))
    assert "rampart-tunnel.service " in said, said
    for machine, end in late.items():
        machine.succeed(*end)
    heals()

with subtest("the core is booted again: nothing of the chat is lost, nor a room for a call"):
    send("before the core is booted again")
    given = passes_of_two("!newer:example")
    core.shutdown()
    client.fail(versions(staff_api, SHORT))
    core.start()
    wait_for_boot(core)
    client.wait_until_succeeds(talk(*given), timeout=LIMIT)
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
    client.fail(call(service_of(cluster[0]), SHORT))
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
    client.fail(versions(staff_api, SHORT))
    core.unblock()
    heals()
