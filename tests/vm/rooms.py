# opening: people.py
# Opening of stories about media servers: people.py, then who may make and end rooms on them.
ROOM_CALLS = ["ListRooms", "CreateRoom", "DeleteRoom"]
# What a host says of a path that leads nowhere.
NOWHERE: Any = [404, "404 page not found"]
NOBODY: Any = [0, ""]


def room_doors() -> list[dict[str, Any]]:
    """Give every way to every media server's API, with the key of that very focus."""
    kept = secrets_of(core)
    found = []
    for name, file in files.items():
        if "livekit" not in file["services"]:
            continue
        key = kept[f"livekit-keys-{file['facts']['focus']}"]
        own = {"name": media_name(name), "port": 443, "tls": True, "key": key}
        # The core's own is behind the gateway.
        facts = files[gateway.name if name == core.name else name]["facts"]
        kinds = ["publicAddress", "publicAddress6", "tunnelAddress"]
        found += [
            {**own, "host": facts["host"], "kind": kind, "address": facts[kind]}
            for kind in kinds
            if facts[kind]
        ]
    return found


def asked_for_rooms(
    place: Any, doors: list[dict[str, Any]], room: str, *calls: str
) -> list[list[Any]]:
    """Ask for rooms from a place; give what each door says to each call."""
    asked = json.dumps({"room": room, "calls": calls, "doors": doors})
    program = "PYTHONPATH=/etc/rampart python3 -B -m doors.rooms"
    said: list[list[Any]] = json.loads(place.succeed(f"{program} <<'END'\n{asked}\nEND"))
    return said


def seen_by_the_core() -> list[dict[str, Any]]:
    """Give the ways by which token services reach each focus: by name, which leads them inside."""
    by_name = {door["name"]: door | {"address": door["name"]} for door in room_doors()}
    return list(by_name.values())


def rooms_are_for_the_core(room: str) -> None:
    """Demand that the core alone makes, sees and ends rooms, whoever else has a focus' key."""
    inside, doors = seen_by_the_core(), room_doors()
    for door, said in zip(
        inside, asked_for_rooms(core, inside, room, "CreateRoom", "ListRooms"), strict=True
    ):
        assert [status for status, _ in said] == [200, 200], f"{door['name']} to the core: {said}"
    for place in [client, *edges]:
        # Nothing leads from the internet into the tunnel, nor from one edge in it to another.
        near = [door for door in doors if place != client or door["kind"] != "tunnelAddress"]
        for door, said in zip(near, asked_for_rooms(place, near, room, *ROOM_CALLS), strict=True):
            is_far = door["kind"] == "tunnelAddress" and door["host"] != place.name
            shut = [NOWHERE, NOBODY] if is_far else [NOWHERE]
            where = f"{door['name']} at {door['address']} to {place.name}: {said}"
            assert all(one in shut for one in said), where
    # The room that everybody tried to end is still there.
    for door, said in zip(
        inside, asked_for_rooms(core, inside, room, "ListRooms", "DeleteRoom"), strict=True
    ):
        assert [status for status, _ in said] == [200, 200], f"{door['name']} to the core: {said}"
        assert room in said[0][1], f"{door['name']}: {said}"


def room_of(pass_: Any) -> str:
    """Give the name that a pass has for its room."""
    claims = pass_["jwt"].split(".")[1]
    return str(json.loads(base64.urlsafe_b64decode(claims + "=="))["video"]["room"])
