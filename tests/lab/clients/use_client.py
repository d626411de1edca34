"""Two people with a real chat client, matrix-nio: what works, and what they read when it does not.

Reads `{"api", "people": [{"user", "password"}, …]}` as JSON from standard input, and prints one
JSON object: for each thing tried `{"ok", "errcode", "says"}`, and what was seen afterwards.
"""

import asyncio
import io
import json
import sys
from collections.abc import Awaitable
from typing import Any, TypeVar

from nio import (
    AsyncClient,
    AsyncClientConfig,
    EnableEncryptionBuilder,
    ErrorResponse,
    LoginResponse,
    MatrixRoom,
    RoomMessageText,
    RoomSendError,
    RoomSendResponse,
)

T = TypeVar("T")
PICTURE = bytes(range(256)) * 64
FIRST, SECOND = "the first wording", "the second wording"
ENCRYPTION = EnableEncryptionBuilder().as_dict()
SYNC_LIMIT = 2000


class Person:
    """Somebody with a client; notes how each thing that they try ends."""

    def __init__(self, api: str, user: str, noted: dict[str, Any]) -> None:
        """Describe somebody who is not logged in yet."""
        config = AsyncClientConfig(encryption_enabled=False, max_limit_exceeded=0)
        self.client = AsyncClient(api, user, config=config)
        self.noted = noted
        self.read: list[str] = []
        self.client.add_event_callback(self._read, RoomMessageText)

    def _read(self, _room: MatrixRoom, event: RoomMessageText) -> None:
        self.read.append(event.body)

    async def tries(self, what: str, response: Awaitable[T]) -> T:
        """Wait for the answer to something and note it as the client understands it."""
        answer = await response
        error = answer if isinstance(answer, ErrorResponse) else None
        said = {"errcode": error.status_code, "says": error.message} if error else {}
        self.noted[what] = {"ok": error is None, **said}
        return answer

    async def logs_in(self, password: str) -> None:
        """Log in; nothing else works without it."""
        answer = await self.client.login(password, device_name="story")
        if not isinstance(answer, LoginResponse):
            raise SystemExit(f"{self.client.user}: {answer}")

    async def syncs(self) -> None:
        """Learn what happened."""
        await self.client.sync(timeout=SYNC_LIMIT, full_state=True)

    async def changes(
        self, what: str, room: str, kind: str, content: dict[str, Any]
    ) -> RoomSendResponse | RoomSendError:
        """Send an event of a kind."""
        return await self.tries(what, self.client.room_send(room, kind, content))


async def talk(ann: Person, ben: Person, room: str) -> str:
    """Do what must work; give the message that the rest is about."""
    await ben.tries("join", ben.client.join(room))
    sent = await ann.changes("send", room, "m.room.message", text(FIRST))
    await ann.changes("edit", room, "m.room.message", edited(sent.event_id))
    about = {"rel_type": "m.annotation", "event_id": sent.event_id, "key": "+"}
    await ben.changes("react", room, "m.reaction", {"m.relates_to": about})
    await ben.tries("type", ben.client.room_typing(room))
    await ben.tries("mark as read", ben.client.room_read_markers(room, sent.event_id))
    await ann.tries(
        "name the room", ann.client.room_put_state(room, "m.room.name", {"name": "Desk"})
    )
    await ann.tries("name oneself", ann.client.set_displayname("Ann"))
    up, _ = await ann.client.upload(
        io.BytesIO(PICTURE), "image/png", "picture.png", filesize=len(PICTURE)
    )
    ann.noted["upload"] = {"ok": not isinstance(up, ErrorResponse)}
    picture = {"msgtype": "m.image", "body": "picture.png", "url": up.content_uri}
    await ann.changes("send a picture", room, "m.room.message", picture)
    down = await ben.client.download(up.content_uri)
    ann.noted["download"] = {"ok": getattr(down, "body", b"") == PICTURE}
    return str(sent.event_id)


async def transgress(ann: Person, ben: Person, room: str, message: str) -> None:
    """Do what must fail."""
    await ann.tries("delete one's own", ann.client.room_redact(room, message, "a mistake"))
    await ben.tries("delete another's", ben.client.room_redact(room, message))
    kind, content = ENCRYPTION["type"], ENCRYPTION["content"]
    await ann.tries("encrypt the room", ann.client.room_put_state(room, kind, content))
    secret = {"algorithm": "m.megolm.v1.aes-sha2", "ciphertext": "AA", "session_id": "x"}
    await ben.changes("send ciphertext", room, "m.room.encrypted", secret)


async def chat_in_secret(ann: Person, ben: Person) -> str:
    """Open a direct chat as clients do that encrypt each of them."""
    wanted = ann.client.room_create(
        is_direct=True, invite=[ben.client.user_id], initial_state=[ENCRYPTION]
    )
    made = await ann.tries("open an encrypted chat", wanted)
    return str(getattr(made, "room_id", ""))


def text(body: str) -> dict[str, Any]:
    """Give the content of a message."""
    return {"msgtype": "m.text", "body": body}


def edited(event: str) -> dict[str, Any]:
    """Give the content of an edit (Matrix spec, event replacements)."""
    relation = {"rel_type": "m.replace", "event_id": event}
    return {**text(f"* {SECOND}"), "m.new_content": text(SECOND), "m.relates_to": relation}


async def scene(wanted: dict[str, Any]) -> dict[str, Any]:
    """Play it all and tell how it went."""
    noted: dict[str, Any] = {}
    ann, ben = (Person(wanted["api"], one["user"], noted) for one in wanted["people"])
    try:
        for person, one in zip((ann, ben), wanted["people"], strict=True):
            await person.logs_in(one["password"])
        made = await ann.tries(
            "open a room", ann.client.room_create(name="Desk", invite=[ben.client.user_id])
        )
        message = await talk(ann, ben, made.room_id)
        await transgress(ann, ben, made.room_id, message)
        direct = await chat_in_secret(ann, ben)
        await ben.tries("join the direct chat", ben.client.join(direct))
        await ann.changes("send there", direct, "m.room.message", text("hello"))
        await asyncio.gather(ann.syncs(), ben.syncs())
        rooms = {one: ben.client.rooms[one].encrypted for one in (made.room_id, direct)}
        first = await ben.client.room_get_event(made.room_id, message)
        kept = getattr(first, "event", None)
        return {
            "tried": noted,
            "read": ben.read,
            "encrypted": rooms,
            "kept": getattr(kept, "body", ""),
        }
    finally:
        await asyncio.gather(ann.client.close(), ben.client.close())


if __name__ == "__main__":
    print(json.dumps(asyncio.run(scene(json.load(sys.stdin)))), flush=True)
