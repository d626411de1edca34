"""One person in a call, for some seconds or until SIGTERM, who listens, perhaps speaks and writes.

Reads `{"url", "token", "says", "seconds", "patience"}` as JSON from standard input; with `"enough"`
it ends as soon as so many frames with sound were heard, with `"follows"` when everybody else has
left. It prints
`{"heard": frames with sound, "frames": all frames, "counts": "frames", "read": texts that came,
"silence": the longest time between sounds, "since": that from the last sound to the end}`, times in
seconds. Who has a text to say speaks a tone, too. Who cannot connect has heard nothing.
What happens is told on standard error: that sound comes, and why somebody cannot connect or speak.
"""

import asyncio
import json
import os
import signal
import sys
from contextlib import suppress
from typing import Any

from livekit import rtc

from clients.voice import Ear, speak

# What was heard is printed before; the library may take its time to leave.
GOODBYE = 5.0
# Who connects anew is away for a moment.
RETURN = 3.0


async def write(room: rtc.Room, text: str) -> None:
    """Send a text every second, until cancelled."""
    while True:
        await room.local_participant.publish_data(text)
        await asyncio.sleep(1)


async def tell(ear: Ear) -> None:
    """Say when the first sound comes."""
    await ear.hears.wait()
    print("hears somebody", file=sys.stderr, flush=True)


def tell_failure(task: asyncio.Task[None]) -> None:
    """Say why somebody does not speak, write or listen any more."""
    if not task.cancelled() and (error := task.exception()):
        print(f"does not take part any more: {error!r}", file=sys.stderr, flush=True)


async def follow(room: rtc.Room, over: asyncio.Event) -> None:
    """Leave when everybody else has been there and does not come back."""
    left = asyncio.Event()
    room.on("participant_disconnected", lambda _: left.set())
    while not over.is_set():
        await left.wait()
        left.clear()
        await asyncio.sleep(RETURN)
        if not room.remote_participants:
            over.set()


async def leave_after(ear: Ear, enough: int, over: asyncio.Event) -> None:
    """Leave when enough was heard."""
    while ear.heard < enough:
        await asyncio.sleep(0.1)
    over.set()


async def take_part(wanted: dict[str, Any]) -> None:
    """Be in the call."""
    over = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, over.set)
    room = rtc.Room()
    ear = Ear(room)
    read: set[str] = set()
    room.on("data_received", lambda packet: read.add(packet.data.decode()))
    patience = float(wanted["patience"])
    try:
        await asyncio.wait_for(room.connect(wanted["url"], wanted["token"]), patience)
    except (rtc.ConnectError, TimeoutError) as error:
        print(f"not connected: {error!r}", file=sys.stderr)
        print(json.dumps({"heard": 0, "frames": 0, "read": [], "counts": "frames"}), flush=True)
        return
    says = [speak(room), write(room, wanted["says"])] if wanted["says"] else []
    ends = [leave_after(ear, wanted["enough"], over)] if wanted.get("enough") else []
    if wanted.get("follows"):
        ends.append(follow(room, over))
    tasks = [asyncio.create_task(one) for one in (*says, *ends, tell(ear))]
    for task in tasks:
        task.add_done_callback(tell_failure)
    with suppress(TimeoutError):
        await asyncio.wait_for(over.wait(), float(wanted["seconds"]))
    said = {"heard": ear.heard, "frames": ear.frames, "read": sorted(read)}
    said |= {"silence": ear.silence(), "since": ear.since() if ear.heard else None}
    for task in ear.tasks:
        task.add_done_callback(tell_failure)
    for task in tasks + ear.tasks:
        task.cancel()
    print(json.dumps({**said, "counts": "frames"}), flush=True)
    with suppress(TimeoutError):
        await asyncio.wait_for(room.disconnect(), GOODBYE)


if __name__ == "__main__":
    asyncio.run(take_part(json.load(sys.stdin)))
    # See join_call.py.
    os._exit(0)
