# opening: chain.py
#
# Nobody encrypts a room, deletes a message or purges a room: not a server administrator who made
# the room, and not with raw HTTP. (What such a one tells the server in its own room, as `!admin …`,
# is outside: docs/audit.md.) Each layer is attacked in the whole chain and alone; then the
# layers are taken out of the way one after the other, and the same attacks are seen to do harm.
from collections.abc import Callable

MEGOLM = {"algorithm": "m.megolm.v1.aes-sha2"}
CIPHERTEXT = {**MEGOLM, "ciphertext": "AwgAEn", "session_id": "x", "sender_key": "y"}
ENCRYPTION = {"type": "m.room.encryption", "state_key": "", "content": MEGOLM}
ADMIN = "/_synapse/admin"
Ask = Callable[[str, str, Any], Answer]


def attacks(room: str, event: str) -> list[tuple[str, str, str, Any]]:
    """Give name, method, path and body; those that Traefik must see by itself come first."""
    r, c = f"rooms/{room}", "createRoom"
    redaction = {"type": "m.room.redaction", "state_key": "", "content": {"redacts": event}}
    secret = {"type": "m.room.encrypted", "state_key": "x", "content": CIPHERTEXT}
    twice = json.dumps({"initial_state": [ENCRYPTION]})
    return [
        ("plain encryption", "PUT", v3(f"{r}/state/m.room.encryption"), MEGOLM),
        ("plain encryption, r0", "PUT", f"/_matrix/client/r0/{r}/state/m.room.encryption/", MEGOLM),
        ("plain encryption, dots", "PUT", v3(f"{r}/state/x/../m.room.encryption"), MEGOLM),
        ("plain encryption, slashes", "PUT", v3(f"{r}//state///m.room.encryption"), MEGOLM),
        ("plain encryption, escapes", "PUT", v3(f"{r}/state/m%2Eroom%2E%65ncryption"), MEGOLM),
        ("plain encryption, word", "PUT", v3(f"{r}/st%61te/m.room.encryption"), MEGOLM),
        ("plain ciphertext", "PUT", v3(f"{r}/send/m.room.encrypted/1"), CIPHERTEXT),
        ("plain ciphertext as state", "PUT", v3(f"{r}/state/m.room.encrypted/x"), CIPHERTEXT),
        ("plain redaction", "PUT", v3(f"{r}/redact/{event}/1"), {}),
        ("plain redaction, escapes", "PUT", v3(f"{r}/redact/%24{event[1:]}/%0A"), {}),
        (
            "plain redaction as event",
            "PUT",
            v3(f"{r}/send/m.room.redaction/2"),
            redaction["content"],
        ),
        (
            "plain redaction as state",
            "PUT",
            v3(f"{r}/state/m.room.redaction/k"),
            redaction["content"],
        ),
        ("plain purge", "POST", f"{ADMIN}/v1/purge_history/{room}", {"delete_local_events": True}),
        ("plain deletion", "DELETE", f"{ADMIN}/v2/rooms/{room}", {"purge": True}),
        ("plain admin, r0", "GET", "/_matrix/client/r0/admin/whois/@a:x", None),
        # From here on Traefik alone cannot know.
        ("redaction in a new room", "POST", v3(c), {"initial_state": [redaction]}),
        ("ciphertext in a new room", "POST", v3(c), {"initial_state": [secret]}),
        ("encryption said twice", "POST", v3(c), '{"initial_state":[],' + twice[1:]),
        ("encryption, escaped member", "POST", v3(c), '{"initial_state":[],"\\u0061uth":{}}'),
        ("a version without the lock", "POST", v3(c), {"room_version": "12"}),
        ("more creators", "POST", v3(c), {"creation_content": {"additional_creators": ["@b:x"]}}),
        (
            "a lock in reach",
            "POST",
            v3(c),
            {"power_level_content_override": {"users": {"@a:x": 200}}},
        ),
        ("an upgrade past the lock", "POST", v3(f"{r}/upgrade"), {"new_version": "12"}),
        ("a parked body", "POST", v3(c), {"name": "x", "auth": {"session": "x"}}),
        ("a ban that redacts", "POST", v3(f"{r}/ban"), {"user_id": "@x:x", "redact_events": True}),
        ("erasure", "POST", v3("account/deactivate"), {"erase": True}),
        ("an unknown endpoint", "PUT", v3(f"{r}/redact2/{event}"), {}),
        (
            "an encoded slash",
            "POST",
            f"/_matrix/client/..%2f..%2f{ADMIN[1:]}/v1/purge_history/x",
            {},
        ),
    ]


def fire(asked: Ask, chosen: list[tuple[str, str, str, Any]]) -> dict[str, Answer]:
    return {name: asked(method, path, body) for name, method, path, body in chosen}


def must_refuse(answers: dict[str, Answer]) -> None:
    for name, answer in answers.items():
        assert 400 <= answer.status < 500, f"{name}: {answer}"
        if answer.status == 403:
            assert is_readable(answer.headers, answer.text), f"{name}: {answer}"


def harm() -> list[str]:
    """Look at the homeserver: what have the attackers brought about?"""
    token, found = root["access_token"], []
    joined = done(direct("GET", v3("joined_rooms"), token=token))["joined_rooms"]
    found += [] if room in joined else ["the room is gone"]
    for one in joined:
        state = done(direct("GET", v3(f"rooms/{one}/state"), token=token))
        page = done(direct("GET", v3(f"rooms/{one}/messages?dir=b&limit=100"), token=token))
        kinds = {e["type"] for e in [*state, *page["chunk"]]}
        bad = kinds & {"m.room.encryption", "m.room.encrypted", "m.room.redaction"}
        found += [f"{kind} in {one}" for kind in sorted(bad)]
    kept = direct("GET", v3(f"rooms/{room}/event/{event}"), token=token)
    found += [] if kept.json.get("content", {}).get("body") == TEXT else [f"the message is {kept}"]
    return found


def through_chain(how: str) -> Ask:
    return lambda method, path, body: ask(method, path, body, root["access_token"], how)


def at_the_guard(method: str, path: str, body: Any) -> Answer:
    """From the gateway's host, as somebody who has taken it over."""
    command = curl(
        method, f"http://{guard_address}{path}", body, root["access_token"], f"-H Host:{api_host}"
    )
    return Answer(gateway.succeed(command))


def past_everything(method: str, path: str, body: Any) -> Answer:
    """At the homeserver's socket, as somebody without any power over the server."""
    return direct(method, path, body, other["access_token"])


def at_the_lock(levels: Any) -> list[tuple[str, str, str, Any]]:
    """Open a room with these levels, the root in it, and give what its maker may try."""
    made = open_room(other, root, power_level_content_override=levels)
    said = say(made, "this, too", other, "in-the-lock")
    r, token = f"rooms/{made}", other["access_token"]
    now = done(direct("GET", v3(f"{r}/state/m.room.power_levels"), token=token))
    mightier = {**now["users"], other["user_id"]: 150}
    bars = {name: 100 for name in now["events"]}
    return [
        ("more power", "PUT", v3(f"{r}/state/m.room.power_levels"), {**now, "users": mightier}),
        ("a lower bar", "PUT", v3(f"{r}/state/m.room.power_levels"), {**now, "redact": 50}),
        ("lower bars", "PUT", v3(f"{r}/state/m.room.power_levels"), {**now, "events": bars}),
        ("encryption", "PUT", v3(f"{r}/state/m.room.encryption"), MEGOLM),
        ("redaction", "PUT", v3(f"{r}/redact/{said}/l1"), {}),
        ("redaction as event", "PUT", v3(f"{r}/send/m.room.redaction/l2"), {"redacts": said}),
    ]


TEXT = "this must stay"
root, other = person("root", "admin"), person("peer")
room = open_room(root, other)
event = say(room, TEXT, root, "must-stay")
known = attacks(room, event)
plain = [attack for attack in known if attack[0].startswith("plain")]
hidden = [attack for attack in known if attack not in plain]

with subtest("what people do works: send, edit, react, upload, sync, preflight"):
    token = root["access_token"]
    sent = done(
        ask(
            "PUT",
            v3(f"rooms/{room}/send/m.room.message/w1"),
            {"msgtype": "m.text", "body": "one"},
            token,
        )
    )
    relation = {"rel_type": "m.replace", "event_id": sent["event_id"]}
    edit = {
        "msgtype": "m.text",
        "body": "* two",
        "m.new_content": {"msgtype": "m.text", "body": "two"},
    }
    done(
        ask(
            "PUT",
            v3(f"rooms/{room}/send/m.room.message/w2"),
            {**edit, "m.relates_to": relation},
            token,
        )
    )
    reaction = {"m.relates_to": {"rel_type": "m.annotation", "event_id": event, "key": "+"}}
    done(ask("PUT", v3(f"rooms/{room}/send/m.reaction/w3"), reaction, token))
    media = done(ask("POST", "/_matrix/media/v3/upload?filename=x.txt", "a file", token))[
        "content_uri"
    ]
    path = f"/_matrix/client/v1/media/download/{media.removeprefix('mxc://')}"
    t.assertIn("a file", ask("GET", path, token=token).text)
    timeline = done(ask("GET", v3("sync?timeout=0"), token=token))["rooms"]["join"][room][
        "timeline"
    ]
    assert any(e["event_id"] == sent["event_id"] for e in timeline["events"]), timeline
    original = done(ask("GET", v3(f"rooms/{room}/event/{sent['event_id']}"), token=token))
    assert original["content"]["body"] == "one", original
    for name, method, path, _ in plain:
        if "," in name or ADMIN in path:
            continue
        asked = f"-H Origin:https://app.x -H Access-Control-Request-Method:{method}"
        answer = ask("OPTIONS", path, options=asked)
        assert answer.status in [200, 204], f"preflight of {path}: {answer}"
        assert answer.headers.get("access-control-allow-origin") == "*", f"{path}: {answer.headers}"

with subtest("an encrypted direct chat becomes a direct chat"):
    wanted = {
        "preset": "trusted_private_chat",
        "is_direct": True,
        "invite": [other["user_id"]],
        "initial_state": [ENCRYPTION],
    }
    made = done(ask("POST", v3("createRoom"), wanted, root["access_token"]))["room_id"]
    answer = direct("GET", v3(f"rooms/{made}/state/m.room.encryption"), token=root["access_token"])
    assert answer.status == 404, answer
    t.assertEqual(harm(), [])

with subtest("the whole chain refuses, over HTTP/1.1 and HTTP/2"):
    for how in ["--http1.1", "--http2"]:
        answers = fire(through_chain(how), known)
        must_refuse(answers)
        version = "HTTP/2" if how == "--http2" else "HTTP/1.1"
        assert {answer.version for answer in answers.values()} == {version}, answers
        t.assertEqual(harm(), [])
    for target in [f"http://{server}{known[0][2]}", f"x:http://{api_host}{known[0][2]}"]:
        odd = f"--http1.1 --request-target {shlex.quote(target)}"
        t.assertIn(ask("PUT", "/", MEGOLM, root["access_token"], odd).status, [400, 403, 404])
    t.assertEqual(harm(), [])

with subtest("the guard alone refuses: somebody who owns the gateway does not get round it"):
    must_refuse(fire(at_the_guard, known))
    t.assertEqual(harm(), [])
    gateway.fail(f"curl --silent --max-time 5 http://{guard_address.partition(':')[0]}:8008/")

with subtest("the lock alone refuses: past gateway and guard, not even who made the room opens it"):
    global_settings = files[core.name]["services"]["tuwunel"]["global"]
    lock = global_settings["default_power_level_content_override"]
    # Tuwunel lays it over every new room by itself; its stand-in is told to.
    for name, answer in fire(past_everything, at_the_lock(lock)).items():
        assert answer.status == 403, f"{name}: {answer}"
    t.assertEqual(harm(), [])

with subtest("Traefik alone refuses what a path tells"), naive_hop():
    must_refuse(fire(through_chain(""), plain))
    t.assertEqual(harm(), [])

with subtest("control: without the guard, what only a body tells does harm"), naive_hop():
    answers = fire(through_chain(""), hidden)
    passed = [name for name, answer in answers.items() if answer.status == 200]
    seen = harm()
    assert passed and seen, f"nothing was noticed: {answers}"
    log.log(f"without the guard pass: {', '.join(passed)}; harm: {', '.join(seen)}")

with subtest("control: without guard and deny routers, the plain attacks do harm"), naive_hop():
    with open_gateway():
        # A room that is purged shows nothing else.
        answers = fire(through_chain(""), [one for one in plain if ADMIN not in one[2]])
        worse = [one for one in harm() if one not in seen]
        answers |= fire(through_chain(""), [one for one in plain if ADMIN in one[2]])
        if answers["plain deletion"].status == 200:
            # It is taken at once and done some time later.
            joined = curl("GET", f"http://x{v3('joined_rooms')}", None, root["access_token"], DOOR)
            core.wait_until_fails(f"({joined}\n) | grep -F '{room}'", timeout=60)
        worse += [one for one in harm() if one not in [*seen, *worse]]
    passed = [name for name, answer in answers.items() if answer.status == 200]
    assert passed and worse, f"nothing was noticed: {answers}"
    log.log(f"without both pass: {', '.join(passed)}; harm: {', '.join(worse)}")

with subtest("control: without the lock, the same attacks do harm"):
    answers = fire(past_everything, at_the_lock(UNLOCKED))
    worst = [one for one in harm() if one not in [*seen, *worse]]
    passed = [name for name, answer in answers.items() if answer.status == 200]
    assert {"a lower bar", "lower bars"} <= set(passed), answers
    # Tuwunel has switches of its own behind the lock; its stand-in has none.
    own = [name for name, answer in answers.items() if "disabled on this" in answer.text]
    assert {"redaction", "encryption"} <= {*passed, *own}, answers
    assert own or len(worst) > 1, f"nothing was noticed: {answers}"
    log.log(f"refused by the homeserver's own switches: {', '.join(own) or 'nothing'}")
    log.log(f"without the lock: {', '.join(worst)}")

with subtest("all layers again: refused again"):
    client.wait_until_succeeds(f"({PROBE}\n) | grep 'HTTP/.* 403'", timeout=30)
    room = open_room(root, other)
    event = say(room, TEXT, root, "must-stay-too")
    before = harm()
    must_refuse(fire(through_chain(""), attacks(room, event)))
    t.assertEqual(harm(), before)
