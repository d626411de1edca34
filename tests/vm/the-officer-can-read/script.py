# opening: chain.py
#
# A compliance officer reads a room that they never joined, finds a message by search, and reads
# the original of a message that an administrator redacted. The officer is a server administrator
# who works on the core: administration is not reachable from outside, not for them either. A survey
# tells them what was there before the profile and is not bound by it.
#
# Search and originals need the officer inside the room, which its members can see.
ORIGINAL = "fi.mau.msc2815.include_unredacted_content=true"
TEXT = "the price is 4711 and nobody knows"

officer, administrator = person("officer", "admin"), person("chief", "admin")
alice = person("alice")
room = open_room(administrator, alice, power_level_content_override=UNLOCKED)
event = say(room, TEXT, alice, "price")
key = officer["access_token"]
# The stand-in has no such route.
on_tuwunel = direct("GET", "/_tuwunel/server_version").status == 200
log.log(f"read on {'Tuwunel' if on_tuwunel else 'its stand-in'}")


def texts(page: Any) -> list[str]:
    return [one["content"].get("body", "") for one in page["chunk"]]


def found() -> list[str]:
    """Search for a word as the officer; give the events."""
    wanted = {"search_categories": {"room_events": {"search_term": "4711"}}}
    said = done(direct("POST", v3("search"), wanted, key))["search_categories"]["room_events"]
    return [one["result"]["event_id"] for one in said.get("results", [])]


def content(account: Any, query: str = "") -> Any:
    """Read the message as somebody; give its content, or the status."""
    path = v3(f"rooms/{room}/event/{event}?{query}")
    answer = direct("GET", path, token=account["access_token"])
    return answer.json["content"] if answer.status == 200 else answer.status


with subtest("a room that the officer never joined is read, on the core and nowhere else"):
    path = f"/_synapse/admin/v1/rooms/{room}/messages?dir=b&limit=50"
    t.assertIn(TEXT, texts(done(direct("GET", path, token=key))))
    t.assertNotIn(room, done(direct("GET", v3("joined_rooms"), token=key))["joined_rooms"])
    t.assertEqual(ask("GET", path, token=key).status, 403)
    # Whoever is no administrator reads nothing, and a client of the officer neither.
    t.assertEqual(direct("GET", path, token=alice["access_token"]).status, 403)
    t.assertIn(content(officer), [403, 404])

with subtest("a message is found by search, from inside the room"):
    assert found() == [], "search goes beyond the rooms that somebody is in"
    if on_tuwunel:
        # `make_room_admin` of 1.9.0 invites, and waits for ever for the room's lock, which it has
        # itself (`src/service/admin/grant.rs`). So the officer invites themselves as a member.
        lent = done(direct("POST", f"/_synapse/admin/v1/users/{alice['user_id']}/login", {}, key))
        wanted = {"user_id": officer["user_id"]}
        done(direct("POST", v3(f"rooms/{room}/invite"), wanted, lent["access_token"]))
    make = f"/_synapse/admin/v1/rooms/{room}/make_room_admin"
    done(direct("POST", make, {"user_id": officer["user_id"]}, key))
    done(direct("POST", v3(f"join/{room}"), {}, key))
    t.assertEqual(found(), [event])

with subtest("the original of a message that an administrator redacted is read"):
    path = v3(f"rooms/{room}/redact/{event}/1")
    # Nobody redacts through the chain; what is left is an administrator on the core.
    t.assertEqual(ask("PUT", path, {}, administrator["access_token"]).status, 403)
    t.assertEqual(content(alice)["body"], TEXT)
    done(direct("PUT", path, {"reason": "control"}, administrator["access_token"]))
    with subtest("control: for anybody else the redaction took it away"):
        t.assertEqual(content(alice), {})
    t.assertEqual(content(officer), {})
    t.assertEqual(content(officer, ORIGINAL)["body"], TEXT)
    # Through the chain as well: it is a read of a member with the power to redact.
    answer = ask("GET", v3(f"rooms/{room}/event/{event}?{ORIGINAL}"), token=key)
    t.assertEqual(done(answer)["content"]["body"], TEXT)
    with subtest("control: search knows no more what was redacted"):
        t.assertEqual(found(), [])

with subtest("the survey tells what the profile does not bind, and nothing that it does"):
    algorithm = {"algorithm": "m.megolm.v1.aes-sha2"}
    sealed = [{"type": "m.room.encryption", "state_key": "", "content": algorithm}]
    old = open_room(alice, initial_state=sealed)
    other = open_room(alice, room_version="9")
    tuwunel = files[core.name]["services"]["tuwunel"]["global"]
    lock = tuwunel["default_power_level_content_override"]
    bound = open_room(alice, power_level_content_override=lock)
    core.succeed(f"umask 077 && cat > /run/officer-token <<'END'\n{key}\nEND")
    survey = "rampart-guard survey --config /etc/rampart/rampart-guard.json --format json"
    code, said = core.execute(f"{survey} --token-file /run/officer-token")
    assert code == 1, f"{code}: {said}"
    listed = json.loads(said)["survey"]
    rooms = {
        kind: [one["room"] for one in listed[kind]]
        for kind in ["encrypted", "unlocked", "other_version"]
    }
    # Tuwunel takes encryption out of new rooms and lays the lock over each by itself; its stand-in
    # has no such settings in use.
    sealed_rooms, more_unlocked = ([], set()) if on_tuwunel else ([old], {old, other})
    assert rooms["encrypted"] == sealed_rooms and rooms["other_version"] == [other], listed
    assert {room, *more_unlocked} <= set(rooms["unlocked"]), listed
    assert bound not in sum(rooms.values(), []), listed
    chiefs = {officer["user_id"], administrator["user_id"]}
    assert chiefs <= set(listed["administrators"]), listed
    assert alice["user_id"] not in listed["administrators"], listed
