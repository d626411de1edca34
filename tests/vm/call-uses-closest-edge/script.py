# opening: rooms.py
# Everybody is told the media server closest to them first, and talks there; one that is gone is
# told to nobody. Afterwards no edge has anything of a call.
import secrets
from collections.abc import Callable

TRANSPORTS = ["unstable/org.matrix.msc4143", "v1"]
LIMIT = 90
# For two answers. The gateway gives up on a silent core after two seconds; the rest is a busy
# machine.
PATIENCE = 10.0
MARK = secrets.token_hex(6)
USER = f"alice{MARK}"
TEXT = f"text{MARK}"
ROOM, SHARED = f"!room{MARK}:example", f"!shared{MARK}:example"
READ = "tcpdump -n -r /run/tunnel.pcap"
DISCARD = 9
UNMADE = "!unmade:example"
# The network of the client's interface.
ON_LINK = "2001:db8:ffff:"
HEAD = "curl --fail --silent --dump-header - --output /dev/null"
PREFLIGHT = (
    "-H 'Origin: https://app.example' -H 'Access-Control-Request-Method: GET' "
    "-H 'Access-Control-Request-Headers: authorization'"
)
READABLE = [
    "access-control-allow-origin: *",
    "cache-control: no-store",
    "content-type: application/json",
]
steer = files[core.name]["services"]["rampart-steer"]
place_of = {focus["name"]: focus for focus in steer["foci"]}
gateway6 = files[gateway.name]["facts"]["publicAddress6"]
document = f"https://{names['serverName']}/.well-known/matrix/client"


def transports(version: str) -> str:
    return f"{staff_api}/_matrix/client/{version}/rtc/transports"


def network_of(region: Any) -> str:
    """Give the region's IPv6 network that the client's interface can have addresses of."""
    return str(next(one for one in region["networks"] if one.startswith(ON_LINK)))


def closest(region: Any) -> list[str]:
    """Give the foci from the nearest to the farthest, the core last: by the plain definition."""
    far = {one["region"]: one["oneWayMs"] for one in region["reach"]}
    near = sorted(steer["foci"], key=lambda focus: (far[focus["region"]], focus["name"]))
    first = [focus["name"] for focus in near if focus["place"] == "by-distance"]
    return first + [focus["name"] for focus in near if focus["place"] == "last"]


settled: set[str] = set()


def from_region(region: Any, url: str, extra: str = "") -> Any:
    """Ask as somebody of a region does: from an address of its network."""
    host = url.split("/")[2]
    source = network_of(region).replace("::/80", "::7")
    client.succeed(f"ip -6 address replace {source}/64 dev ens18 nodad")
    options = f"--interface {source} --resolve '{host}:443:[{gateway6}]'"
    # The way back to a new address is not there at once on every network.
    if source not in settled:
        client.wait_until_succeeds(f"curl --silent --max-time 5 {options} {url}", timeout=60)
        settled.add(source)
    return ask("GET", url, options=f"{options} {extra}")


def told(region: Any) -> list[str]:
    """Give the names of the foci that people of a region are told. Both surfaces must agree, unless
    it changes between."""
    for _ in range(LIMIT):
        found = from_region(region, document)["org.matrix.msc4143.rtc_foci"]
        lists = [from_region(region, transports(one))["rtc_transports"] for one in TRANSPORTS]
        if found == from_region(region, document)["org.matrix.msc4143.rtc_foci"]:
            assert lists == [found, found], f"{region['name']}: {lists}, the document {found}"
            return [one["livekit_service_url"].rsplit("/", 1)[1] for one in found]
    raise AssertionError(f"{region['name']}: the answers change all the time")


def wait_until(what: str, good: Callable[[], bool]) -> None:
    for _ in range(LIMIT):
        if good():
            return
        client.succeed("sleep 1")
    raise AssertionError(f"{what}: not within {LIMIT} s")


def packets(machine: Any) -> float:
    """Give the packets of media that a media server has taken in since it was started."""
    settings = files[machine.name]["services"]["livekit"]
    place = f"{settings['bind_addresses'][0]}:{settings['prometheus']['port']}"
    page = machine.succeed(f"curl --fail --silent http://{place}/metrics")
    lines = [line for line in page.splitlines() if line.startswith("livekit_packet_total{")]
    return sum(float(line.split()[-1]) for line in lines if 'direction="incoming"' in line)


def carriers(before: dict[str, float]) -> set[str]:
    """Give the media servers that media went through since; they count every few seconds."""
    for _ in range(15):
        found = {name for name, machine in media.items() if packets(machine) > before[name] + 100}
        if found:
            return found
        client.succeed("sleep 1")
    return set()


def is_on_link(region: Any) -> bool:
    return any(network.startswith(ON_LINK) for network in region["networks"])


def own_focus(edge: Any) -> Any:
    """Give the focus that an edge is the only media server of."""
    return next(
        focus
        for focus in steer["foci"]
        if [server["host"] for server in focus["servers"]] == [edge.name]
    )


def unwell() -> list[Any]:
    """Give the media servers that are not well, or whose figures nobody can read."""
    state = json.loads(core.succeed("rampart-steer status"))
    servers = [server for focus in state["foci"] for server in focus["servers"]]
    return [one for one in servers if not one["healthy"] or one["figures"] is None]


regions = [region for region in steer["regions"] if is_on_link(region)]
media = {m.name: m for m in machines if "livekit" in files.get(m.name, {}).get("services", {})}
far = next(region for region in regions if closest(region)[0] == region["name"])
here = [server["host"] for server in place_of[closest(far)[0]]["servers"]]

for machine in machines:
    wait_for_units(machine)

with subtest("every media server is well, as steering sees it through the tunnel"):
    wait_until("all are well", lambda: unwell() == [])

with subtest("people of each region are told their closest media server first"):
    firsts = set()
    for region in regions:
        found = told(region)
        assert found == closest(region), f"{region['name']}: {found}, not {closest(region)}"
        firsts.add(found[0])
    assert len(firsts) == len(regions), firsts

with subtest("a client's own word about its address counts for nothing"):
    for region in regions:
        other = network_of(next(one for one in regions if one != region)).replace("::/80", "::9")
        for header in ["X-Forwarded-For", "X-Real-Ip", "Forwarded"]:
            value = f"for={other}" if header == "Forwarded" else other
            answer = from_region(region, transports("v1"), f"-H '{header}: {value}'")
            first = answer["rtc_transports"][0]["livekit_service_url"]
            assert first.endswith(f"/{closest(region)[0]}"), f"{header}: {first}"

with subtest("web clients may read the answer, and nobody between may keep it"):
    for url in [transports("v1"), document]:
        head = client.succeed(f"{HEAD} {url}").lower()
        for line in READABLE:
            assert line in head, f"{url}: {head}"
        allowed = client.succeed(f"{HEAD} -X OPTIONS {PREFLIGHT} {url}").lower()
        assert "authorization" in allowed, allowed

with subtest("only the core sees whether an edge is well and how many people are on it"):
    for edge in edges:
        name = files[edge.name]["options"]["edge"]["focusDomain"]
        for path in ["", "metrics", "status", "healthz"]:
            ask("GET", f"https://{name}/{path}", code=404)
    for place in [steer["listen"], steer["local"]]:
        client.fail(f"curl --silent --max-time 3 http://{place}/status")

make_accounts(USER)
alice = log_in(staff_api, USER)

with subtest(f"two people in {far['name']} talk on the media server there, and on no other"):
    before = {name: packets(machine) for name, machine in media.items()}
    first = from_region(far, transports("v1"))["rtc_transports"][0]["livekit_service_url"]
    tokens = call_tokens(first, openid(staff_api, alice))
    said = talked(tokens[0]["url"], tokens)
    assert is_heard(said), f"{first}: {said}"
    carried = carriers(before)
    assert carried and carried <= set(here), f"media on {carried}, not on {here} alone"

alone = [m for m in edges if files[m.name]["options"]["edge"]["mode"] == "multi-sfu"]
one_edge, other_edge = alone[:2]

with subtest(f"two people whose closest media server is {one_edge.name} talk on it alone"):
    around = next(
        region for region in regions if place_of[closest(region)[0]] == own_focus(one_edge)
    )
    before = {name: packets(machine) for name, machine in media.items()}
    service = from_region(around, transports("v1"))["rtc_transports"][0]["livekit_service_url"]
    listened = people_talk(
        [
            {"url": token["url"], "token": token["jwt"], "says": says, "names": {}}
            for token, says in zip(
                call_tokens(service, openid(staff_api, alice), ROOM), [TEXT, ""], strict=True
            )
        ]
    )[1]
    assert is_heard(listened) and listened["read"] in ([TEXT], None), listened
    carried = carriers(before)
    assert carried == {one_edge.name}, carried

with subtest("it has nothing of the call: no name, no room, no text"):
    words = words_of_call(MARK, ROOM)
    kept = traces(one_edge, words)
    assert not kept, kept

with subtest("control: the same search finds what is left anywhere"):
    check_search(one_edge, TEXT, USER, words)

with subtest("rooms are made and ended for the core alone, whoever has the key of a focus"):
    rooms_are_for_the_core("theirs")
    kinds = {door["kind"] for door in room_doors()}
    assert {"publicAddress", "publicAddress6", "tunnelAddress"} <= kinds, kinds

with subtest("a pass opens no room that nobody made, at no focus"):
    held = {}
    for focus in steer["foci"]:
        service = f"https://{names['rtcDomain']}/{focus['name']}"
        held[service] = call_tokens(service, openid(staff_api, alice), UNMADE)
        # Passes come with the room, so it is ended before anybody is in it.
        name = held[service][0]["url"].split("/")[2]
        door = next(one for one in seen_by_the_core() if one["name"] == name)
        ended = asked_for_rooms(core, [door], room_of(held[service][0]), "DeleteRoom")
        assert ended[0][0][0] == 200, f"{name}: {ended}"
        validate = f"https://{name}/rtc/validate?access_token={held[service][0]['jwt']}"
        assert "does not exist" in ask("GET", validate, code=404), name
    service = f"https://{names['rtcDomain']}/{own_focus(one_edge)['name']}"
    persons = [
        {"url": one["url"], "token": one["jwt"], "says": says, "names": {}}
        for one, says in zip(held[service], ["hello", ""], strict=True)
    ]
    listened = people_talk(persons, seconds=8, patience=8)[1]
    assert listened["heard"] == 0, listened

with subtest("control: with the same passes they talk, once the token service has made the room"):
    for service, given in held.items():
        call_tokens(service, openid(staff_api, alice), UNMADE)
        place = given[0]["url"].split("/")[2]
        ask("GET", f"https://{place}/rtc/validate?access_token={given[0]['jwt']}")
    listened = people_talk(persons)[1]
    assert is_heard(listened), listened

with subtest("two people on different media servers of one region are in one call, on one of them"):
    shared = next(focus for focus in steer["foci"] if len(focus["servers"]) > 1)
    nodes = [media[server["host"]] for server in shared["servers"]]
    name = files[nodes[0].name]["options"]["edge"]["focusDomain"]
    tunnel = files[core.name]["services"]["wg-fleet"]["interface"]
    capture = f"tcpdump -Z root -n -i {tunnel} -U -w /run/tunnel.pcap udp"
    core.succeed(f"systemd-run --quiet --collect --unit=capture {capture}")
    core.wait_until_succeeds("test -e /run/tunnel.pcap", timeout=20)
    before = {name: packets(machine) for name, machine in media.items()}
    service = f"https://{names['rtcDomain']}/{shared['name']}"
    proof = openid(staff_api, alice)
    doors = [{name: files[node.name]["facts"]["publicAddress"]} for node in nodes]
    persons = [
        {"url": f"wss://{name}", "token": token["jwt"], "says": says, "names": door}
        for token, says, door in zip(
            call_tokens(service, proof, SHARED), ["hello", ""], doors, strict=True
        )
    ]
    listened = people_talk(persons)[1]
    assert is_heard(listened), listened
    (host,) = carriers(before)
    assert host in [node.name for node in nodes], host

with subtest("control: what does pass the core is seen"):
    inner = files[core.name]["facts"]["tunnelAddress"]
    marked = f"exec 3<> /dev/udp/{inner}/{DISCARD}; echo media >&3"
    nodes[0].succeed(f"bash -c {shlex.quote(marked)}")
    core.wait_until_succeeds(f"{READ} udp port {DISCARD} | grep .", timeout=20)
    core.succeed("systemctl stop capture")

with subtest("its media does not pass the core, and its nodes keep nothing of it"):
    t.assertEqual(core.succeed(f"{READ} udp and not port {DISCARD}"), "")
    for node in nodes:
        assert not traces(node, words_of_call(MARK, SHARED)), node.name

with subtest("control: without what they share, people on different media servers do not meet"):
    redis = f"redis-{shared['name']}"
    core.succeed(f"systemctl stop {redis}")
    listened = people_talk(persons, seconds=8, patience=8)[1]
    assert listened["heard"] == 0, listened
    core.succeed(f"systemctl start {redis}")
    wait_until("all are well", lambda: unwell() == [])

by_mode = {files[m.name]["options"]["edge"]["mode"]: m for m in edges}

with subtest("a stolen edge opens its own focus, in a cluster with its Redis, and nothing else"):
    for edge in by_mode.values():
        opened = opened_by(edge)
        assert set(opened) == own_doors(edge), f"{edge.name}: {opened}"
        taken_by = takers(edge)
        assert taken_by == {core.name}, f"{edge.name}: {taken_by}"

with subtest("control: a secret too many on an edge is noticed"):
    name = f"livekit-keys-{other_edge.name}"
    opened = opened_by(one_edge, **{name: secrets_of(other_edge)[name]})
    assert set(opened) - own_doors(one_edge) == {
        f"calls of {other_edge.name}",
        f"relay of {other_edge.name}",
    }, opened

with subtest("who may use nothing but 443 finds a relay there, over TLS"):
    doors = [door for door in all_doors() if door["host"] == one_edge.name and "tls" in door]
    at = {"address": files[one_edge.name]["facts"]["publicAddress"]}
    at_443 = [door | at for door in doors if door["kind"] == "relay"]
    assert try_doors(client, secrets_of(one_edge), at_443), at_443
    assert not try_doors(client, secrets_of(other_edge), at_443), at_443

with subtest("a media server that dies is told to nobody, and is told again when it is back"):
    for host in here:
        media[host].succeed("systemctl stop livekit")
    others = [one for one in closest(far) if one != far["name"]]
    wait_until("it is left out", lambda: told(far) == others)
    for region in regions:
        assert far["name"] not in told(region), region["name"]
    for host in here:
        media[host].succeed("systemctl start livekit")
    wait_until("it is told again", lambda: told(far) == closest(far))

with subtest("without steering clients still get an answer, at once: the list without an order"):
    core.succeed("systemctl stop rampart-steer")
    for _ in range(20):
        for version in TRANSPORTS:
            listed = from_region(far, transports(version))["rtc_transports"]
            assert [one["livekit_service_url"] for one in listed] == foci, listed
        found = from_region(far, document)["org.matrix.msc4143.rtc_foci"]
        assert found == listed, found

with subtest("control: without steering the closest media server is not the first"):
    assert not foci[0].endswith(f"/{closest(far)[0]}"), foci
    core.succeed("systemctl start rampart-steer")
    wait_until("it steers again", lambda: told(far) == closest(far))

with subtest("nor does anybody wait or get an error while the core is cut off"):
    from_region(far, document)
    core.block()
    slowest = 0.0
    for _ in range(20):
        begun = time.monotonic()
        for url in [transports("v1"), document]:
            answer = from_region(far, url)
            listed = answer.get("rtc_transports") or answer["org.matrix.msc4143.rtc_foci"]
            assert [one["livekit_service_url"] for one in listed] == foci, listed
        slowest = max(slowest, time.monotonic() - begun)
    assert slowest < PATIENCE, f"the slowest took {slowest:.1f} s"
    log.log(f"two answers while the core is cut off took {slowest:.1f} s at most")
    core.unblock()
    wait_until("it steers again", lambda: told(far) == closest(far))
