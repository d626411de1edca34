"""One person in a call, for some seconds or until SIGTERM, who listens, perhaps speaks and writes.

Reads `{"url", "token", "says", "seconds", "patience"}` as JSON from standard input, and prints
`{"heard": frames with sound, "frames": all frames, "counts": "frames", "read": texts that came,
"silence": the longest time between sounds, "since": that from the last sound to the end}`, times in
seconds. Who has a text to say speaks a tone, too. Who cannot connect has heard nothing.
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


async def write(room: rtc.Room, text: str) -> None:
    """Send a text every second, until cancelled."""
    while True:
        await room.local_participant.publish_data(text)
        await asyncio.sleep(1)


async def take_part(wanted: dict[str, Any]) -> dict[str, Any]:
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
        print(f"not connected: {error}", file=sys.stderr)
        return {"heard": 0, "frames": 0, "read": []}
    says = [speak(room), write(room, wanted["says"])] if wanted["says"] else []
    tasks = [asyncio.create_task(one) for one in says]
    with suppress(TimeoutError):
        await asyncio.wait_for(over.wait(), float(wanted["seconds"]))
    said = {"heard": ear.heard, "frames": ear.frames, "read": sorted(read)}
    said |= {"silence": ear.silence(), "since": ear.since() if ear.heard else None}
    for task in tasks + ear.tasks:
        task.cancel()
    await asyncio.gather(room.disconnect(), return_exceptions=True)
    return said


if __name__ == "__main__":
    said = asyncio.run(take_part(json.load(sys.stdin)))
    print(json.dumps({**said, "counts": "frames"}), flush=True)
    # See join_call.py.
    os._exit(0)
