# opening: rooms.py
# fleet: edge-media
# In backbone mode media enters and leaves at the edge that is closest to each person, and crosses
# regions inside the tunnel. Afterwards no edge has anything of the call.
import secrets

FOLDER = "/run/captures"
MARK = secrets.token_hex(6)
USERS = [f"ann{MARK}", f"ben{MARK}"]
ROOM = f"!room{MARK}:example"
TEXT = f"text{MARK}"
# Packets of five seconds of speech, at the least; nothing else comes near it.
SPEECH = 100
TURN = 3478
DISCARD = 9

relays = [m for m in edges if files[m.name]["options"]["edge"]["mode"] == "backbone"]
near, far = relays
public = {name: file["facts"]["publicAddress"] for name, file in files.items()}
inner = {name: file["facts"]["tunnelAddress"] for name, file in files.items()}
tunnel = files[core.name]["services"]["wg-fleet"]
realm = files[near.name]["services"]["coturn"]["settings"]["realm"]
rtc = files[near.name]["services"]["livekit"]["rtc"]
media = f"portrange {rtc['port_range_start']}-{rtc['port_range_end']}"


def wire(machine: Any) -> str:
    return str(files[machine.name]["network"]["interfaces"]["public"]["name"])


def record(machine: Any, interface: str) -> None:
    own = f"systemd-run --quiet --collect --unit=capture-{interface}"
    capture = f"tcpdump -Z root -n -i {interface} -s 128 --buffer-size=4096 -U"
    machine.succeed(f"mkdir -p {FOLDER}", f"{own} {capture} -w {FOLDER}/{interface}.pcap")
    machine.wait_until_succeeds(f"test -s {FOLDER}/{interface}.pcap", timeout=20)


def seen(machine: Any, interface: str, kind: str) -> int:
    """Give the number of packets of a kind that were recorded."""
    lines = machine.succeed(f"tcpdump -n -r {FOLDER}/{interface}.pcap '{kind}'").splitlines()
    return len(lines)


def tokens() -> list[str]:
    made = call_tokens(f"https://{names['rtcDomain']}/{near.name}", openid(staff_api, ann), ROOM)
    return [one["jwt"] for one in made]


def talk(patience: int = 30) -> Any:
    """Let ann speak and ben listen, on the media server near ann; give what ben heard, far away."""
    speaker, listener = tokens()
    url = f"wss://{files[near.name]['options']['edge']['focusDomain']}"
    first = {"url": url, "token": speaker, "says": TEXT, "names": {realm: public[near.name]}}
    second = {"url": url, "token": listener, "says": "", "names": {realm: public[far.name]}}
    return people_talk([first, second], patience=patience)[1]


def relay_says(secret: str, peer: str, relay: str = "") -> str:
    """Ask a relay, the one near ann, for a way to a peer, and give what it says of it."""
    # Each time as somebody else: what is asked for in vain counts for a while (`user-quota`).
    account = f"-u {MARK}{next(TRANSACTION)} -W {shlex.quote(secret)}"
    way = f"-e {peer} -r {rtc['port_range_start']} {relay or public[near.name]}"
    return str(
        client.succeed(f"timeout 20 turnutils_uclient -v -n 1 -c {account} {way} 2>&1 || true")
    )


def carries(one: Any, other: Any) -> bool:
    """Tell whether what one edge sends into the tunnel arrives at another, where media does."""

    def received() -> int:
        dump = other.succeed(f"wg show {tunnel['interface']} dump").splitlines()
        (own,) = [line for line in dump if f"{inner[one.name]}/" in line]
        return int(own.split("\t")[5])

    def arrives() -> bool:
        before = received()
        probe = f"exec 3<> /dev/udp/{inner[other.name]}/{rtc['port_range_start']}; echo media >&3"
        one.succeed(f"bash -c {shlex.quote(probe)}")
        time.sleep(0.2)
        return received() > before

    # A handshake counts as well, but not at once again.
    return arrives() and arrives()


for machine in machines:
    wait_for_units(machine)
# Two tunnels that begin in the same moment may need some seconds until either hears the other.
retry(lambda _last: carries(near, far) and carries(far, near), timeout_seconds=60)
make_accounts(*USERS)
ann = log_in(staff_api, USERS[0])

with subtest("a call between two regions is heard"):
    for machine in relays:
        record(machine, wire(machine))
        record(machine, tunnel["interface"])
    record(core, tunnel["interface"])
    core.wait_until_succeeds(f"ping -c 1 -W 2 {inner[near.name]}", timeout=60)
    listened = talk()
    assert is_heard(listened) and listened["read"] in ([TEXT], None), listened

with subtest("each person's media enters and leaves at the edge that is closest to them"):
    for machine in relays:
        count = seen(machine, wire(machine), f"udp port {TURN}")
        assert count > SPEECH, f"{machine.name}: {count} packets of the relay"

with subtest("between the regions it is inside the tunnel, and on the internet only as WireGuard"):
    ways = f"host {inner[far.name]} and host {inner[near.name]}"
    count = seen(near, tunnel["interface"], f"udp and {ways} and {media}")
    assert count > SPEECH, f"{count} packets of media in the tunnel"
    between = f"host {public[near.name]} and host {public[far.name]}"
    wrapped = f"udp port {tunnel['listenPort']}"
    t.assertGreater(seen(near, wire(near), f"{between} and {wrapped}"), SPEECH)

ELSE = f"udp and not ({wrapped} or port {TURN} or port 67 or port 68 or ip6)"

with subtest("control: what does pass the core is seen"):
    marked = f"exec 3<> /dev/udp/{inner[core.name]}/{DISCARD}; echo media >&3"
    near.succeed(f"bash -c {shlex.quote(marked)}")
    read = f"tcpdump -n -r {FOLDER}/{tunnel['interface']}.pcap"
    core.wait_until_succeeds(f"{read} udp port {DISCARD} | grep .", timeout=20)

with subtest("nothing else is on the internet, and nothing of it at the core"):
    for machine in relays:
        assert seen(machine, wire(machine), ELSE) == 0, machine.name
        assert seen(machine, wire(machine), f"{between} and not {wrapped}") == 0, machine.name
    t.assertEqual(seen(core, tunnel["interface"], f"udp and not port {DISCARD}"), 0)

with subtest("control: a packet of media that goes round the tunnel is seen"):
    spilled = f"exec 3<> /dev/udp/{public[near.name]}/{rtc['port_range_start']}; echo media >&3"
    far.succeed(f"bash -c {shlex.quote(spilled)}")
    near.wait_until_succeeds(f"tcpdump -n -r {FOLDER}/{wire(near)}.pcap '{ELSE}' | grep .")
    t.assertGreater(seen(near, wire(near), f"{between} and not {wrapped}"), 0)
    for machine in [*relays, core]:
        machine.succeed("systemctl stop 'capture-*'")

with subtest("the relay goes to media servers in the tunnel, and nowhere else"):
    secret = near.succeed(f"cat /run/rampart-secrets/turn-secret-{near.name}").strip()
    for machine in relays:
        said = relay_says(secret, inner[machine.name])
        assert "success: 0x" in said, f"{machine.name}: {said}"
    refused = [inner[core.name], inner[gateway.name], public[gateway.name], public[near.name]]
    # Also a media server in the tunnel that is no relay's, the relay itself, and what a provider
    # tells its machines.
    refused += [inner[relay_host.name], "127.0.0.1", "169.254.169.254"]
    for peer in refused:
        said = relay_says(secret, peer)
        assert "error 403 " in said, f"{peer}: {said}"
    for relay in [public[near.name], public[relay_host.name]]:
        said = relay_says(f"{secret}x", inner[near.name], relay)
        assert "Cannot complete Allocation" in said, said

with subtest("rooms are made and ended for the core alone, whoever has the key of a focus"):
    rooms_are_for_the_core("theirs")

with subtest("a stolen edge opens its own focus, relays to media servers of its kind, and no more"):
    for edge in [near, relay_host]:
        opened = opened_by(edge)
        assert set(opened) == own_doors(edge), f"{edge.name}: {opened}"
        beside = {m.name for m in relays if edge == near} - {edge.name}
        taken_by = takers(edge)
        assert taken_by == {core.name, *beside}, f"{edge.name}: {taken_by}"

with subtest("control: a secret too many on an edge is noticed"):
    opened = opened_by(near, too_many=secrets_of(relay_host)["turn-secret-core"])
    assert set(opened) - own_doors(near) == {f"relay of {relay_host.name}"}, opened

with subtest("who may not send UDP comes in over TCP"):
    wall = "type filter hook output priority 0; meta l4proto udp drop"
    client.succeed(f"nft -f - <<'END'\ntable inet wall {{\nchain out {{\n{wall}\n}}\n}}\nEND")
    listened = talk()
    assert is_heard(listened), listened
    client.succeed("nft delete table inet wall")

with subtest("no edge has anything of the call: no name, no room, no text"):
    words = words_of_call(MARK, ROOM)
    for machine in edges:
        found = traces(machine, words)
        assert not found, f"{machine.name}: {found}"

with subtest("control: the same search finds what is left anywhere"):
    check_search(near, TEXT, USERS[0], words)

with subtest("control: without the relay there is no way in"):
    far.succeed("systemctl stop coturn")
    listened = talk(patience=10)
    assert listened["heard"] == 0, listened
    far.succeed("systemctl start coturn")
