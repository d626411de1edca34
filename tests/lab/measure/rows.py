"""From what people said and heard to the rows of the report."""

from collections.abc import Callable
from typing import Any

from measure import quality, world
from measure.calls import SCENARIOS, Scenario

# A chirp belongs to the last one said before it was heard, if that is not too long ago.
LONGEST = 0.5
PERCENTS = (50, 95, 99)


def of(calls: list[dict[str, Any]], idle: float) -> list[dict[str, Any]]:
    """Give the rows of the calls that have sound."""
    chosen = [one for one in SCENARIOS if one.has_sound]
    return each(chosen, calls, idle, "raw", figures)


def each(
    chosen: list[Scenario],
    calls: list[dict[str, Any]],
    idle: float,
    what: str,
    figures: Callable[[list[dict[str, Any]]], dict[str, Any]],
) -> list[dict[str, Any]]:
    """Give a row for each scenario and mode, of the calls that count; and how many do not."""
    found = []
    for scenario in chosen:
        for mode in scenario.modes:
            own = [
                call for call in calls if (call["scenario"], call["mode"]) == (scenario.name, mode)
            ]
            kept = [call for call in own if call["idle"] >= idle and not call["errors"]]
            row = {"scenario": scenario.name, "mode": mode, "calls": len(own), "kept": len(kept)}
            row["errors"] = sum(bool(call["errors"]) for call in own)
            # Without any that counts, the others are shown, and the page says so.
            shown = kept or [call for call in own if call[what]]
            if shown:
                row |= {"saturated": not kept, **figures(shown)}
            found.append(row)
    return found


def figures(calls: list[dict[str, Any]]) -> dict[str, Any]:
    """Give the figures of some calls together, and of each direction."""
    ways: dict[tuple[str, str], Way] = {}
    for call in calls:
        for speaker in call["raw"]:
            for listener in call["raw"]:
                if speaker is not listener:
                    names = (speaker["name"], listener["name"])
                    ways.setdefault(names, Way(*names)).add(speaker, listener)
    every = Way("", "")
    for way in ways.values():
        every.join(way)
    said = [person for call in calls for person in call["raw"]]
    return {
        **every.figures(),
        **receivers(said),
        "idle": min(call["idle"] for call in calls),
        "connectSeconds": max(person["connectSeconds"] for person in said),
        "ways": [way.figures() for way in ways.values()],
    }


class Way:
    """From one person's mouth to another's ear."""

    def __init__(self, speaker: str, listener: str) -> None:
        """Begin with nothing."""
        self.speaker, self.listener = speaker, listener
        self.delays: list[float] = []
        self.probes: list[float] = []
        self.sent = 0
        self.said = 0

    def add(self, speaker: dict[str, Any], listener: dict[str, Any]) -> None:
        """Add a call."""
        heard = listener["ears"].get(speaker["name"], [])
        self.delays += delays(speaker["mouth"], heard)
        self.said += len(speaker["mouth"])
        self.probes += listener["probes"].get(speaker["name"], [])
        self.sent += speaker["sent"]

    def join(self, other: "Way") -> None:
        """Add what another way has."""
        self.delays += other.delays
        self.probes += other.probes
        self.sent += other.sent
        self.said += other.said

    def figures(self) -> dict[str, Any]:
        """Give its row."""
        row: dict[str, Any] = {"from": self.speaker, "to": self.listener}
        if self.speaker:
            row["physical"] = world.physical(self.speaker, self.listener)
        row["chirps"], row["heard"] = self.said, len(self.delays)
        row["loss"] = 100 * (1 - len(self.probes) / self.sent) if self.sent else 100.0
        for name, values in (("mouthToEar", self.delays), ("network", self.probes)):
            row[name] = quantiles(values)
        if self.delays:
            r = quality.rating(quality.quantile(self.delays, 50), row["loss"])
            row["mos"] = round(quality.opinion(r), 2)
        return row


def quantiles(values: list[float]) -> list[float]:
    """Give p50, p95 and p99, if there are any values."""
    return [round(quality.quantile(values, p), 1) for p in PERCENTS] if values else []


def delays(said: list[float], heard: list[float]) -> list[float]:
    """Give the milliseconds from each chirp that was heard to when it was said."""
    found = []
    for ear in heard:
        before = [mouth for mouth in said if 0 < ear - mouth < LONGEST]
        if before:
            found.append((ear - max(before)) * 1000)
    return found


def receivers(said: list[dict[str, Any]]) -> dict[str, Any]:
    """Give WebRTC's own figures of what came in: jitter, loss, concealment, jitter buffer."""

    def audio(when: str) -> list[dict[str, Any]]:
        every = [one for person in said for one in person[when]]
        return [one for one in every if one.get("stream", {}).get("kind") == "audio"]

    def grown(group: str, name: str) -> float:
        before, after = (
            sum(float(one.get(group, {}).get(name, 0)) for one in audio(when))
            for when in ("before", "stats")
        )
        return after - before

    packets, lost = grown("received", "packetsReceived"), grown("received", "packetsLost")
    samples = grown("inbound", "totalSamplesReceived")
    emitted = grown("inbound", "jitterBufferEmittedCount")
    jitter = [float(one.get("received", {}).get("jitter", 0)) * 1000 for one in audio("stats")]
    return {
        "rtpPackets": packets,
        "rtpLoss": 100 * lost / max(packets + lost, 1),
        "concealed": 100 * grown("inbound", "concealedSamples") / max(samples, 1),
        "jitterBuffer": 1000 * grown("inbound", "jitterBufferDelay") / max(emitted, 1),
        "jitter": sum(jitter) / max(len(jitter), 1),
    }
