# An edge whose clock is wrong admits nobody; the rendered time settings soon set it right.
#
# The edge boots with a flat battery, so its clock is as old as its system; later its clock is two
# hours ahead, and two hours behind. Each time, while no time server answers (the control), it stays
# so, and a pass for a call that is good now is refused; when one answers, the clock is set, and the
# same kind of pass is accepted. The machine called `time` has the right time.
import base64
import hashlib
import hmac
import json
from time import monotonic
from typing import Any

HOUR = 3600
# What the token service gives: good since five seconds ago, and for an hour (lk-jwt-service).
BEFORE, LIFETIME = 5, HOUR
# Of these two clocks against each other. LiveKit itself forgives a minute.
RIGHT = 2.0
# For the time daemon's next question, too: after half a minute, by its default.
BOUND = 120
ROOM = "clocks"
CREATE = "/twirp/livekit.RoomService/CreateRoom"
REFUSED, ADMITTED = "401 401", "200 200"
DAEMON = "systemd-timesyncd"
# Whether the daemon has set the clock; it goes when the daemon is stopped.
IS_SET = "test -e /run/systemd/timesync/synchronized"
# What the daemon had seen of the time. It never begins with an older one, even without a server.
SEEN = "/var/lib/systemd/timesync/clock"

start_all()
time.wait_for_unit("multi-user.target")
edge.wait_for_unit("livekit.service")
rendered: dict[str, Any] = json.loads(edge.succeed("cat /etc/rampart/host.json"))
port = rendered["services"]["livekit"]["port"]
edge.wait_for_open_port(port)
server = edge.succeed("systemctl show --property=MainPID livekit.service")
secret_file = rendered["secrets"][rendered["units"]["livekit"]["credentials"]["keys"]]["path"]
key, _, secret = edge.succeed(f"cat {secret_file}").strip().partition(": ")


def now(machine: Any) -> float:
    return float(machine.succeed("date +%s.%N"))


def ahead() -> tuple[float, float]:
    """Give by how many seconds the edge's clock is ahead of the right one, and how sure that is."""
    before, there, after = now(time), now(edge), now(time)
    return there - (before + after) / 2, (after - before) / 2


def show(when: str) -> float:
    seconds, unsure = ahead()
    log.info(f"{when}: the edge is {seconds:+,.2f} s ahead of the right time (± {unsure:.2f} s)")
    return max(0.0, abs(seconds) - unsure)


def encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def signed(at: int, grants: dict[str, Any]) -> str:
    """Give a pass that is good from some moment on."""
    claims = {"iss": key, "sub": "ann", "nbf": at - BEFORE, "exp": at + LIFETIME, "video": grants}
    parts = [json.dumps(part).encode() for part in ({"alg": "HS256", "typ": "JWT"}, claims)]
    text = ".".join(encoded(part) for part in parts)
    proof = hmac.new(secret.encode(), text.encode(), hashlib.sha256).digest()
    return f"{text}.{encoded(proof)}"


def asking(request: str, token: str, body: str = "") -> str:
    """Give the bash commands that print the status of an answer."""
    lines = [f"{request} HTTP/1.1", "Host: edge", "Connection: close"]
    lines += [f"Authorization: Bearer {token}", "Content-Type: application/json"]
    text = "\\r\\n".join([*lines, f"Content-Length: {len(body)}", "", body])
    return (
        f"exec 3<>/dev/tcp/127.0.0.1/{port}; printf '%b' '{text}' >&3; "
        "read -r -t 30 _ status _ <&3; echo $status; exec 3>&-"
    )


def answers() -> str:
    """Make the room as the token service does, and knock as somebody with a pass for it."""
    at = int(now(time))
    service = signed(at, {"roomCreate": True})
    create = asking(f"POST {CREATE}", service, json.dumps({"name": ROOM}))
    token = signed(at, {"roomJoin": True, "room": ROOM})
    knock = asking(f"GET /rtc/validate?access_token={token}", token)
    return " ".join(edge.succeed(f"bash <<'END'\n{create}\n{knock}\nEND").split())


def ask_for_time() -> None:
    # So often would be too often for systemd.
    edge.execute(f"systemctl reset-failed {DAEMON}")
    edge.succeed(f"systemctl restart {DAEMON}")


def turned_away() -> int:
    """Give how many datagrams came to a port of the time server's machine that was closed."""
    return int(time.succeed("awk '/^Udp:/ { count = $3 } END { print count }' /proc/net/snmp"))


def control(when: str) -> None:
    """See that without an answer nothing gets better."""
    time.succeed("systemctl stop chronyd")
    before = turned_away()
    ask_for_time()

    def has_asked(last: bool) -> bool:
        count = turned_away() - before
        if last:
            log.info(f"{count} datagrams came to a closed port of the time server's machine")
        return count > 0

    retry(has_asked, BOUND)
    edge.fail(IS_SET)
    off = show(f"{when}, and no time server answers")
    assert off > HOUR, f"the clock of the edge is off by {off:.2f} s"
    said = answers()
    assert said == REFUSED, f"{when}: the answers are {said}"


def heals(when: str, by_itself: bool) -> None:
    """See that with an answer all gets well; by itself: when the daemon asks the next time."""
    time.succeed("systemctl start chronyd")
    begun = monotonic()
    if not by_itself:
        ask_for_time()
    edge.wait_until_succeeds(IS_SET, timeout=BOUND)
    since = "a time server answered" if by_itself else "the time daemon was started"
    off = show(f"{when}, {monotonic() - begun:.1f} s after {since}")
    assert off < RIGHT, f"the clock of the edge is off by {off:.2f} s"

    # Not at once: LiveKit makes no room while its last look at its own load seems too old.
    def admits(_last: bool) -> bool:
        said = answers()
        log.info(f"{when}, {monotonic() - begun:.1f} s after {since}: the answers are {said}")
        return said == ADMITTED

    retry(admits, BOUND)


def set_wrong(seconds: int) -> None:
    edge.succeed(f"systemctl stop {DAEMON}; rm {SEEN}")
    edge.succeed(f'date -s "@$(( $(date +%s) + {seconds} ))"')


with subtest("control: with a flat battery and no time server that answers, nobody is admitted"):
    control("as it booted")

with subtest("when a time server answers, the clock is set by itself, and such a pass is good"):
    heals("as it booted", by_itself=True)

for name, seconds in (("two hours ahead", 2 * HOUR), ("two hours behind", -2 * HOUR)):
    with subtest(f"control: {name}, and no time server that answers: nobody is admitted"):
        set_wrong(seconds)
        control(name)

    with subtest(f"{name}: the time daemon is started, sets the clock, and such a pass is good"):
        heals(name, by_itself=False)

with subtest("the media server has run on through every step of the clock"):
    t.assertEqual(edge.succeed("systemctl show --property=MainPID livekit.service"), server)
