"""What a person in a call does: speak a tone, and count the sound that arrives."""

import asyncio
import itertools
import math
import time

import numpy
from livekit import rtc

RATE = 48000
FRAME = RATE // 100
TONE = 440
LOUD = 500


async def microphone(room: rtc.Room) -> rtc.AudioSource:
    """Publish a microphone, and give what takes its sound."""
    source = rtc.AudioSource(RATE, 1)
    track = rtc.LocalAudioTrack.create_audio_track("tone", source)
    options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE)
    await room.local_participant.publish_track(track, options)
    return source


def is_loud(frame: rtc.AudioFrame) -> bool:
    """Tell whether there is sound in a frame."""
    sound = numpy.frombuffer(frame.data, dtype=numpy.int16)
    return bool(abs(sound.astype(numpy.int32)).max() > LOUD)


async def speak(room: rtc.Room) -> None:
    """Publish a microphone with a tone in it, until cancelled."""
    source = await microphone(room)
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
        # When each frame with sound came.
        self.sounds: list[float] = []
        self.tasks: list[asyncio.Task[None]] = []
        self.hears = asyncio.Event()
        room.on("track_subscribed", self._subscribed)

    def _subscribed(self, track: rtc.Track, *_: object) -> None:
        if track.kind == rtc.TrackKind.KIND_AUDIO:
            self.tasks.append(asyncio.create_task(self._listen(track)))

    async def _listen(self, track: rtc.Track) -> None:
        async for event in rtc.AudioStream(track):
            self.frames += 1
            if is_loud(event.frame):
                self.sounds.append(time.monotonic())
                self.hears.set()

    @property
    def heard(self) -> int:
        """Frames with sound."""
        return len(self.sounds)

    def silence(self) -> float:
        """Give the longest time without sound between sounds, in seconds."""
        return max((b - a for a, b in itertools.pairwise(self.sounds)), default=0.0)

    def since(self) -> float:
        """Give the time since the last sound."""
        return time.monotonic() - self.sounds[-1] if self.sounds else math.inf
