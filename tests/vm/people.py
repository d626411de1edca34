# Opening of stories about people: the hosts by role, and what people do, as functions.
#
# A story whose first line is `# opening: people.py` starts with this file. Which hosts there are
# and what they should do is read from each host's own file, so such a story fits every fleet that
# has a gateway, a core, a DMZ host and an edge; people are on `client`.
import base64
import hashlib
import json
import shlex
import time
from typing import Any

HOST_FILE = "/etc/rampart/host.json"
# Units that have another name where they run. The clock is not shown here: containers have none.
UNIT_NAMES = {"wg-fleet": "rampart-tunnel", "journald": "systemd-journald"}
NOT_SHOWN = ["timesyncd"]
# A unit that keeps failing is started again and again: the wait must end.
START_LIMIT = 180
PASSWORD = "correct-horse-battery-staple"
TRANSACTION = iter(range(1, 1_000_000))

start_all()

files: dict[str, dict[str, Any]] = {
    machine.name: json.loads(machine.succeed(f"cat {HOST_FILE}"))
    for machine in machines
    if machine.name not in ["client", "router"]
}


def of_role(role: str) -> list[Any]:
    return [m for m in machines if m.name in files and files[m.name]["facts"]["role"] == role]


(gateway,), (core,) = of_role("gateway"), of_role("core")
# Where several tenants have one each, the first.
dmz = min(of_role("dmz"), key=lambda machine: machine.name)
edges = of_role("edge")


def relays_for_the_core(host: Any) -> bool:
    coturn = files.get(host.name, {}).get("services", {}).get("coturn", {})
    return "turn-secret-core" in coturn.get("secrets", [])


# The core, or the edge that stands in for it.
(relay_host,) = [m for m in machines if relays_for_the_core(m)]
names = files[gateway.name]["options"]["gateway"]
guests = files[dmz.name]["options"]["dmz"]["domain"]
homeserver = files[core.name]["services"]["tuwunel"]["global"]
staff_api, guests_api = homeserver["well_known"]["client"], f"https://{guests}"
staff_name = staff_api.removeprefix("https://")
# What the gateway tells clients, where steering does not.
foci = files[gateway.name]["services"]["rampart-answer"]["discovery"]["foci"]


def wait_for_units(host: Any) -> None:
    host.wait_for_unit("multi-user.target", timeout=START_LIMIT)
    for unit in files.get(host.name, {}).get("units", {}):
        if unit not in NOT_SHOWN:
            host.wait_for_unit(f"{UNIT_NAMES.get(unit, unit)}.service", timeout=START_LIMIT)


def asking(
    method: str,
    url: str,
    body: Any = None,
    token: str = "",
    options: str = "",
    patience: int = 60,
) -> str:
    """Give the command that sends a request; its last line is the answer's code."""
    header = f"-H 'Authorization: Bearer {token}'" if token else ""
    data = "" if body is None else "-H 'Content-Type: application/json' --data-binary @-"
    text = "" if body is None else json.dumps(body)
    return (
        f"curl --silent --show-error --max-time {patience} --write-out '\\n%{{http_code}}' "
        f"{options} -X {method} {header} {data} {shlex.quote(url)} <<'END'\n{text}\nEND"
    )


def ask(
    method: str,
    url: str,
    body: Any = None,
    token: str = "",
    code: int = 200,
    machine: Any = client,
    options: str = "",
) -> Any:
    """Send a request from a machine; the answer must have this code."""
    command = asking(method, url, body, token, options)
    said, _, got = machine.succeed(command).rpartition("\n")
    assert int(got) == code, f"{method} {url}: {got}, not {code}: {said}"
    return json.loads(said) if said.startswith(("{", "[")) else said


def wait_for_api(api: str) -> None:
    client.wait_until_succeeds(f"curl --fail --silent {api}/_matrix/client/versions", timeout=60)


def make_accounts(*users: str) -> None:
    """Let the administrator make accounts on the core."""
    for user in users:
        core.succeed(f"make-account {user} {shlex.quote(PASSWORD)}")
    core.wait_for_unit("tuwunel.service")
    wait_for_api(staff_api)


def register_guest(user: str) -> str:
    """Register a guest by token, from inside the DMZ host; give the user's id."""
    token = dmz.succeed("cat /run/rampart-secrets/sentinel-token").strip()
    wanted: dict[str, Any] = {"username": user, "password": PASSWORD}
    door: dict[str, Any] = {
        "machine": dmz,
        "options": "--unix-socket /run/rampart-guard/enrol.sock",
    }
    path = "http://localhost/_matrix/client/v3/register"
    answer = ask("POST", path, wanted, code=401, **door)
    stages = answer["flows"][0]["stages"]
    for number, stage in enumerate(stages, start=1):
        step = {"type": stage, "session": answer["session"], "token": token}
        code = 200 if number == len(stages) else 401
        answer = ask("POST", path, {**wanted, "auth": step}, code=code, **door)
    return str(answer["user_id"])


def log_in(api: str, user: str, password: str = PASSWORD, **door: Any) -> Any:
    who = {"type": "m.id.user", "user": user}
    login = {"type": "m.login.password", "identifier": who, "password": password}
    return ask("POST", f"{api}/_matrix/client/v3/login", login, **door)


def operator(order: str, user: str) -> dict[str, str]:
    """Carry out `rampart-broker account` as the operator does, and give what it prints."""
    lines = core.succeed(f"rampart-broker account {order} {user}").splitlines()
    return {name: text.strip() for name, _, text in (line.partition(":") for line in lines)}


def room_url(api: str, room: str, rest: str) -> str:
    return f"{api}/_matrix/client/v3/rooms/{room}/{rest}"


def open_room(owner: Any, guest: Any, **more: Any) -> str:
    """Open a room of the core's for two people, and give its id."""
    wanted = {"preset": "private_chat", "invite": [guest["user_id"]], **more}
    url = f"{staff_api}/_matrix/client/v3/createRoom"
    made = ask("POST", url, wanted, owner["access_token"])["room_id"]
    ask("POST", f"{staff_api}/_matrix/client/v3/join/{made}", {}, guest["access_token"])
    return str(made)


def say(room: str, text: str, account: Any, api: str = staff_api) -> None:
    message = {"msgtype": "m.text", "body": text}
    url = room_url(api, room, f"send/m.room.message/{next(TRANSACTION)}")
    ask("PUT", url, message, account["access_token"])


def texts(api: str, room: str, token: str, limit: int = 20) -> list[str]:
    page = ask("GET", room_url(api, room, f"messages?dir=b&limit={limit}"), token=token)
    return [event["content"].get("body", "") for event in page["chunk"]]


def openid(api: str, account: Any) -> Any:
    url = f"{api}/_matrix/client/v3/user/{account['user_id']}/openid/request_token"
    return ask("POST", url, {}, account["access_token"])


def call_tokens(service: str, proof: Any, room: str = "!call:example") -> list[Any]:
    wanted = {"room": room, "openid_token": proof}
    devices = ["SPEAKER", "LISTENER"]
    return [ask("POST", f"{service}/sfu/get", {**wanted, "device_id": d}) for d in devices]


# What more than so many say of a client's counts: fifty frames with sound are a second. LiveKit's
# command, which is NixOS' client, counts tracks that arrive, and cannot tell what is on them.
ENOUGH = {"frames": 100, "tracks": 0}


def is_heard(said: Any) -> bool:
    """Tell whether somebody was heard, by what the listener's client counts."""
    return bool(said["heard"] > ENOUGH[said["counts"]])


def talked(url: str, tokens: list[Any]) -> Any:
    """Let two people talk, until enough was heard; give what the listener's client says."""
    both = {"speaker": tokens[0]["jwt"], "listener": tokens[1]["jwt"]}
    # About three seconds of sound, which may come late on a busy machine.
    call = {"url": url, **both, "seconds": 60, "enough": 300}
    return json.loads(client.succeed(f"join-call <<'END'\n{json.dumps(call)}\nEND"))


def people_talk(
    persons: list[dict[str, Any]], seconds: int = 60, patience: int = 30
) -> list[dict[str, Any]]:
    """Let people be in a call, each with an own view of some names; give what each heard and read.

    Of a person: `url`, `token`, `says` (a text; who has one speaks, too), `names` (name → address).
    Who says nothing leaves when enough was heard, who speaks when all others have left.
    Given, too, is `told`: what all of their programs told meanwhile.
    """
    script = []
    for number, person in enumerate(persons):
        place = f"/tmp/person-{number}"
        known = client.succeed("cat /etc/hosts").splitlines()
        hosts = [line for line in known if not set(line.split()[1:]) & set(person["names"])]
        hosts += [f"{address} {name}" for name, address in person["names"].items()]
        wanted = {key: person[key] for key in ["url", "token", "says"]}
        ends = {"follows": True} if person["says"] else {"enough": 300}
        wanted |= {"seconds": seconds, "patience": patience, **ends}
        client.succeed(
            f"cat > {place}.hosts <<'END'\n" + "\n".join(hosts) + "\nEND",
            f"cat > {place}.in <<'END'\n{json.dumps(wanted)}\nEND",
        )
        own = f"mount --bind {place}.hosts /etc/hosts && exec take-part"
        run = f"unshare --mount sh -c '{own}'"
        script.append(f"{run} < {place}.in > {place}.out 2> {place}.log &")
    client.succeed("\n".join([*script, "wait"]))
    every = range(len(persons))
    said = [json.loads(client.succeed(f"cat /tmp/person-{number}.out")) for number in every]
    told = [client.succeed(f"tail -5 /tmp/person-{number}.log") for number in every]
    return [one | {"told": told} for one in said]


def with_credentials(file: Any) -> list[str]:
    """Give the units of a host that are given secrets."""
    return [unit for unit, entry in file["units"].items() if entry["credentials"]]


def starts(host: Any, units: list[str]) -> dict[str, int]:
    """Give how often each of these units was started again, of those that are when they end."""
    if not units:
        return {}
    every = " ".join(shlex.quote(f"{unit}.service") for unit in units)
    shown = host.succeed(f"systemctl show --property=Restart,NRestarts,ActiveState {every}")
    found = {}
    for unit, block in zip(units, shown.strip().split("\n\n"), strict=True):
        one = dict(line.split("=", 1) for line in block.splitlines())
        if one["Restart"] != "no" and one["ActiveState"] != "inactive":
            found[unit] = int(one["NRestarts"])
    return found


def wait_for_more_starts(host: Any, before: dict[str, int]) -> None:
    """Wait until each of these units was started once more."""
    end = time.monotonic() + 90
    while late := [u for u, count in starts(host, list(before)).items() if count <= before[u]]:
        assert time.monotonic() < end, f"{host.name}: not started again: {late}"
        host.sleep(1)


# What a host has of words: files of its own that were touched since it booted, and the journal.
# The store is the same on every host; the rest of its disk, the folder that stays, is looked at.
TRACES = r"""
import json, os, subprocess
SKIPPED = {
    *("/dev", "/opt", "/proc", "/run/host", "/sys"),
    *("/nix/store", "/nix/.ro-store", "/nix/.rw-store"),
}
booted = os.stat("/proc/1").st_ctime - 1
found = []

def look(place, data):
    found.extend((place, word) for word in WORDS if word.encode() in data)

for folder, folders, names in os.walk("/"):
    folders[:] = [one for one in folders if os.path.join(folder, one) not in SKIPPED]
    for name in names:
        path = os.path.join(folder, name)
        look("name of " + folder, name.encode())
        if os.path.isfile(path) and not os.path.islink(path) and os.stat(path).st_ctime > booted:
            with open(path, "rb") as file:
                look(path, file.read())
journal = subprocess.run(["journalctl", "--output=export"], capture_output=True, check=True)
look("journal", journal.stdout)
print(json.dumps(found))
"""


def traces(host: Any, words: list[str]) -> list[tuple[str, str]]:
    """Give where a host has any of these words on a disk, in a memory file system, in its journal.

    What programs hold in their memory is not looked at: a media server knows who talks on it.
    """
    said = host.succeed(f"python3 - <<'END'\nWORDS = {words!r}\n{TRACES}\nEND")
    return [(place, word) for place, word in json.loads(said)]


def words_of_call(mark: str, room: str) -> list[str]:
    """Give what an edge could keep of a call: marked names and texts, the name of the room, and
    the addresses that people come from."""
    alias = json.dumps([room, "m.call#ROOM"], separators=(",", ":")).encode()
    shown = json.loads(client.succeed("ip -json address show scope global"))
    # Of what is of another scope there is an empty entry.
    own = [one["local"] for link in shown for one in link["addr_info"] if one]
    return [mark, base64.b64encode(hashlib.sha256(alias).digest()).decode().rstrip("="), *own]


def check_search(host: Any, text: str, user: str, words: list[str]) -> None:
    """Leave words of a call on a host, in each kind of place, and demand that they are found."""
    _, room, *addresses = words
    left = {"/run/left": text, "/var/lib/left": room, "/nix/keys/left": addresses[-1]}
    host.succeed(
        "mkdir -p /nix/keys",
        *[f"echo {word} > {path}" for path, word in left.items()],
        f"echo 'joined {user} from {addresses[0]}' | systemd-cat --identifier=left",
        "journalctl --sync",
    )
    found = traces(host, words)
    wanted = {(path, words[0] if word == text else word) for path, word in left.items()}
    wanted |= {("journal", words[0]), ("journal", addresses[0])}
    assert wanted <= set(found), found
    host.succeed(f"rm {' '.join(left)}")


# Where secrets of a running host lie (docs/architecture.md).
SECRETS = """
import json, pathlib
folder = pathlib.Path("/run/rampart-secrets")
print(json.dumps({path.name: path.read_text() for path in folder.iterdir()}))
"""


def secrets_of(host: Any) -> dict[str, str]:
    """Give every secret that lies on a host."""
    found: dict[str, str] = json.loads(host.succeed(f"python3 - <<'END'\n{SECRETS}\nEND"))
    return found


def opened_by(thief: Any, **more: str) -> dict[str, list[str]]:
    """Give what opens to whoever has taken a host over, from there and from the internet.

    Every secret of the host, and `more`, is tried at every door by each address: door → secrets.
    """
    found: dict[str, list[str]] = {}
    stolen = secrets_of(thief) | more
    for place in [thief, client]:
        doors = [door | at for door in all_doors() for at in addresses(door["host"], place)]
        for label, by in try_doors(place, stolen, doors).items():
            found[label] = sorted({*found.get(label, []), *by})
    return found


def try_doors(place: Any, stolen: dict[str, str], doors: list[Any]) -> dict[str, list[str]]:
    """Try secrets at doors from a place: door that opens → secrets that open it."""
    asked = json.dumps({"secrets": stolen, "doors": doors})
    program = "PYTHONPATH=/etc/rampart python3 -B -m doors.thief"
    found: dict[str, list[str]] = json.loads(place.succeed(f"{program} <<'END'\n{asked}\nEND"))
    return found


def addresses(host: str, place: Any) -> list[dict[str, str]]:
    """Give the addresses by which a host may be there for somebody at a place."""
    facts = files[host]["facts"]
    kinds = ["publicAddress", "tunnelAddress", "lanAddress"]
    found = {facts[kind] for kind in kinds if facts[kind]}
    if host == core.name:
        found.add(files[gateway.name]["facts"]["publicAddress"])
    return [{"address": one} for one in found | ({"127.0.0.1"} if host == place.name else set())]


def all_doors() -> list[dict[str, Any]]:
    """Give every door that a secret may open."""
    found = []
    for name, file in files.items():
        for unit, service in file["services"].items():
            found += [{"host": name, **door} for door in doors_of(name, unit, service)]
    return found


def doors_of(host: str, unit: str, service: Any) -> list[dict[str, Any]]:
    """Give the doors of one daemon. `name` is the one that it is asked by."""
    if unit.startswith("redis-"):
        return [{"label": unit, "kind": "redis", "port": service["port"]}]
    if unit == "coturn":
        return relay_doors(
            host, service["settings"]["listening-port"], service["settings"]["realm"]
        )
    if unit == "rampart-broker" and service.get("guests"):
        port = int(service["guests"]["listen"].rpartition(":")[2])
        own = {"path": "/v1/token-create", "method": "POST", "body": {}}
        return [{"label": f"broker of {host}", "kind": "bearer", "name": host, "port": port, **own}]
    if unit == "rampart-guard":
        path, api = "/_matrix/client/v3/account/whoami", guests if host == dmz.name else staff_name
        own = {"label": f"homeserver of {host}", "kind": "bearer", "path": path, "name": api}
        ports = [int(one.rpartition(":")[2]) for one in service["listen"]]
        return [{**own, "port": port, "tls": port == 443} for port in [*ports, 443]]
    if unit == "livekit":
        turn = service["turn"]
        relays = relay_doors(host, turn["udp_port"], turn["domain"]) if turn["enabled"] else []
        kinds = [("API", "api"), ("calls", "call")]
        ways = [{"port": 443, "tls": True}, {"port": service["port"]}]
        named = [{"label": f"{word} of {host}", "kind": kind} for word, kind in kinds]
        name = {"name": media_name(host)}
        return [*relays, *({**door, **name, **way} for door in named for way in ways)]
    return []


def relay_doors(host: str, port: int, name: str) -> list[dict[str, Any]]:
    """Give the doors of a relay: UDP, and TLS by its name."""
    own = {"label": f"relay of {host}", "kind": "relay"}
    return [{**own, "port": port}, {**own, "port": 443, "tls": True, "name": name}]


def media_name(host: str) -> str:
    """Give the name of a media server's signalling."""
    own = files[host]["options"].get("edge")
    facts = files[host]["facts"]
    return str(own["focusDomain"] if own else f"{facts['focus']}.sfu.{facts['domain']}")


def takers(thief: Any) -> set[str]:
    """Give the hosts that take a host's tunnel key: those that answer its handshake."""
    peers = [peer for file in files.values() for peer in file["services"]["wg-fleet"]["peers"]]
    keys = {peer["name"]: peer["publicKey"] for peer in peers}
    mine = files[thief.name]["services"]["wg-fleet"]
    interface, known = mine["interface"], {peer["name"] for peer in mine["peers"]}
    strangers = [name for name in keys if name not in known | {thief.name}]
    for name in strangers:
        at = files[name]["facts"]["publicAddress"] or files[gateway.name]["facts"]["publicAddress"]
        endpoint = f"endpoint {at}:{mine['listenPort']} persistent-keepalive 1"
        thief.succeed(f"wg set {interface} peer {keys[name]} {endpoint}")
    # WireGuard begins a handshake anew every five seconds: after these, whoever answers has.
    thief.succeed("sleep 12")
    lines = thief.succeed(f"wg show {interface} latest-handshakes").splitlines()
    for name in strangers:
        thief.succeed(f"wg set {interface} peer {keys[name]} remove")
    shaken = {line.split()[0] for line in lines if line.split()[1] != "0"}
    return {name for name, key in keys.items() if key in shaken}


def own_doors(edge: Any) -> set[str]:
    """Give what a stolen edge may open: its own focus, and what its mode needs."""
    options = {m.name: files[m.name]["options"]["edge"] for m in edges}
    mine = options[edge.name]
    nodes = {name for name, one in options.items() if one["focus"] == mine["focus"]}
    is_backbone = mine["mode"] == "backbone"
    relays = {name for name, one in options.items() if is_backbone and one["mode"] == "backbone"}
    return {
        f"API of {edge.name}",
        *(f"calls of {name}" for name in nodes),
        *(f"relay of {name}" for name in relays or nodes),
        *([f"redis-{mine['focus']}"] if mine["mode"] == "cluster" else []),
    }
