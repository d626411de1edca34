# opening: people.py
# Nothing that people write or are called travels in clear, neither between hosts nor to people.
#
# Every interface of every machine is recorded while people chat and call: so every segment is seen
# from each of its ends. What is planted must not be found there, in clear or in base64; behind the
# encryption, in the tunnel and on loopback, the same search must find it.
import secrets

FOLDER = "/run/captures"
MARK = secrets.token_hex(6)
USERS = [f"ann{MARK}", f"ben{MARK}"]
GUEST = f"gus{MARK}"

# What may be on a wire, and why. Everything else is a fault, whatever is in it.
LISTED = {
    "arp": "who has which address",
    "icmp": "pings and errors of the network; the content is searched like any other",
    "icmpv6": "the kernel's look for neighbours and routers",
    "wireguard": "the tunnel",
    "tls": "the name of the server is readable (SNI), and nothing of a person",
    "http": "port 80 answers with a redirect and with nothing else: looked at below",
    "stun": "addresses and random words; TURN's user name is looked at below",
    "dtls": "keys of media are agreed on: certificates of nobody, made for one call",
    "srtp": "media: only after DTLS on the same way, which is looked at below",
    "channel data": "what a relay passes on: media as above",
    "dns": "names of servers",
    "ntp": "the time",
}

# Reads captures; prints for each the kinds of its packets, the places of planted words, and more.
READ = r'''
import base64, ipaddress, json, pathlib, struct
COOKIE = bytes.fromhex("2112a442")
USERNAME = 6

def packets(data):
    ethernet = struct.unpack_from("<I", data, 20)[0] & 0xFFFFFFF == 1
    at = 24
    while at + 16 <= len(data):
        size = struct.unpack_from("<I", data, at + 8)[0]
        packet = data[at + 16 : at + 16 + size]
        at += 16 + size
        if ethernet:
            yield packet[12:14].hex(), packet[14:]
        else:
            yield {4: "0800", 6: "86dd"}.get(packet[0] >> 4, "none"), packet

def opened(ethertype, packet):
    """Give the flow that a packet belongs to, its place in the flow, its content."""
    if ethertype == "86dd":
        protocol, head, size = packet[6], 40, 40 + struct.unpack_from("!H", packet, 4)[0]
        if protocol == 0:
            protocol, head = packet[40], 48 + packet[41] * 8
        places, width, fragment = (8, 24), 16, 0
    elif ethertype == "0800":
        protocol, head = packet[9], (packet[0] & 15) * 4
        size = struct.unpack_from("!H", packet, 2)[0]
        places, width, fragment = (12, 16), 4, struct.unpack_from("!H", packet, 6)[0] & 0x1FFF
    else:
        return ("arp" if ethertype == "0806" else f"ethertype {ethertype}"), None, packet
    source, target = (ipaddress.ip_address(packet[at : at + width]) for at in places)
    rest = packet[head:size]
    if protocol not in (6, 17) or fragment:
        name = {1: "icmp", 58: "icmpv6"}.get(protocol, f"protocol-{protocol}")
        return f"{name} {source} > {target}", None, rest
    ports = struct.unpack_from("!HH", rest)
    ends = f"{source}:{ports[0]} > {target}:{ports[1]}"
    if protocol == 17:
        return f"udp {ends}", None, rest[8:]
    return f"tcp {ends}", struct.unpack_from("!I", rest, 4)[0], rest[(rest[12] >> 4) * 4 :]

def ports_of(flow):
    return {end.rpartition(":")[2] for end in flow.split()[1::2]}

def kind(flow, content):
    """Tell what the beginning of a stream, or a datagram, is."""
    protocol, ports, first = flow.split()[0], ports_of(flow), content[0]
    if protocol == "tcp":
        if content[:2] == b"\x16\x03":
            return "tls"
        if content[:4] in (b"GET ", b"HEAD", b"HTTP") and "80" in ports:
            return "http"
        if COOKIE in (content[4:8], content[6:10]):
            return "stun"
    elif protocol != "udp":
        return protocol if ">" in flow else flow
    elif first in (1, 2, 3, 4) and content[1:4] == bytes(3):
        return "wireguard"
    elif content[4:8] == COOKIE:
        return "stun"
    for low, high, name in ((20, 63, "dtls"), (64, 127, "channel data"), (128, 191, "srtp")):
        if protocol == "udp" and low <= first <= high:
            return name
    for port, name in (("53", "dns"), ("123", "ntp")):
        if port in ports:
            return name
    return f"unknown in {flow}: {content[:40]!r}"

def usernames(content):
    """Give the places of user names in a STUN message."""
    at = 20
    while at + 4 <= len(content):
        number, size = struct.unpack_from("!HH", content, at)
        if number == USERNAME:
            yield at + 4, at + 4 + size
        at += 4 + (size + 3) // 4 * 4

def forms(text):
    """Give a text as it is, and what base64 makes of it wherever it stands in a longer one."""
    data = text.encode()
    yield data
    for shift in range(3):
        coded = base64.b64encode(bytes(shift) + data)
        inner = coded[(shift * 8 + 5) // 6 : len(data + bytes(shift)) * 8 // 6]
        yield inner
        yield inner.replace(b"+", b"-").replace(b"/", b"_")

def look(path):
    streams, datagrams, seen, names, kinds = {}, {}, set(), set(), {}
    count = 0
    for ethertype, packet in packets(path.read_bytes()):
        count += 1
        flow, place, content = opened(ethertype, packet)
        if not content:
            continue
        if place is not None:
            if (flow, place, len(content)) not in seen:
                streams.setdefault(flow, bytearray()).extend(content)
            seen.add((flow, place, len(content)))
            continue
        what = kind(flow, content)
        kinds.setdefault(what, set()).add(flow)
        if what == "stun" and "3478" in ports_of(flow):
            content = bytearray(content)
            for start, end in usernames(content):
                names.add(content[start:end].decode(errors="replace"))
                content[start:end] = bytes(end - start)
        datagrams.setdefault(flow, []).append(bytes(content))
    for flow, stream in streams.items():
        kinds.setdefault(kind(flow, stream), set()).add(flow)
    whole = {**streams, **{flow: b"\0".join(many) for flow, many in datagrams.items()}}
    found = [
        (word, flow)
        for word, text in WORDS.items()
        for flow, content in whole.items()
        if any(form in content for form in forms(text))
    ]
    way = lambda flow: tuple(sorted(flow.split()[1::2]))
    agreed = {way(flow) for flow in kinds.get("dtls", ())}
    return {
        "packets": count,
        "kinds": {what: len(flows) for what, flows in kinds.items()},
        "found": found,
        "usernames": sorted(names),
        "bare": sorted(flow for flow in kinds.get("srtp", ()) if way(flow) not in agreed),
        "http": [streams[flow].decode(errors="replace") for flow in kinds.get("http", ())],
    }

print(json.dumps({path.stem: look(path) for path in pathlib.Path(FOLDER).glob("*.pcap")}))
'''

# A frame that no firewall looks at, straight to the wire. It is the last of a recording, too.
SPILL = r"""
import contextlib, socket
for interface in INTERFACES:
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as wire:
        wire.bind((interface, 0))
        # The kernel's WireGuard has a complaint, but by then it was seen.
        with contextlib.suppress(OSError):
            wire.send(bytes.fromhex("ffffffffffff 020000000001 88b5") + TEXT.encode() * 4)
"""
SPILLED = "ethertype 88b5"


def wires(machine: Any) -> list[str]:
    if machine.name in files:
        interfaces = files[machine.name]["network"]["interfaces"].values()
        return [interface["name"] for interface in interfaces]
    return [json.loads(machine.succeed("ip -j route show default"))[0]["dev"]]


def inside(machine: Any) -> list[str]:
    """Give the interfaces that are behind the encryption."""
    if machine.name not in files:
        return []
    return ["lo", files[machine.name]["services"]["wg-fleet"]["interface"]]


def record(machine: Any) -> None:
    for interface in wires(machine) + inside(machine):
        place = f"{FOLDER}/{interface}"
        machine.succeed(
            f"mkdir -p {FOLDER}; systemd-run --quiet --unit=capture-{interface} "
            f"--property=StandardError=file:{place}.log tcpdump -Z root -n -i {interface} "
            f"--snapshot-length=0 --buffer-size=16384 -U -w {place}.pcap"
        )
    for interface in wires(machine) + inside(machine):
        machine.wait_until_succeeds(f"test -s {FOLDER}/{interface}.pcap", timeout=60)


def read(machine: Any) -> dict[str, Any]:
    """End the recordings of a machine, and give what is in each."""
    interfaces = wires(machine) + inside(machine)
    program = f"TEXT = {planted['spill']!r}\nINTERFACES = {interfaces!r}\n{SPILL}"
    machine.succeed(f"python3 - <<'END'\n{program}\nEND")
    for interface in interfaces:
        recording = f"{FOLDER}/{interface}.pcap"
        machine.wait_until_succeeds(f"grep --count {planted['spill']} {recording}", timeout=60)
    machine.succeed("systemctl stop 'capture-*'")
    for interface in interfaces:
        said = machine.succeed(f"cat {FOLDER}/{interface}.log")
        assert "\n0 packets dropped by kernel" in said, f"{machine.name} {interface}: {said}"
    program = f"WORDS = {json.dumps(planted)}\nFOLDER = {FOLDER!r}\n{READ}"
    found: dict[str, Any] = json.loads(machine.succeed(f"python3 - <<'END'\n{program}\nEND"))
    return found


def upload(text: str, account: Any) -> None:
    where = f"{staff_api}/_matrix/media/v3/upload"
    uri = ask("POST", where, {"text": text}, account["access_token"])["content_uri"]
    url = f"{staff_api}/_matrix/client/v1/media/download/{uri.removeprefix('mxc://')}"
    t.assertEqual(ask("GET", url, token=account["access_token"]), {"text": text})


recorded = [machine for machine in machines if machine.name in files or machine.name == "client"]
words = ["message", "room", "file", "call", "spill"]
planted = {word: f"{word}{secrets.token_hex(8)}" for word in words}

with subtest("every interface of every machine is recorded"):
    for machine in recorded:
        wait_for_units(machine)
    for name, file in files.items():
        if name != core.name:
            core.wait_until_succeeds(f"ping -c 1 -W 2 {file['facts']['tunnelAddress']}", timeout=60)
    for machine in recorded:
        record(machine)

with subtest("people chat"):
    make_accounts(*USERS)
    ann, ben = [log_in(staff_api, user) for user in USERS]
    room = open_room(ann, ben, name=planted["room"])
    say(room, planted["message"], ann)
    t.assertIn(planted["message"], texts(staff_api, room, ben["access_token"]))
    upload(planted["file"], ann)
    register_guest(GUEST)
    guest = log_in(guests_api, GUEST)
    planted |= {"ann": USERS[0], "ben": USERS[1], "password": PASSWORD, "guest": GUEST}
    planted |= {"token of ann": ann["access_token"], "token of ben": ben["access_token"]}
    planted |= {"token of guest": guest["access_token"]}

with subtest("people call at every focus, and over the relay"):
    core_focus, passes_of_edges = files[core.name]["facts"]["focus"], set()
    for number, service in enumerate(foci):
        proof = openid(staff_api, ann)
        tokens = call_tokens(service, proof, f"!{planted['call']}:example")
        planted |= {f"proof {number}": proof["access_token"], f"pass {number}": tokens[0]["jwt"]}
        if not service.endswith(f"/{core_focus}"):
            passes_of_edges.add(f"pass {number}")
        said = talked(tokens[0]["url"], tokens)
        assert is_heard(said), f"{service}: {said}"
    proof = openid(guests_api, guest)
    planted["proof of guest"] = proof["access_token"]
    planted["pass of guest"] = call_tokens(foci[0], proof)[0]["jwt"]
    url = f"{staff_api}/_matrix/client/v3/voip/turnServer"
    relay = ask("GET", url, token=ann["access_token"])
    planted["relay's password"] = relay["password"]
    realm = files[relay_host.name]["services"]["coturn"]["settings"]["realm"]
    account = f"-u {shlex.quote(relay['username'])} -w {shlex.quote(relay['password'])}"
    client.succeed(f"turnutils_uclient -y -c -n 5 {account} {realm}")

with subtest("somebody comes to port 80"):
    said = client.succeed(f"curl --silent --head http://{names['clientDomain']}/")
    assert f"Location: https://{names['clientDomain']}/" in said, said

looks = {machine.name: read(machine) for machine in recorded}
on_wires = {
    (machine.name, interface): looks[machine.name][interface]
    for machine in recorded
    for interface in wires(machine)
}

with subtest("nothing that was planted is on any wire"):
    for (name, interface), look in on_wires.items():
        found = [(word, flow) for word, flow in look["found"] if flow != SPILLED]
        assert not found, f"{name} {interface}: {found}"

with subtest("everything on the wires is of a listed kind"):
    for (name, interface), look in on_wires.items():
        kinds = set(look["kinds"]) - {SPILLED}
        assert kinds <= set(LISTED), f"{name} {interface}: {sorted(kinds - set(LISTED))[:5]}"
    for name in files:
        met = [
            kind for (where, _), look in on_wires.items() if where == name for kind in look["kinds"]
        ]
        assert "wireguard" in met, f"{name}: {met}"

with subtest("media is sent only where keys were agreed on before"):
    for (name, interface), look in on_wires.items():
        assert not look["bare"], f"{name} {interface}: {look['bare']}"
    assert "srtp" in on_wires["client", wires(client)[0]]["kinds"], looks["client"]

with subtest("port 80 answers with a redirect and nothing else"):
    for (name, interface), look in on_wires.items():
        begins = {text.split("\r\n")[0] for text in look["http"]}
        strange = begins - {"HEAD / HTTP/1.1", "HTTP/1.1 308 Permanent Redirect"}
        assert not strange, f"{name} {interface}: {strange}"

with subtest("the relay's clear user names are those of people who chose it without TLS"):
    # TURN without TLS (`turn:`) shows its user name to the network (RFC 8489, 14.3), and it is the
    # user's id with a time. Clients that want more take `turns:`, which is offered beside it.
    clear = {name for look in on_wires.values() for name in look["usernames"] if MARK in name}
    assert clear == {relay["username"]}, clear
    assert any(uri.startswith("turns:") for uri in relay["uris"]), relay["uris"]

with subtest("control: the same search finds all of it behind the encryption"):

    def words_in(machine: Any, *interfaces: str) -> set[str]:
        return {word for one in interfaces for word, _ in looks[machine.name][one]["found"]}

    staff = {word for word in planted if "guest" not in word and word != "spill"}
    staff -= {"relay's password"}
    for machine in [gateway, core]:
        missing = staff - words_in(machine, inside(machine)[1])
        assert not missing, f"not in the tunnel of {machine.name}: {sorted(missing)}"
    missing = {"guest", "token of guest", "proof of guest"} - words_in(dmz, "lo")
    assert not missing, f"not on the loopback of {dmz.name}: {sorted(missing)}"
    missing = {"ann", *passes_of_edges} - {w for edge in edges for w in words_in(edge, "lo")}
    assert not missing, f"not on the loopback of any edge: {sorted(missing)}"

with subtest("control: what is spilled on any wire is found there"):
    for (name, interface), look in on_wires.items():
        assert ["spill", SPILLED] in look["found"], f"{name} {interface}: {look}"
        assert SPILLED in look["kinds"], f"{name} {interface}: {look['kinds']}"
