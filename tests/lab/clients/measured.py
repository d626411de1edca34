"""One person of a measured call: publishes at one media server, listens at several.

Reads from standard input, as JSON: `name`, `places` (focus → url and token), `publishes` (the
focus to publish at), `start` and `seconds` (of this machine's monotonic clock, which all share).
Prints what was said and heard, with times: `mouth`, `ears` (name → times), `sent`, `probes`
(name → one-way milliseconds), `before` and `stats`, near the start and near the end.

Four of these share a small machine with all media servers; with asyncio's own loop they would take
a fifth of a processor more than with uvloop.
"""

import asyncio
import json
import os
import struct
import sys
import time
from typing import Any

import numpy
import uvloop
from google.protobuf.json_format import MessageToDict
from livekit import rtc

from clients.sound import FRAME, RATE, cycle, onsets

PERIOD = 0.5
CONNECT_LIMIT = 30.0
# Milliseconds of sound that are handed over at once: in tens, as they are played, four people who
# hear each other take a tenth of a processor more.
PLAYED, TOGETHER = 10, 50
AFTER = 1.5
EDGE = 0.7
PROBE = struct.Struct("!dI")
PROBES_A_SECOND = 10


# Pictures are for the program `camera`, which does not decode them.
OPTIONS = rtc.RoomOptions(auto_subscribe=False)


def listen_to(publication: rtc.RemoteTrackPublication, *_: object) -> None:
    """Have the sound of somebody sent."""
    if publication.kind == rtc.TrackKind.KIND_AUDIO:
        publication.set_subscribed(True)


class Person:
    """What one person says and hears."""

    def __init__(self, wanted: dict[str, Any]) -> None:
        """Take part as wanted."""
        self.wanted = wanted
        self.start = float(wanted["start"])
        self.end = self.start + float(wanted["seconds"])
        self.rooms: dict[str, rtc.Room] = {}
        self.mouth: list[float] = []
        self.heard: dict[str, list[tuple[float, numpy.ndarray]]] = {}
        self.probes: dict[str, dict[int, float]] = {}
        self.sent = 0
        self.tasks: list[asyncio.Task[None]] = []

    async def connect(self) -> None:
        """Enter every room, and publish in one."""
        for focus, place in self.wanted["places"].items():
            room = rtc.Room()
            room.on("track_subscribed", self._subscribed)
            room.on("track_published", listen_to)
            room.on("data_received", self._received)
            connected = room.connect(place["url"], place["token"], OPTIONS)
            await asyncio.wait_for(connected, CONNECT_LIMIT)
            for other in room.remote_participants.values():
                for publication in other.track_publications.values():
                    listen_to(publication)
            self.rooms[focus] = room
        self.source = rtc.AudioSource(RATE, 1, queue_size_ms=0)
        track = rtc.LocalAudioTrack.create_audio_track("voice", self.source)
        options = rtc.TrackPublishOptions(source=rtc.TrackSource.SOURCE_MICROPHONE, dtx=False)
        await self.own.local_participant.publish_track(track, options)

    @property
    def own(self) -> rtc.Room:
        """The room to publish in."""
        return self.rooms[self.wanted["publishes"]]

    def _subscribed(self, track: rtc.Track, _: object, participant: rtc.RemoteParticipant) -> None:
        if track.kind == rtc.TrackKind.KIND_AUDIO:
            name = participant.identity.rsplit(":", 1)[1]
            self.tasks.append(asyncio.create_task(self._listen(name, track)))

    async def _listen(self, name: str, track: rtc.Track) -> None:
        frames = self.heard.setdefault(name, [])
        stream = rtc.AudioStream(track, sample_rate=RATE, num_channels=1, frame_size_ms=TOGETHER)
        async for event in stream:
            # The first of them were played so much earlier.
            now = time.monotonic() - (TOGETHER - PLAYED) / 1000
            if self.start <= now <= self.end + AFTER:
                frames.append((now, numpy.frombuffer(event.frame.data, dtype=numpy.int16).copy()))

    def _received(self, packet: rtc.DataPacket) -> None:
        now = time.monotonic()
        if packet.participant is None:
            return
        name = packet.participant.identity.rsplit(":", 1)[1]
        sent, number = PROBE.unpack(packet.data[: PROBE.size])
        self.probes.setdefault(name, {})[number] = (now - sent) * 1000

    async def speak(self) -> None:
        """Say a chirp in every period, as a microphone gives it: frames that are over."""
        sound = cycle(PERIOD)
        count = int((self.end - self.start) * 100)
        for number in range(count):
            await until(self.start + (number + 1) / 100)
            at = number * FRAME % len(sound)
            if at == 0:
                self.mouth.append(time.monotonic() - 0.01)
            data = sound[at : at + FRAME].tobytes()
            await self.source.capture_frame(rtc.AudioFrame(data, RATE, 1, FRAME))

    async def probe(self) -> None:
        """Send packets with the time in them."""
        count = int((self.end - self.start) * PROBES_A_SECOND)
        person = self.own.local_participant
        for number in range(count):
            await until(self.start + number / PROBES_A_SECOND)
            data = PROBE.pack(time.monotonic(), number)
            await person.publish_data(data, reliable=False)
            self.sent += 1

    async def stats_at(self, moment: float) -> list[dict[str, Any]]:
        """Give WebRTC's own numbers of what came in until a moment."""
        await until(moment)
        found = []
        for room in self.rooms.values():
            stats = await room.get_rtc_stats()
            # One connection for both directions counts as the publisher's.
            sides = [*stats.publisher_stats, *stats.subscriber_stats]
            every = [MessageToDict(one) for one in sides]
            found += [one["inboundRtp"] for one in every if "inboundRtp" in one]
        return found

    def ears(self) -> dict[str, list[float]]:
        """Give when each chirp was heard, by who said it."""
        return {name: times(frames) for name, frames in self.heard.items()}


def times(frames: list[tuple[float, numpy.ndarray]]) -> list[float]:
    """Give the times of chirps in frames that were played at known times."""
    if not frames:
        return []
    size = len(frames[0][1])
    places = onsets(numpy.concatenate([sound for _, sound in frames]), PERIOD)
    return [frames[at // size][0] + at % size / RATE for at in places]


async def until(moment: float) -> None:
    """Wait for a moment, if it is not over."""
    wait = moment - time.monotonic()
    if wait > 0:
        await asyncio.sleep(wait)


async def measured(wanted: dict[str, Any]) -> dict[str, Any]:
    """Take part, and give what is to be known."""
    person = Person(wanted)
    began = time.monotonic()
    await person.connect()
    connected = time.monotonic()
    if connected > person.start:
        raise TimeoutError(f"{wanted['name']} was not in the call when it began")
    # What is concealed before and after all speak is not of the call.
    looks = (person.stats_at(person.start + EDGE), person.stats_at(person.end - EDGE))
    _, _, before, stats = await asyncio.gather(person.speak(), person.probe(), *looks)
    await until(person.end + AFTER)
    for task in person.tasks:
        task.cancel()
    await asyncio.gather(*(room.disconnect() for room in person.rooms.values()))
    return {
        "name": wanted["name"],
        "connectSeconds": connected - began,
        "mouth": person.mouth,
        "ears": person.ears(),
        "sent": person.sent,
        "probes": {name: list(many.values()) for name, many in person.probes.items()},
        "before": before,
        "stats": stats,
    }


if __name__ == "__main__":
    print(json.dumps(uvloop.run(measured(json.load(sys.stdin)))), flush=True)
    # See join_call.py.
    os._exit(0)
