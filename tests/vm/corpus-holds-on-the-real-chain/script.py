# opening: chain.py
#
# The corpus of `crates/ingress/tests/cases` over raw sockets against real Traefik, guard and
# homeserver, with HTTP/1.1 and HTTP/2, by a server administrator who made the room: nobody may
# do more. A recorder beside the homeserver writes down what arrives and what is answered.
#
# Blocked: one answer, 4xx, and neither does anything arrive nor is anything changed afterwards.
# Allowed: it arrives with its body, and the client gets the homeserver's own answer to it.
#
# What is hidden behind another request never arrives, and what the client breaks off is never taken
# for whole. Also what only HTTP/2 can say, by frames written by hand (`tests/lab/chain/shapes.py`).
import base64
from collections import Counter
from urllib.parse import unquote

CASES = "/etc/rampart/cases"
KEPT_EVENT = "Rqnc-F-dvnEYJTyHq_iKxU2bZ1CI92-kuZq3a5lr5Zg"
OFFICER = f"@officer:{server}"
AUDIT = "policy.audit"
# What arrives is what was sent: nobody is asked for the names of those who are refused.
NAMELESS = {"logUsers": "session"}
QUIET = {f"{AUDIT}.accounts": [OFFICER], **NAMELESS}
SETUPS: dict[str, dict[str, Any]] = {
    "": {},
    "refuse": {f"{AUDIT}.encryptedCreate": "refuse"},
    "blinding": {f"{AUDIT}.blinding": True},
    "keys": {f"{AUDIT}.keys": True},
    "edits": {f"{AUDIT}.edits": True},
    "closed-registration": {"registration": "enrol-socket-only"},
    "federation": {"policy.federation": True},
}
# Not played: allowed ones of the policies `federation` and `off`, since Traefik of this fleet
# routes no federation and has the audit profile.
NOT_ROUTED_HERE = ["federation"]
# What the chain does with these is not what the guard alone does.
NOT_ROUTED_AT_ALL = {
    "read/preflight-openid": "only token services ask this, and they are no browsers",
}
# The lists of media servers: they differ by client.
ANSWERED_BY_STEER = ["read/transports", "read/well-known"]
HARMLESS_IN_NORMAL_FORM = {
    "surface/prefix-encoded": "Traefik passes on the normal form, which is an ordinary read",
}
ANSWERED_BY_GO = {
    "http/asterisk": [200],
    # A malformed path resets the stream of HTTP/2.
    "encryption/bare-percent": [],
    "encryption/half-escape": [],
    "encryption/utf16-escape": [],
}
# Traefik reads a folded line as one (RFC 9112, 5.2) and passes it on so. Where the guard alone
# refuses, a message arrives as it was meant, and what is hidden behind it is refused on its own.
REPAIRED = ["http/smuggle-coding-folded", "http/smuggle-folded-length"]
HELLO = {"msgtype": "m.text", "body": "hello"}
# Traefik's own word for a client that is gone.
GONE = 499
# Each so many cases are also sent in a pipeline, and each so many one behind the other.
PIPELINED = 4
ALTERNATING = 8
# What of HTTP/2's shapes arrives as the message that it is; the rest is refused, or may be. Go
# ignores a `host` beside `:authority`; the guard drops trailers.
ARRIVE = {
    *["message", "host-other", "host-twice", "trailer-length", "trailer-coding"],
    *["value-space", "value-bytes", "expectation"],
}
# Requests of one policy and one way that may get lost when another one resets their connection.
HANDFUL = 5
# Cases refused with 400 over HTTP/1.1, where the answer always arrives. Over HTTP/2 Traefik ends
# the stream in the same moment (RFC 9113, 8.1: the body is not wanted), and now and then curl 7.88
# sees the end alone.
refused_plainly: set[str] = set()
UNRESERVED = re.compile(r"%(2[DE]|3[0-9]|[46][1-9A-F]|[57][0-9A]|5F|7E)", re.IGNORECASE)


def play(verdict: str, policy: str, words: dict[str, str], options: str) -> list[Any]:
    """Play all cases of a policy; give each with its answer and what arrived of it."""
    core.succeed(f": > {RECORD}")
    command = (
        f"PYTHONPATH=/etc/rampart python3 -B -m chain.play {CASES}/{verdict} --policy={policy!r} "
        f"--names={shlex.quote(json.dumps(words))} --address={api_host}:443 --tls={api_host} "
        f"--site={server} {options}"
    )
    replies = answers(command)
    resets = {case for case, statuses in ANSWERED_BY_GO.items() if not statuses} | refused_plainly
    again = [one["case"] for one in replies if one.get("again") and one["case"] not in resets]
    count["sent again, since another one took the connection along"] += len(again)
    assert len(again) <= HANDFUL, f"{verdict}, {policy}: {len(again)} were lost: {again}"
    return replies


def answers(command: str) -> list[Any]:
    """Run a player; give its answers, each with what arrived of it."""
    replies = [json.loads(line) for line in client.succeed(command, timeout=300).splitlines()]
    arrived = [json.loads(line) for line in core.succeed(f"cat {RECORD}").splitlines()]
    known = {reply["case"] for reply in replies}
    strays = [one for one in arrived if one["case"] not in known]
    assert not strays, f"arrived, and belongs to no case: {strays}"
    return [
        {**reply, "arrived": [one for one in arrived if one["case"] == reply["case"]]}
        for reply in replies
    ]


def by_hand(words: dict[str, str]) -> list[Any]:
    """Send what only HTTP/2 can say to a room; what the client breaks off may arrive late."""
    core.succeed(f": > {RECORD}")
    return answers(
        "PYTHONPATH=/etc/rampart python3 -B -m chain.shapes "
        f"--address={api_host}:443 --tls={api_host} --room='!{words['lHb3']}:{server}' "
        f"--event='${words[KEPT_EVENT]}' --token {root['access_token']} && sleep 1"
    )


def speaker(reply: Any) -> str:
    """Tell who refused, by the form of the answer."""
    if reply["case"] in HARMLESS_IN_NORMAL_FORM and reply["statuses"] == [200]:
        return "200, an ordinary read in its normal form"
    if reply["case"] in REPAIRED:
        return "200, a message as it was meant, and a refusal"
    status = reply["statuses"][0] if reply["statuses"] else "reset by"
    if reply["text"].startswith("{"):
        return f"{status} Matrix error"
    return f"{status} Traefik's own"


def blocked_fault(reply: Any) -> str:
    """Say what is wrong with the outcome of a request that must not get through."""
    if reply["case"] in REPAIRED:
        return allowed_fault(reply)
    whole = [one for one in reply["arrived"] if one["complete"]]
    # A body that breaks off has begun to arrive; the homeserver drops what is not complete.
    is_broken = reply["rule"] == "body_broken"
    if whole and reply["case"] in HARMLESS_IN_NORMAL_FORM:
        return "" if whole[0]["method"] == "GET" else f"arrived: {whole}"
    if whole or reply["arrived"] and not is_broken:
        return f"arrived: {reply['arrived']}"
    if reply["statuses"] == ANSWERED_BY_GO.get(reply["case"]):
        return ""
    if reply["statuses"] == [] and reply.get("lost") and reply["case"] in refused_plainly:
        return ""
    # Who is gone need not be told.
    if reply["ends"] and reply["statuses"] == []:
        return ""
    if len(reply["statuses"]) != 1 or not refused(reply["statuses"][0], is_broken):
        return f"answered by {reply['statuses']} {reply['text']} {reply['rest']}"
    headers = reply["headers"]
    if (
        reply["statuses"] == [403]
        and headers is not None
        and not is_readable(headers, reply["text"])
    ):
        return f"people cannot read why: {reply['text']}"
    return ""


def refused(status: int, is_broken: bool) -> bool:
    """4xx; Go answers 501 to a coding that it does not know, 500 or 502 to a broken body."""
    return 400 <= status < 500 or status == 501 or is_broken and status in [500, 502]


def allowed_fault(reply: Any) -> str:
    """Say what is wrong with the outcome of a request that must get through."""
    if reply["case"] in ANSWERED_BY_STEER and not reply["arrived"]:
        return "" if reply["statuses"] == [200] and "livekit" in reply["text"] else "no list"
    if reply["case"] in NOT_ROUTED_AT_ALL and reply["statuses"] == [404]:
        return "" if not reply["arrived"] else f"arrived: {reply['arrived']}"
    if reply["ends"]:
        return gone_fault(reply)
    if len(reply["arrived"]) != 1:
        return f"{len(reply['arrived'])} arrived; {reply['statuses']} {reply['text']}"
    (arrived,) = reply["arrived"]
    # Of what arrived in part there is the head alone.
    method, target = (
        (arrived["method"], arrived["target"])
        if arrived["complete"]
        else arrived["head"].split(" ")[:2]
    )
    if (method, plain(target)) != (reply["method"], plain(reply["target"])):
        return f"arrived as {method} {target}"
    if not arrived["complete"]:
        # A homeserver that has no such route need not wait for the body.
        early = reply["statuses"] in [[404], [405]] and "M_UNRECOGNIZED" in reply["text"]
        return "" if early else f"arrived in part; {reply['statuses']} {reply['text']}"
    if arrived["body"] != reply["expected"]:
        return f"arrived with {base64.b64decode(arrived['body'])!r}"
    if "status" not in arrived:
        return f"no answer of the homeserver's was recorded; {reply['statuses']} {reply['text']}"
    first, *behind = reply["statuses"] or [0]
    if first != arrived["status"] or reply["digest"] != arrived["digest"]:
        return f"{reply['statuses']} {reply['text']} is not the homeserver's {arrived['status']}"
    # Whoever reads what is hidden as a request of its own refuses it.
    if behind and not (reply["smuggles"] and len(behind) == 1 and refused(behind[0], False)):
        return f"behind it came {behind}"
    return ""


def gone_fault(reply: Any) -> str:
    """Say what is wrong where a client sends something allowed and closes: it may not arrive."""
    whole = [one for one in reply["arrived"] if one["complete"]]
    meant = (reply["method"], plain(reply["target"]), reply["expected"])
    if len(whole) > 1 or any((o["method"], plain(o["target"]), o["body"]) != meant for o in whole):
        return f"arrived: {whole}"
    first, *behind = reply["statuses"] or [GONE]
    told = [GONE] + [one["status"] for one in whole if "status" in one]
    good = first in told and all(refused(status, False) for status in behind)
    return "" if good else f"answered by {reply['statuses']}"


def pipelined_fault(reply: Any, around: str) -> str:
    """Say what is wrong with a blocked request between two messages that are allowed."""
    if reply["case"] in [*HARMLESS_IN_NORMAL_FORM, *REPAIRED]:
        return ""
    mine = [one for one in reply["arrived"] if around in one.get("target", one.get("head", ""))]
    first, *between = reply["statuses"] or [0]
    # Who closes may not even be told of the message before.
    if first != 200 and not (reply["ends"] and first == GONE):
        return f"the message before it: {first}; {reply['rest']}"
    if (first == 200) > len(mine) or any(one.get("status", 200) != 200 for one in mine):
        return f"the messages around it arrived as {mine}"
    # Whoever refuses may close the connection: then the second message has no answer.
    if len(mine) == 2 and between[-1:] == [200]:
        del between[-1]
    others = [one for one in reply["arrived"] if one not in mine]
    return blocked_fault({**reply, "arrived": others, "statuses": between, "headers": None})


def shape_fault(reply: Any) -> str:
    """Say what is wrong with the outcome of what only HTTP/2 can say."""
    whole = [one for one in reply["arrived"] if one["complete"]]
    parts = [one["head"].split(" ")[1] for one in reply["arrived"] if not one["complete"]]
    meant = ("PUT", plain(reply["target"]), reply["expected"])
    if len(whole) > (0 if reply["ends"] else 1):
        return f"arrived: {whole}"
    if any((one["method"], plain(one["target"]), one["body"]) != meant for one in whole):
        return f"arrived: {whole}"
    if [part for part in parts if not reply["target"] or plain(part) != plain(reply["target"])]:
        return f"arrived in part: {parts}"
    if reply["case"] in ARRIVE and reply["statuses"] != [200]:
        return f"did not arrive: {reply['statuses']} {reply['text']} {reply['rest']}"
    told = {one.get("status") for one in whole}
    good = all(one in told or refused(one, True) for one in reply["statuses"])
    return "" if good and len(reply["statuses"]) < 2 else f"answered by {reply['statuses']}"


def plain(target: str) -> str:
    """Write a target as RFC 3986, 6.2.2 does, as Traefik passes it on; it reads `;` as `&`."""
    path, _, query = UNRESERVED.sub(lambda found: unquote(found[0]), target).partition("?")
    return f"{path}?{query.replace(';', '&')}"


def snapshot() -> Any:
    """Give all that an attack could change, as the homeserver itself has it."""
    token = root["access_token"]
    state = done(direct("GET", v3(f"rooms/{room}/state"), token=token))
    page = done(direct("GET", v3(f"rooms/{room}/messages?dir=b&limit=100"), token=token))
    return {
        "who": done(direct("GET", v3("account/whoami"), token=token)),
        "rooms": sorted(done(direct("GET", v3("joined_rooms"), token=token))["joined_rooms"]),
        "state": sorted((e["type"], e["state_key"], e["event_id"]) for e in state),
        "events": [(e["event_id"], e["type"], e["content"]) for e in page["chunk"]],
    }


def harm(before: Any, after: Any, *own: Any) -> list[str]:
    """Say what was changed; messages with a content of one's own may have come."""
    changed = [part for part in before if part != "events" and before[part] != after[part]]
    lost = [event for event in before["events"] if event not in after["events"]]
    new = [event for event in after["events"] if event not in before["events"]]
    good = [("m.room.message", content) for content in own]
    return changed + [f"lost: {e}" for e in lost] + [f"new: {e}" for e in new if e[1:] not in good]


def is_encrypted(made: str) -> bool:
    path = v3(f"rooms/{made}/state/m.room.encryption")
    answer = direct("GET", path, token=root["access_token"])
    assert answer.status in [200, 404], answer
    return answer.status == 200


def new_words() -> dict[str, str]:
    """Give a room, an event and a token in the place of those in the files."""
    made = open_room(root, other)
    event = say(made, "kept for the record", root, "kept")
    return {
        "example.org": server,
        "lHb3": made[1:].partition(":")[0],
        KEPT_EVENT: event[1:],
        "Example.org": server.capitalize(),
        "syt_case": root["access_token"],
        # Nobody waits for something to happen.
        "timeout=30000": "timeout=0",
    }


root, other = person("a", "admin"), person("b")
spares = [person(user) for user in ["c", "d", "c", "d"]]
count: Counter[str] = Counter()
faults: list[str] = []

with running_with(gateway, "rampart-answer", NAMELESS), recorded():
    for policy, changes in SETUPS.items():
        with (
            subtest(f"policy {policy or 'audit'}"),
            running_with(core, "rampart-guard", {**QUIET, **changes}),
        ):
            words = new_words()
            room = f"!{words['lHb3']}:{server}"
            for how in ["", "--h2"]:
                name = "HTTP/2" if how else "HTTP/1.1"
                before = snapshot()
                for reply in play("block", policy, words, f"{how} --token {root['access_token']}"):
                    if reply["statuses"] == [400]:
                        refused_plainly.add(reply["case"])
                    fault = blocked_fault(reply)
                    faults += [f"block/{reply['case']} ({name}): {fault}"] if fault else []
                    if not fault:
                        count[f"block {name}, {speaker(reply)}"] += 1
                harms = harm(before, snapshot(), HELLO)
                faults += [f"block, {policy} ({name}): {what}" for what in harms]

                if policy in NOT_ROUTED_HERE:
                    continue
                own = new_words()
                spare = [spares.pop()["access_token"] for _ in "12"] if not policy else []
                options = f"{how} --spare {','.join(spare)}" if spare else how
                for reply in play("allow", policy, own, options):
                    fault = allowed_fault(reply)
                    faults += [f"allow/{reply['case']} ({name}): {fault}"] if fault else []
                    if not fault:
                        status = (reply["statuses"] or [GONE])[0]
                        kind = f"{status // 100}xx of the homeserver's"
                        if status >= 500:
                            kind += f": {reply['case']}"
                        if not reply["arrived"] or status == GONE:
                            others = {200: "of steer", GONE: "the client was gone"}
                            kind = f"{status}, {others.get(status, 'not routed here')}"
                        count[f"allow {name}, {kind}"] += 1
                    if "createRoom" in reply["target"] and reply["statuses"] == [200]:
                        # A browser's question before it has an empty answer.
                        made = json.loads(reply["text"] or "{}").get("room_id")
                        if made and is_encrypted(made):
                            faults.append(f"allow/{reply['case']} ({name}): encrypted {made}")
                        count[f"allow {name}, new rooms proven unencrypted"] += bool(made)

own_token = f"--token {root['access_token']}"
with (
    running_with(gateway, "rampart-answer", NAMELESS),
    recorded(),
    running_with(core, "rampart-guard", QUIET),
):
    with subtest("in a pipeline between two allowed messages nothing blocked gets along"):
        around = f"!{new_words()['lHb3']}:{server}"
        words = new_words()
        room = f"!{words['lHb3']}:{server}"
        before = snapshot()
        options = f"--pipelined {PIPELINED} --room {shlex.quote(around)} {own_token}"
        for reply in play("block", "", words, options):
            fault = pipelined_fault(reply, f"/rooms/{around}/")
            faults += [f"block/{reply['case']} (pipelined): {fault}"] if fault else []
            kept = "kept" if len(reply["statuses"]) == 3 else "closed"
            about = "HTTP itself" if reply["is_about_http"] else "what is asked"
            count[f"block pipelined, {about}, connection {kept}"] += not fault
        t.assertEqual(harm(before, snapshot(), HELLO), [])

    for how in ["", "--h2"]:
        name = "HTTP/2, all at once" if how else "HTTP/1.1, one after the other"
        with subtest(f"allowed and blocked in turn over one connection: {name}"):
            words = new_words()
            room = f"!{words['lHb3']}:{server}"
            before = snapshot()
            replies = play("", "", words, f"--alternating {ALTERNATING} {how} {own_token}")
            for reply in replies:
                verdict, _, reply["case"] = reply["case"].partition("/")
                fault = {"block": blocked_fault, "allow": allowed_fault}[verdict](reply)
                faults += [f"{verdict}/{reply['case']} ({name}): {fault}"] if fault else []
                count[f"{verdict} in turn, {name}"] += not fault
            opened = max(reply.get("connection", 1) for reply in replies)
            count[f"connections in turn, {name}"] += opened
            after = snapshot()
            # Of the messages that are allowed some are of other types: none is gone, that is all.
            t.assertEqual([what for what in harm(before, after) if "new:" not in what], [])

    with subtest("what only HTTP/2 can say is refused, or is the message that it says"):
        words = new_words()
        room = f"!{words['lHb3']}:{server}"
        before = snapshot()
        for reply in by_hand(words):
            fault = shape_fault(reply)
            faults += [f"HTTP/2, {reply['case']}: {fault}"] if fault else []
            told = f"{(reply['statuses'] or ['ended by an error or the client,'])[0]}"
            whole = [one for one in reply["arrived"] if one["complete"]]
            count[f"HTTP/2 by hand, {told} {'arrived' if whole else 'nothing whole arrived'}"] += 1
        # Tuwunel takes a message without a body for an empty one.
        t.assertEqual(harm(before, snapshot(), HELLO, {}), [])

with subtest("control: what does reach the homeserver changes what is compared"):
    token, before = root["access_token"], snapshot()
    done(direct("PUT", v3(f"rooms/{room}/state/m.room.name"), {"name": "changed"}, token))
    changed = [part for part, was in before.items() if snapshot()[part] != was]
    t.assertEqual(changed, ["state", "events"])

with subtest("control: without deny routers and guard, what is hidden does arrive"):
    words = new_words()
    with recorded(), open_gateway(), naive_hop():
        core.succeed(f": > {RECORD}")
        client.succeed(
            f"PYTHONPATH=/etc/rampart python3 -B -m chain.play {CASES}/allow/http {own_token} "
            f"--names={shlex.quote(json.dumps(words))} --address={api_host}:443 --tls={api_host}"
        )
        arrived = [json.loads(line) for line in core.succeed(f"cat {RECORD}").splitlines()]
        hidden = [one for one in arrived if "/redact/" in one.get("target", "")]
        t.assertGreater(len(hidden), 5)
        wrong = {reply["case"] for reply in by_hand(words) if shape_fault(reply)}
        t.assertLessEqual({"deletion", "path-absolute", "host-other-deletion"}, wrong)

for kind, number in sorted(count.items()):
    log.log(f"{kind}: {number}")
assert not faults, f"{len(faults)} faults:\n" + "\n".join(faults)
