"""The sound that latency is measured with: a chirp in faint noise, and how it is found again."""

import numpy

RATE = 48000
FRAME = RATE // 100
SECONDS = 0.04
LOW, HIGH = 400, 4000
LOUDNESS = 12000
NOISE = 60
# How much a place must resemble the chirp; 1 is the chirp itself.
ALIKE = 0.5


def chirp() -> numpy.ndarray:
    """Give the chirp: a rising tone, faded in and out."""
    count = int(RATE * SECONDS)
    at = numpy.arange(count) / RATE
    phase = 2 * numpy.pi * (LOW * at + (HIGH - LOW) * at**2 / (2 * SECONDS))
    return numpy.sin(phase) * numpy.hanning(count)


def cycle(period: float) -> numpy.ndarray:
    """Give the samples of one period: a chirp at its beginning, then nearly silence."""
    count = int(RATE * period)
    sound = numpy.random.default_rng(1).normal(0, NOISE, count)
    tone = chirp()
    sound[: len(tone)] += tone * LOUDNESS
    return sound.astype(numpy.int16)


def onsets(samples: numpy.ndarray, period: float) -> list[int]:
    """Give the places of chirps in a recording, by normalised cross-correlation.

    Of each stretch as long as half a period the best place counts, when it resembles the chirp.
    """
    tone = chirp()
    if len(samples) < 2 * len(tone):
        return []
    sound = samples.astype(numpy.float64)
    size = 1 << (len(sound) + len(tone)).bit_length()
    spectrum = numpy.fft.rfft(sound, size) * numpy.conj(numpy.fft.rfft(tone, size))
    match = numpy.fft.irfft(spectrum, size)[: len(sound) - len(tone)]
    sums = numpy.concatenate([[0.0], numpy.cumsum(sound**2)])
    energy = sums[len(tone) :][: len(match)] - sums[: len(match)]
    alike = match / numpy.sqrt(numpy.maximum(energy, 1.0) * numpy.sum(tone**2))
    found: list[int] = []
    step = int(RATE * period / 2)
    for start in range(0, len(alike), step):
        best = start + int(numpy.argmax(alike[start : start + step]))
        if alike[best] < ALIKE:
            continue
        # One chirp on the border of two stretches is found in both.
        if found and best - found[-1] < step:
            if alike[best] > alike[found[-1]]:
                found[-1] = best
            continue
        found.append(best)
    return found
