"""Two people in a call: one speaks a tone, the other listens, for some seconds.

Reads `{"url", "speaker", "listener", "seconds"}` (two access tokens) as JSON from standard input,
and prints `{"heard": frames with sound, "frames": all frames, "counts": "frames"}`. With `"enough"`
it ends as soon as so many frames with sound were heard.
"""

import asyncio
import json
import math
import os
import sys
import time
from typing import Any

from livekit import rtc

from clients.voice import Ear, speak

CONNECT_LIMIT = 30.0
STEP = 0.1


async def call(wanted: dict[str, Any]) -> dict[str, int]:
    """Hold the call until enough was heard, or until the time is over."""
    speaker, listener = rtc.Room(), rtc.Room()
    ear = Ear(listener)
    for room, token in ((listener, wanted["listener"]), (speaker, wanted["speaker"])):
        await asyncio.wait_for(room.connect(wanted["url"], token), CONNECT_LIMIT)
    speaking = asyncio.create_task(speak(speaker))
    over = time.monotonic() + float(wanted["seconds"])
    while time.monotonic() < over and ear.heard < wanted.get("enough", math.inf):
        if speaking.done():
            await speaking
        await asyncio.sleep(STEP)
    speaking.cancel()
    for task in ear.tasks:
        task.cancel()
    await asyncio.gather(speaker.disconnect(), listener.disconnect(), return_exceptions=True)
    return {"heard": ear.heard, "frames": ear.frames}


if __name__ == "__main__":
    said = asyncio.run(call(json.load(sys.stdin)))
    print(json.dumps({**said, "counts": "frames"}), flush=True)
    # An ordinary exit tears the library down while its threads run, and now and then it aborts.
    os._exit(0)
