# opening: people.py
# The whole fleet comes up, and people can use it: chat, guests, calls, relay.
import hmac
import re

HOST_RULE = re.compile(r"Host(?:SNI)?\(`([^`]+)`\)")
TLS13, TLS12 = "TLSv1_3", "TLSv1_2"
TOO_OLD = "TLSV1_ALERT_PROTOCOL_VERSION"
# Shakes hands and says how that ended: the version, the alert that came, or that nothing came.
SHAKE = r"""
import concurrent.futures, json, socket, ssl
from ssl import TLSVersion

def shaken(address, port, name, version):
    context = ssl.create_default_context(cafile="/etc/ssl/certs/ca-certificates.crt")
    context.minimum_version = context.maximum_version = TLSVersion[version]
    context.check_hostname = name is not None
    try:
        with socket.create_connection((address, port), PATIENCE) as line:
            with context.wrap_socket(line, server_hostname=name) as shaken:
                return shaken.version()
    except TimeoutError:
        return "silence"
    except ssl.SSLError as error:
        return error.reason or str(error)
    except OSError as error:
        return str(error)

with concurrent.futures.ThreadPoolExecutor(16) as pool:
    print(json.dumps(list(pool.map(lambda one: shaken(*one), WANTED))))
"""
Ask = tuple[str, int, str | None, str]


def handshakes(wanted: list[Ask], patience: int = 30) -> dict[Ask, str]:
    """Give how each handshake from the internet ends, by address, port, name and version."""
    head = f"WANTED = {wanted!r}\nPATIENCE = {patience}"
    said = client.succeed(f"python3 - <<'END'\n{head}\n{SHAKE}\nEND")
    return dict(zip(wanted, json.loads(said), strict=True))


def public_doors(passed_on: bool) -> list[tuple[str, int, str]]:
    """Give address, port and name of all that hosts offer by TLS, themselves or passed on."""
    found = set()
    for file in files.values():
        traefik = file["services"].get("traefik")
        if traefik is None:
            continue
        facts, ports = file["facts"], traefik["static"]["entryPoints"]
        addresses = [facts[key] for key in ["publicAddress", "publicAddress6"] if facts[key]]
        for kind in ["http", "tcp"]:
            for router in traefik["dynamic"].get(kind, {}).get("routers", {}).values():
                if (
                    router.get("tls") is None
                    or router["tls"].get("passthrough", False) != passed_on
                ):
                    continue
                for entry in router["entryPoints"]:
                    port = int(ports[entry]["address"].rpartition(":")[2])
                    names = HOST_RULE.findall(router["rule"])
                    found |= {(one, port, name) for one in addresses for name in names}
    return sorted(found)


def coturn_version() -> tuple[int, ...]:
    """Ask the program that runs: which one that is, only its unit knows."""
    pid = relay_host.succeed("systemctl show --property=MainPID --value coturn.service").strip()
    said = relay_host.succeed(f"$(readlink /proc/{pid}/exe) --version 2>&1 || true")
    found = re.search(r"\b(\d+)\.(\d+)", said)
    assert found, f"coturn does not say its version, but: {said}"
    return int(found[1]), int(found[2])


def password_until(until: int) -> str:
    """Give the password of alice's time-limited credentials: the TURN REST API's."""
    secret = relay_host.succeed("cat /run/rampart-secrets/turn-secret-core").strip()
    proof = hmac.digest(secret.encode(), f"{until}:alice".encode(), hashlib.sha1)
    return base64.b64encode(proof).decode()


def allocation(user: str, password: str) -> int:
    """Ask the relay for an allocation; give the number of its error, or 0."""
    settings = files[relay_host.name]["services"]["coturn"]["settings"]
    door = {"address": settings["realm"], "port": settings["listening-port"]}
    program = (
        f"kind, said = relay.answered({door!r}, {user!r}, {password!r})\n"
        "print(relay.code(said) if kind == relay.ERROR else 0)"
    )
    start = "PYTHONPATH=/etc/rampart python3 -B -"
    words = f"{start} <<'END'\nfrom doors import relay\n{program}\nEND"
    return int(client.succeed(words))


def tunnel_addresses() -> dict[str, str]:
    return {name: file["facts"]["tunnelAddress"] for name, file in files.items()}


with subtest("every unit of every host is active"):
    for machine in machines:
        wait_for_units(machine)

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
    doors = public_doors(passed_on=False)
    ends = handshakes([(*door, version) for door in doors for version in [TLS13, TLS12]])
    right = {TLS13: "TLSv1.3", TLS12: TOO_OLD}
    wrong = {ask: end for ask, end in ends.items() if end != right[ask[3]]}
    assert not wrong, f"{len(doors)} names by address: {wrong}"
    log.log(f"{len(doors)} names by address, {len({name for _, _, name in doors})} names")

with subtest("who asks for no name, or for one that is not there, gets no certificate"):
    ports = sorted({(address, port) for address, port, _ in doors})
    strangers: list[Ask] = [(*at, name, TLS13) for at in ports for name in [None, f"x.{guests}"]]
    ends = handshakes(strangers)
    taken = {ask: end for ask, end in ends.items() if "ALERT" not in end and "UNRECOG" not in end}
    assert ends and not taken, taken

with subtest("control: a handshake that nobody answers is not taken for a refusal"):
    client.succeed(
        "systemd-run --quiet --unit=mute python3 -c "
        "'import socket, time; one = socket.create_server((\"127.0.0.1\", 4433)); time.sleep(60)'"
    )
    client.wait_until_succeeds("ss -Hlnt | grep 127.0.0.1:4433", timeout=30)
    mute: Ask = ("127.0.0.1", 4433, guests, TLS12)
    end = handshakes([mute], patience=5)[mute]
    assert end == "silence", end
    client.succeed("systemctl stop mute")

with subtest("the relay of 1:1 calls refuses TLS 1.2, too"):
    relayed = public_doors(passed_on=True)
    realm = files[relay_host.name]["services"]["coturn"]["settings"]["realm"]
    assert realm in {name for _, _, name in relayed}, f"{realm} is not among {relayed}"
    both: list[Ask] = [(*door, version) for door in relayed for version in [TLS13, TLS12]]
    version = coturn_version()
    ends = handshakes(both, patience=30 if version >= (4, 13) else 5)
    got = {version: {end for ask, end in ends.items() if ask[3] == version} for version in right}
    if version >= (4, 13):
        assert got == {TLS13: {"TLSv1.3"}, TLS12: {TOO_OLD}}, ends
    else:
        # Debian 12's coturn, which is the lab's, does not know 1.3. Told to do without 1.2 and what
        # is older, it listens, and answers no handshake at all.
        assert got == {TLS13: {"silence"}, TLS12: {"silence"}}, ends
        tls_port = files[relay_host.name]["services"]["coturn"]["settings"]["tls-listening-port"]
        relay_host.wait_until_succeeds(f"ss -Hlnt | grep ':{tls_port} '", timeout=30)
        log.log(f"not shown: turns: by TLS 1.3; coturn {version} answers no handshake")

with subtest("the discovery documents and the list of foci agree"):
    document = f"https://{names['serverName']}/.well-known/matrix/client"
    # Steering tells of a media server when it has seen it well for some seconds.
    for service in foci:
        client.wait_until_succeeds(f"curl --silent {document} | grep --fixed-strings {service}")
    found = ask("GET", document)
    assert found["m.homeserver"]["base_url"].rstrip("/") == staff_api, found
    told = [focus["livekit_service_url"] for focus in found["org.matrix.msc4143.rtc_foci"]]
    # Which of them comes first is another story: call-uses-closest-edge.
    assert sorted(told) == sorted(foci), found
    server = ask("GET", f"https://{names['serverName']}/.well-known/matrix/server")
    assert server == {"m.server": homeserver["well_known"]["server"]}, server
    for service in foci:
        ask("GET", f"{service}/healthz")

with subtest("the administrator makes accounts on the core"):
    make_accounts("alice", "bob")
    alice, bob = log_in(staff_api, "alice"), log_in(staff_api, "bob")

with subtest("the operator makes an account, and its owner changes the password"):
    printed = operator("create", "carol")
    carol = f"@carol:{names['serverName']}"
    assert printed["account"] == carol, printed["account"]
    once = printed["password"]
    session = log_in(staff_api, "carol", once)
    who = {"type": "m.id.user", "user": "carol"}
    proof = {"type": "m.login.password", "identifier": who, "password": once}
    url = f"{staff_api}/_matrix/client/v3/account/password"
    begun = ask("POST", url, {"new_password": PASSWORD}, session["access_token"], code=401)
    change = {"new_password": PASSWORD, "auth": {**proof, "session": begun["session"]}}
    ask("POST", url, change, session["access_token"])
    # Past the gateway, which counts log-ins.
    inside = {
        "api": "http://localhost",
        "machine": core,
        "options": "--unix-socket /run/tuwunel/tuwunel.sock -H 'X-Forwarded-For: 127.0.0.1'",
    }
    log_in(user="carol", password=once, code=403, **inside)

with subtest("an account that is there is not made again, and an end is an end"):
    core.fail("rampart-broker account create carol")
    log_in(user="carol", **inside)
    renewed = operator("reset", "carol")["password"]
    log_in(user="carol", code=403, **inside)
    log_in(user="carol", password=renewed, **inside)
    t.assertEqual(operator("end", "carol")["account"], carol)
    log_in(user="carol", password=renewed, code=403, **inside)

with subtest("the password of an account is in no journal"):
    # It reads to the end: one that stops at the first find breaks the pipe, a failure, too.
    found = "journalctl --no-pager | grep --fixed-strings --count -e"
    core.succeed(f"{found} rampart-broker")
    for password in [once, renewed]:
        core.fail(f"{found} {password}")

with subtest("nobody registers on the core, nor from outside on the DMZ"):
    nobody = {"username": "mallory", "password": PASSWORD}
    for api in [staff_api, guests_api]:
        ask("POST", f"{api}/_matrix/client/v3/register", nobody, code=403)

with subtest("a guest registers by token, from inside the DMZ host"):
    made = register_guest("gus")
    assert made == f"@gus:{guests}", made
    guest = log_in(guests_api, "gus")

with subtest("a message goes through the gateway and is read"):
    room = open_room(alice, bob)
    say(room, "hello from outside", alice)
    read = texts(staff_api, room, bob["access_token"])
    assert "hello from outside" in read, read

with subtest("the client API lists the same foci"):
    url = f"{staff_api}/_matrix/client/unstable/org.matrix.msc4143/rtc/transports"
    listed = ask("GET", url, token=alice["access_token"])["rtc_transports"]
    assert [focus["livekit_service_url"] for focus in listed] == told, listed

with subtest("the relay of 1:1 calls takes time-limited credentials and relays"):
    relay = ask(
        "GET", f"{staff_api}/_matrix/client/v3/voip/turnServer", token=alice["access_token"]
    )
    account = f"-u {shlex.quote(relay['username'])} -w {shlex.quote(relay['password'])}"
    left = int(relay["username"].partition(":")[0]) - int(client.succeed("date +%s"))
    assert 0 < left <= relay["ttl"] <= 86400, f"{left} s are left of {relay['ttl']}"
    said = client.succeed(f"turnutils_uclient -y -c -n 20 {account} {realm}")
    assert "Total lost packets 0 " in said, said

with subtest("the relay refuses wrong credentials and forbidden peers"):
    now = int(client.succeed("date +%s"))
    # As the homeserver makes them; those that are not over show that they are made well.
    for until, code in [(now + 600, 0), (now - 600, 401)]:
        number = allocation(f"{until}:alice", password_until(until))
        assert number == code, f"until {until - now} s from now: {number}, not {code}"
    for user, password in [("nobody", "nothing"), (relay["username"], relay["password"] + "x")]:
        number = allocation(user, password)
        assert number == 401, f"{user}: {number}"
    said = client.execute(
        f"timeout 30 turnutils_uclient -c -n 2 -e 8.8.8.8 {account} {realm} 2>&1"
    )[1]
    assert "error 403 " not in said and "tot_send_msgs=2" in said, f"an ordinary peer: {said}"
    # A relay of IPv4 only gives no way to peers of IPv6 (RFC 8656, errors 440 and 443).
    forbidden = [tunnel_addresses()[core.name], files[gateway.name]["facts"]["lanAddress"]]
    refusals = dict.fromkeys([*forbidden, "127.0.0.1", "169.254.169.254"], "error 403 ")
    refusals |= dict.fromkeys(["::1", "fd00::1"], r"error 4(03|40|43) ")
    for number, (peer, refusal) in enumerate(refusals.items()):
        # Each as somebody else: what one person may have at once is limited, too.
        until = now + 700 + number
        own = f"-u {until}:alice -w {shlex.quote(password_until(until))}"
        asked = f"timeout 20 turnutils_uclient -c -n 5 -e {peer} {own} {realm} 2>&1"
        said = client.execute(asked)[1]
        assert re.search(refusal, said), f"{peer}: {said}"

with subtest("people hear each other at every focus"):
    for service in foci:
        tokens = call_tokens(service, openid(staff_api, alice))
        said = talked(tokens[0]["url"], tokens)
        assert is_heard(said), f"{service}: {said}"

with subtest("a guest hears the call, too"):
    # In a room of its own: one that was called in before closes 20 seconds after the last one left.
    room_of_call = "!visit:example"
    speaker, _ = call_tokens(foci[0], openid(staff_api, alice), room_of_call)
    _, listener = call_tokens(foci[0], openid(guests_api, guest), room_of_call)
    said = talked(speaker["url"], [speaker, listener])
    assert is_heard(said), f"{foci[0]}: {said}"

with subtest("a made-up proof gives no token for a call"):
    made_up = {"access_token": "nothing", "matrix_server_name": names["serverName"]}
    wanted = {"room": "!call:example", "device_id": "X", "openid_token": made_up}
    # Whatever the homeserver says to it, lk-jwt-service 0.4 calls it a failed look-up.
    refusal = ask("POST", f"{foci[0]}/sfu/get", wanted, code=500)
    assert refusal["errcode"] == "M_LOOKUP_FAILED" and "jwt" not in refusal, refusal
