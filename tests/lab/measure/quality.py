"""From delays and losses to what people think of a call: the E-model of ITU-T G.107.

All but delay and loss at the recommendation's defaults. Opus has no agreed impairment values; those
of G.711 with concealment stand in (ITU-T G.113, appendix I: Ie 0, Bpl 25.1).
"""

import math
from collections.abc import Sequence

# R with every parameter at its default (G.107, 7.7).
BEST = 93.2
ROBUSTNESS = 25.1


def rating(delay: float, loss: float) -> float:
    """Give R for a delay from mouth to ear in milliseconds and a loss in percent."""
    return BEST - delay_impairment(delay) - 95 * loss / (loss + ROBUSTNESS)


def delay_impairment(delay: float) -> float:
    """Give Idd (G.107, 7.4)."""
    if delay <= 100:
        return 0.0
    x = math.log2(delay / 100)
    near, far = (1 + x**6) ** (1 / 6), (1 + (x / 3) ** 6) ** (1 / 6)
    return float(25 * (near - 3 * far + 2))


def opinion(r: float) -> float:
    """Give the mean opinion score of a rating (G.107, annex B)."""
    if r <= 0:
        return 1.0
    if r >= 100:
        return 4.5
    # Between 0 and 6.5 the polynomial is below the scale's end.
    return max(1.0, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6)


def quantile(values: Sequence[float], percent: float) -> float:
    """Give the value below which so many of a hundred are; between two, the upper."""
    ordered = sorted(values)
    place = math.ceil(len(ordered) * percent / 100) - 1
    return ordered[max(0, min(place, len(ordered) - 1))]
