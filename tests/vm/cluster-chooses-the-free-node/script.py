# opening: people.py
# The nodes of a cluster leave their figures in its Redis, and a new call goes to the one with the
# least load. A node whose clock is behind seems to have left them long ago, and gets no calls.
#
# Machines of the lab share one load and one clock. So what one node writes is changed on its way to
# Redis: its LiveKit is led to a program that passes everything on, and its own figures with another
# load and another time.
DOOR = """
import asyncio, json, pathlib, socket, struct, sys

# What is sent with it is not led here again.
MARK = 77
CHANGES, DONE = pathlib.Path("/run/door.json"), pathlib.Path("/run/door.done")
# Fields of LiveKit's messages `Node` and `NodeStats` (protocol: livekit_internal.proto), and kinds.
STATS, UPDATED_AT, LOAD = 4, 2, 18
VARINT, DOUBLE, BYTES, FLOAT = 0, 1, 2, 5


def varint(data, at):
    number = shift = 0
    while True:
        byte = data[at]
        number, shift, at = number | (byte & 0x7F) << shift, shift + 7, at + 1
        if byte < 0x80:
            return number, at


def written(number):
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def fields(data):
    at = 0
    while at < len(data):
        key, at = varint(data, at)
        if key & 7 == VARINT:
            value, at = varint(data, at)
        else:
            size = {DOUBLE: 8, FLOAT: 4}.get(key & 7)
            if key & 7 == BYTES:
                size, at = varint(data, at)
            value, at = data[at : at + size], at + size
        yield key >> 3, key & 7, value


def message(parts):
    out = b""
    for number, kind, value in parts:
        out += written(number << 3 | kind)
        out += written(len(value)) if kind == BYTES else b""
        out += written(value) if kind == VARINT else value
    return out


def figures(data, load, ahead):
    kept = [one for one in fields(data) if one[0] != LOAD]
    moved = [(n, kind, value + ahead if n == UPDATED_AT else value) for n, kind, value in kept]
    return message([*moved, (LOAD, FLOAT, struct.pack("<f", load))])


def changed(node, wanted):
    parts = fields(node)
    return message([(n, k, figures(v, **wanted) if n == STATS else v) for n, k, v in parts])


async def inwards(reader, redis):
    while head := await reader.readline():
        words = []
        for _ in range(int(head[1:])):
            size = int((await reader.readline())[1:])
            words.append((await reader.readexactly(size + 2))[:-2])
        about = words[0].lower() == b"hset" and words[1] == b"nodes"
        wanted = CHANGES.read_text() if about else ""
        if about:
            words[3] = changed(words[3], json.loads(wanted))
        redis.write(b"*%d\\r\\n" % len(words))
        redis.write(b"".join(b"$%d\\r\\n%s\\r\\n" % (len(word), word) for word in words))
        await redis.drain()
        if about:
            DONE.write_text(wanted)
    redis.close()


async def outwards(reader, client):
    while data := await reader.read(65536):
        client.write(data)
        await client.drain()
    client.close()


async def lead(client, back):
    own = socket.socket()
    own.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, MARK)
    own.setblocking(False)
    await asyncio.get_running_loop().sock_connect(own, (sys.argv[1], int(sys.argv[2])))
    reader, redis = await asyncio.open_connection(sock=own)
    await asyncio.gather(inwards(client, redis), outwards(reader, back))


async def main():
    async with await asyncio.start_server(lead, "127.0.0.1", 7777) as server:
        await server.serve_forever()


asyncio.run(main())
"""

# Before packets leave: what LiveKit sends to Redis is led to the door, what the door sends is not.
LED = """
table ip story {
  chain output {
    type nat hook output priority -100;
    ip daddr %s tcp dport %s meta mark != 77 redirect to :7777
  }
}
"""

CALLS = 4
# Seconds. LiveKit holds a node to be alive until its figures are five seconds old.
AHEAD, PATIENCE = 20, 120
NUMBERS = iter(range(1, 1000))

by_focus: dict[str, list[Any]] = {}
for edge in edges:
    by_focus.setdefault(files[edge.name]["options"]["edge"]["focus"], []).append(edge)
# An edge that stands alone is a focus of its own.
((focus, nodes),) = [(name, found) for name, found in by_focus.items() if len(found) > 1]
one, other = nodes
service = f"https://{names['rtcDomain']}/{focus}"
redis = files[other.name]["services"]["livekit"]["redis"]["address"].rpartition(":")


def rooms(node: Any) -> int:
    """Give the number of rooms that a node has had, as it counts them: open ones and ended ones."""
    port = files[node.name]["services"]["livekit"]["prometheus"]["port"]
    said = node.succeed(f"curl --fail --silent http://127.0.0.1:{port}/metrics")
    counts = ("livekit_room_total", "livekit_room_duration_seconds_count")
    lines = [line for line in said.splitlines() if line.startswith(counts)]
    return sum(int(float(line.split()[-1])) for line in lines)


def says(load: float, ahead: int = 0) -> None:
    """Let one node say that it has this load, by a clock that is so many seconds ahead."""
    wanted = json.dumps({"load": load, "ahead": ahead})
    other.succeed(f"echo '{wanted}' > /run/door.json")
    other.wait_until_succeeds("cmp /run/door.json /run/door.done", timeout=60)


def placed() -> dict[str, int]:
    """Begin calls, each in a room of its own; give how many each node got."""
    before = {node.name: rooms(node) for node in nodes}
    for _ in range(CALLS):
        call_tokens(service, openid(staff_api, alice), f"!call-{next(NUMBERS)}:example")
    found: dict[str, int] = {}
    # A room is counted a moment after it is there.
    for _ in range(PATIENCE):
        found = {node.name: rooms(node) - before[node.name] for node in nodes}
        if sum(found.values()) == CALLS:
            break
        client.sleep(1)
    return found


def wants_a_room() -> str:
    """Ask for a room of a call; the last line of the answer is its code."""
    wanted = {"room": f"!call-{next(NUMBERS)}:example", "openid_token": openid(staff_api, alice)}
    service_says = client.execute(
        asking("POST", f"{service}/sfu/get", {**wanted, "device_id": "x"})
    )
    return str(service_says[1]).strip()


with subtest("every unit is active, and somebody has an account"):
    for machine in [gateway, core, *nodes]:
        wait_for_units(machine)
    make_accounts("alice")
    alice = log_in(staff_api, "alice")

with subtest("what one node writes into Redis is led through a door"):
    other.succeed("""echo '{"load": 0, "ahead": 0}' > /run/door.json""")
    other.succeed(f"cat > /run/door.py <<'END'\n{DOOR}\nEND")
    # By the whole path: a unit has another search path.
    start = "systemd-run --quiet --collect --unit=door $(command -v python3)"
    other.succeed(f"{start} /run/door.py {redis[0]} {redis[2]}")
    other.wait_for_open_port(7777)
    other.succeed(f"nft -f - <<'END'\n{LED % (redis[0], redis[2])}\nEND")
    other.succeed("systemctl kill --signal=KILL livekit.service")
    other.wait_until_succeeds("cmp /run/door.json /run/door.done", timeout=60)
    wait_for_units(other)

to_other, to_one = {one.name: 0, other.name: CALLS}, {one.name: CALLS, other.name: 0}

with subtest("the node with the least load gets every new call, and people hear each other there"):
    says(load=0)
    assert (found := placed()) == to_other, found
    tokens = call_tokens(service, openid(staff_api, alice), "!heard:example")
    said = talked(tokens[0]["url"], tokens)
    assert is_heard(said), said

with subtest("control: the node with more load gets none"):
    says(load=1_000_000)
    assert (found := placed()) == to_one, found

with subtest("a node whose clock is behind gets no calls, however free it is"):
    says(load=0, ahead=-10)
    assert (found := placed()) == to_one, found

with subtest("a node whose clock is ahead gets them as before"):
    says(load=0, ahead=60)
    assert (found := placed()) == to_other, found

with subtest("but when it dies, new calls are sent to it for as long as its clock was ahead"):
    says(load=0, ahead=AHEAD)
    other.succeed("systemctl stop door.service", "systemctl kill --signal=KILL livekit.service")
    died = time.monotonic()
    answers = [wants_a_room()]
    while not answers[-1].endswith("200") and time.monotonic() < died + PATIENCE:
        client.sleep(1)
        answers.append(wants_a_room())
    after = time.monotonic() - died
    log.log(f"after {after:.0f} s there is a room again; until then: {answers[0]}")
    assert not answers[0].endswith("200") and AHEAD / 2 < after < PATIENCE, f"{after}: {answers}"
