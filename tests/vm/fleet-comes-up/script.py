# The whole fleet comes up, and people can use it: chat, guests, calls, relay.
#
# Which hosts there are and what they should do is read from each host's own file, so the script
# fits every fleet that has a gateway, a core, a DMZ host and an edge; people are on `client`.
import json
import shlex
from typing import Any

HOST_FILE = "/etc/rampart/host.json"
# Units that have another name where they run. The clock is not shown here: containers have none.
UNIT_NAMES = {"wg-fleet": "rampart-tunnel", "journald": "systemd-journald"}
NOT_SHOWN = ["timesyncd"]
# A unit that keeps failing is started again and again: the wait must end.
START_LIMIT = 180
PASSWORD = "correct-horse-battery-staple"

start_all()

files: dict[str, dict[str, Any]] = {
    machine.name: json.loads(machine.succeed(f"cat {HOST_FILE}"))
    for machine in machines
    if machine.name not in ["client", "router"]
}


def of_role(role: str) -> list[Any]:
    return [m for m in machines if m.name in files and files[m.name]["facts"]["role"] == role]


(gateway,), (core,), (dmz,) = of_role("gateway"), of_role("core"), of_role("dmz")
edges = of_role("edge")
names = files[gateway.name]["options"]["gateway"]
guests = files[dmz.name]["options"]["dmz"]["domain"]
homeserver = files[core.name]["services"]["tuwunel"]["global"]
staff_api, guests_api = homeserver["well_known"]["client"], f"https://{guests}"


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
    header = f"-H 'Authorization: Bearer {token}'" if token else ""
    data = "" if body is None else "-H 'Content-Type: application/json' --data-binary @-"
    text = "" if body is None else json.dumps(body)
    command = (
        f"curl --silent --show-error --max-time 60 --write-out '\\n%{{http_code}}' {options} "
        f"-X {method} {header} {data} {shlex.quote(url)} <<'END'\n{text}\nEND"
    )
    said, _, got = machine.succeed(command).rpartition("\n")
    assert int(got) == code, f"{method} {url}: {got}, not {code}: {said}"
    return json.loads(said) if said.startswith(("{", "[")) else said


def log_in(api: str, user: str) -> Any:
    who = {"type": "m.id.user", "user": user}
    login = {"type": "m.login.password", "identifier": who, "password": PASSWORD}
    return ask("POST", f"{api}/_matrix/client/v3/login", login)


def room_url(api: str, room: str, rest: str) -> str:
    return f"{api}/_matrix/client/v3/rooms/{room}/{rest}"


def texts(api: str, room: str, token: str) -> list[str]:
    page = ask("GET", room_url(api, room, "messages?dir=b&limit=20"), token=token)
    return [event["content"].get("body", "") for event in page["chunk"]]


def openid(api: str, account: Any) -> Any:
    url = f"{api}/_matrix/client/v3/user/{account['user_id']}/openid/request_token"
    return ask("POST", url, {}, account["access_token"])


def call_tokens(service: str, proof: Any) -> list[Any]:
    wanted = {"room": "!call:example", "openid_token": proof}
    devices = ["SPEAKER", "LISTENER"]
    return [ask("POST", f"{service}/sfu/get", {**wanted, "device_id": d}) for d in devices]


def heard(url: str, tokens: list[Any]) -> int:
    call = {"url": url, "speaker": tokens[0]["jwt"], "listener": tokens[1]["jwt"], "seconds": 3}
    return int(json.loads(client.succeed(f"join-call <<'END'\n{json.dumps(call)}\nEND"))["heard"])


def tls(name: str, version: str) -> str:
    return f"openssl s_client -connect {name}:443 -servername {name} -{version} </dev/null"


def tunnel_addresses() -> dict[str, str]:
    return {name: file["facts"]["tunnelAddress"] for name, file in files.items()}


with subtest("every unit of every host is active"):
    for machine in machines:
        machine.wait_for_unit("multi-user.target", timeout=START_LIMIT)
        for unit in files.get(machine.name, {}).get("units", {}):
            if unit not in NOT_SHOWN:
                machine.wait_for_unit(f"{UNIT_NAMES.get(unit, unit)}.service", timeout=START_LIMIT)

with subtest("no unit has failed on any host"):
    for machine in machines:
        failed = machine.succeed("systemctl --failed --plain --no-legend")
        assert failed.strip() == "", f"{machine.name}: {failed}"

with subtest("every tunnel is up"):
    for name, address in tunnel_addresses().items():
        if name != core.name:
            core.wait_until_succeeds(f"ping -c 1 -W 2 {address}", timeout=60)

with subtest("control: a tunnel that is cut is noticed"):
    interface = files[edges[0].name]["services"]["wg-fleet"]["interface"]
    address = tunnel_addresses()[edges[0].name]
    edges[0].succeed(f"ip link set {interface} down")
    core.fail(f"ping -c 1 -W 2 {address}")
    edges[0].succeed(f"ip link set {interface} up")
    core.wait_until_succeeds(f"ping -c 1 -W 2 {address}", timeout=60)

with subtest("TLS 1.3 is accepted and 1.2 is refused on every public TLS port"):
    public = [names["serverName"], names["clientDomain"], names["rtcDomain"], guests]
    for edge in edges:
        public.append(files[edge.name]["options"]["edge"]["focusDomain"])
        public.append(files[edge.name]["services"]["livekit"]["turn"]["domain"])
    for name in sorted(set(public)):
        shown = client.succeed(tls(name, "tls1_3") + " 2>&1")
        assert "Verify return code: 0 (ok)" in shown, f"{name}: {shown}"
        client.fail(tls(name, "tls1_2"))

with subtest("the relay of 1:1 calls refuses TLS 1.2, too"):
    realm = files[core.name]["services"]["coturn"]["settings"]["realm"]
    client.fail(f"timeout 10 {tls(realm, 'tls1_2')}")
    # Debian 12's coturn, which is the lab's, does not know TLS 1.3.
    known = core.succeed("turnserver --version 2>&1 || true").split(".")
    if [int(part) for part in known[:2]] >= [4, 13]:
        client.succeed(tls(realm, "tls1_3"))

with subtest("the discovery documents and the list of foci agree"):
    found = ask("GET", f"https://{names['serverName']}/.well-known/matrix/client")
    assert found["m.homeserver"]["base_url"].rstrip("/") == staff_api, found
    assert found["org.matrix.msc4143.rtc_foci"] == homeserver["well_known"]["rtc_transports"], found
    server = ask("GET", f"https://{names['serverName']}/.well-known/matrix/server")
    assert server == {"m.server": homeserver["well_known"]["server"]}, server
    services = [focus["livekit_service_url"] for focus in found["org.matrix.msc4143.rtc_foci"]]
    for service in services:
        ask("GET", f"{service}/healthz")

with subtest("the administrator makes accounts on the core"):
    for user in ["alice", "bob"]:
        core.succeed(f"make-account {user} {shlex.quote(PASSWORD)}")
    core.wait_for_unit("tuwunel.service")
    client.wait_until_succeeds(
        f"curl --fail --silent {staff_api}/_matrix/client/versions", timeout=60
    )
    alice, bob = log_in(staff_api, "alice"), log_in(staff_api, "bob")

with subtest("nobody registers on the core, nor from outside on the DMZ"):
    nobody = {"username": "mallory", "password": PASSWORD}
    for api in [staff_api, guests_api]:
        ask("POST", f"{api}/_matrix/client/v3/register", nobody, code=403)

with subtest("a guest registers by token, from inside the DMZ host"):
    token = dmz.succeed("cat /run/rampart-secrets/sentinel-token").strip()
    register: dict[str, Any] = {"username": "gus", "password": PASSWORD}
    door = {"machine": dmz, "options": "--unix-socket /run/rampart-guard/enrol.sock"}
    path = "http://localhost/_matrix/client/v3/register"
    answer = ask("POST", path, register, code=401, **door)
    stages = answer["flows"][0]["stages"]
    for number, stage in enumerate(stages, start=1):
        step = {"type": stage, "session": answer["session"], "token": token}
        code = 200 if number == len(stages) else 401
        made = ask("POST", path, {**register, "auth": step}, code=code, **door)
    assert made["user_id"] == f"@gus:{guests}", made
    guest = log_in(guests_api, "gus")

with subtest("a message goes through the gateway and is read"):
    room = ask(
        "POST",
        f"{staff_api}/_matrix/client/v3/createRoom",
        {"preset": "private_chat", "invite": [bob["user_id"]]},
        alice["access_token"],
    )["room_id"]
    ask("POST", f"{staff_api}/_matrix/client/v3/join/{room}", {}, bob["access_token"])
    message = {"msgtype": "m.text", "body": "hello from outside"}
    url = room_url(staff_api, room, "send/m.room.message/1")
    ask("PUT", url, message, alice["access_token"])
    read = texts(staff_api, room, bob["access_token"])
    assert "hello from outside" in read, read

with subtest("the client API lists the same foci"):
    url = f"{staff_api}/_matrix/client/unstable/org.matrix.msc4143/rtc/transports"
    listed = ask("GET", url, token=alice["access_token"])["rtc_transports"]
    assert [focus["livekit_service_url"] for focus in listed] == services, listed

with subtest("the relay of 1:1 calls takes time-limited credentials and relays"):
    relay = ask(
        "GET", f"{staff_api}/_matrix/client/v3/voip/turnServer", token=alice["access_token"]
    )
    account = f"-u {shlex.quote(relay['username'])} -w {shlex.quote(relay['password'])}"
    said = client.succeed(f"turnutils_uclient -y -c -n 20 {account} {realm}")
    assert "Total lost packets 0 " in said, said

with subtest("the relay refuses wrong credentials and forbidden peers"):
    said = client.execute(f"turnutils_uclient -y -c -n 5 -u nobody -w nothing {realm} 2>&1")[1]
    assert "Total lost packets 0 " not in said, said
    said = client.execute(
        f"timeout 10 turnutils_uclient -c -n 2 -e 8.8.8.8 {account} {realm} 2>&1"
    )[1]
    assert "Forbidden" not in said and "tot_send_msgs=2" in said, f"an ordinary peer: {said}"
    forbidden = [tunnel_addresses()[core.name], files[gateway.name]["facts"]["lanAddress"]]
    for peer in [*forbidden, "127.0.0.1", "169.254.169.254"]:
        said = client.execute(f"turnutils_uclient -c -n 5 -e {peer} {account} {realm} 2>&1")[1]
        assert "403 (Forbidden IP)" in said, f"{peer}: {said}"

with subtest("people hear each other at every focus"):
    for service in services:
        tokens = call_tokens(service, openid(staff_api, alice))
        count = heard(tokens[0]["url"], tokens)
        assert count > 100, f"{service}: {count} frames with sound"

with subtest("a guest hears the call, too"):
    tokens = call_tokens(services[0], openid(guests_api, guest))
    count = heard(tokens[0]["url"], tokens)
    assert count > 100, f"{services[0]}: {count} frames with sound"

with subtest("a made-up proof gives no token for a call"):
    made_up = {"access_token": "nothing", "matrix_server_name": names["serverName"]}
    wanted = {"room": "!call:example", "device_id": "X", "openid_token": made_up}
    ask("POST", f"{services[0]}/sfu/get", wanted, code=401)
