"""Two people in a call: one speaks a tone, the other listens, for some seconds.

Reads `{"url", "speaker", "listener", "seconds"}` (two access tokens) as JSON from standard input,
and prints `{"heard": frames with sound, "frames": all frames}`.
"""

import asyncio
import json
import math
import os
import sys
from typing import Any

import numpy
from livekit import rtc

RATE = 48000
FRAME = RATE // 100
TONE = 440
LOUD = 500
CONNECT_LIMIT = 30.0


async def speak(room: rtc.Room) -> None:
    """Publish a microphone with a tone in it, until cancelled."""
    source = rtc.AudioSource(RATE, 1)
    track = rtc.LocalAudioTrack.create_audio_track("tone", source)
    options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
    await room.local_participant.publish_track(track, options)
    steps = numpy.arange(FRAME)
    start = 0
    while True:
        wave = numpy.sin((steps + start) * 2 * math.pi * TONE / RATE) * 8000
        data = wave.astype(numpy.int16).tobytes()
        await source.capture_frame(rtc.AudioFrame(data, RATE, 1, FRAME))
        start += FRAME


class Ear:
    """Counts what arrives."""

    def __init__(self, room: rtc.Room) -> None:
        """Listen to every track of the room."""
        self.frames = 0
        self.heard = 0
        self.tasks: list[asyncio.Task[None]] = []
        room.on("track_subscribed", self._subscribed)

    def _subscribed(self, track: rtc.Track, *_: object) -> None:
        if track.kind == rtc.TrackKind.KIND_AUDIO:
            self.tasks.append(asyncio.create_task(self._listen(track)))

    async def _listen(self, track: rtc.Track) -> None:
        async for event in rtc.AudioStream(track):
            self.frames += 1
            sound = numpy.frombuffer(event.frame.data, dtype=numpy.int16)
            if abs(sound.astype(numpy.int32)).max() > LOUD:
                self.heard += 1


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
