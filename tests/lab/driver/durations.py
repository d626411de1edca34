"""Durations: bare numbers are seconds; `timedelta` is what newer scripts write."""

from datetime import timedelta

Duration = int | float | timedelta


def seconds(duration: Duration) -> float:
    """Give the length in seconds."""
    if isinstance(duration, timedelta):
        return duration.total_seconds()
    return float(duration)


def chosen(*spellings: Duration | None, default: Duration) -> float:
    """Give the first of several spellings of one parameter that is set, in seconds."""
    for spelling in spellings:
        if spelling is not None:
            return seconds(spelling)
    return seconds(default)
