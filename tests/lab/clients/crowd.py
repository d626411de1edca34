"""Many calls in one process: everybody speaks, and one person of each call listens to one other.

Reads `{"calls": [[{"url", "token"}, …], …], "seconds", "began"}` as JSON from standard input, and
prints `{"heard": [for each call, the part of the sound that came], "cpuSeconds": what this process
took while they talked}`. `began` is a file that it makes when it begins to count. Who cannot
connect ends it with an error.
"""

import asyncio
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy
import uvloop
from livekit import rtc

from clients.voice import RATE, is_loud, microphone

# A tone of which a frame holds whole waves, so that one frame is every frame.
TONE, FRAME = 400, RATE // 10
# Frames that arrive in a second.
PACE = 100
CONNECT_LIMIT = 60.0


async def speak(room: rtc.Room) -> None:
    """Publish a microphone with a tone in it, until cancelled."""
    source = await microphone(room)
    wave = numpy.sin(numpy.arange(FRAME) * 2 * numpy.pi * TONE / RATE) * 8000
    data = wave.astype(numpy.int16).tobytes()
    while True:
        await source.capture_frame(rtc.AudioFrame(data, RATE, 1, FRAME))


class Listener:
    """Counts the sound of the first track that comes."""

    def __init__(self, room: rtc.Room) -> None:
        """Listen from the first track on."""
        self.sounds = 0
        self.task: asyncio.Task[None] | None = None
        room.on("track_subscribed", self._subscribed)

    def _subscribed(self, track: rtc.Track, *_: object) -> None:
        if self.task is None and track.kind == rtc.TrackKind.KIND_AUDIO:
            self.task = asyncio.create_task(self._listen(track))

    async def _listen(self, track: rtc.Track) -> None:
        async for event in rtc.AudioStream(track):
            self.sounds += is_loud(event.frame)


async def crowd(wanted: dict[str, Any]) -> dict[str, Any]:
    """Hold the calls."""
    listeners, speakers = [], []
    for call in wanted["calls"]:
        for number, person in enumerate(call):
            room = rtc.Room()
            if number == 0:
                listeners.append(Listener(room))
            await asyncio.wait_for(room.connect(person["url"], person["token"]), CONNECT_LIMIT)
            speakers.append(asyncio.create_task(speak(room)))
    # All tracks are there by then, and the buffers have settled.
    await asyncio.sleep(5)
    await asyncio.to_thread(Path(wanted["began"]).touch)
    before = [one.sounds for one in listeners]
    start, cpu = time.monotonic(), time.process_time()
    await asyncio.sleep(float(wanted["seconds"]))
    seconds, cpu = time.monotonic() - start, time.process_time() - cpu
    counts = [one.sounds - then for one, then in zip(listeners, before, strict=True)]
    return {
        "heard": [round(count / (seconds * PACE), 3) for count in counts],
        "cpuSeconds": round(cpu, 2),
    }


if __name__ == "__main__":
    print(json.dumps(uvloop.run(crowd(json.load(sys.stdin)))), flush=True)
    # See join_call.py.
    os._exit(0)
