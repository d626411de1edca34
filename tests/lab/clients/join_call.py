"""Two people in a call: one speaks a tone, the other listens, for some seconds.

Reads `{"url", "speaker", "listener", "seconds"}` (two access tokens) as JSON from standard input,
and prints `{"heard": frames with sound, "frames": all frames}`.
"""

import asyncio
import json
import os
import sys
from typing import Any

from livekit import rtc

from clients.voice import Ear, speak

CONNECT_LIMIT = 30.0


async def call(wanted: dict[str, Any]) -> dict[str, int]:
    """Hold the call; it ends as soon as enough was heard, or when the time is over."""
    speaker, listener = rtc.Room(), rtc.Room()
    ear = Ear(listener)
    for room, token in ((listener, wanted["listener"]), (speaker, wanted["speaker"])):
        await asyncio.wait_for(room.connect(wanted["url"], token), CONNECT_LIMIT)
    speaking = asyncio.create_task(speak(speaker))
    await asyncio.sleep(float(wanted["seconds"]))
    speaking.cancel()
    for task in ear.tasks:
        task.cancel()
    await asyncio.gather(speaker.disconnect(), listener.disconnect(), return_exceptions=True)
    return {"heard": ear.heard, "frames": ear.frames}


if __name__ == "__main__":
    print(json.dumps(asyncio.run(call(json.load(sys.stdin)))), flush=True)
    # An ordinary exit tears the library down while its threads run, and now and then it aborts.
    os._exit(0)
