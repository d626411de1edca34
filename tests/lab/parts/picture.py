"""Moving pictures without a camera: coloured squares that wander, under noise that changes.

`python3 -m parts.picture FILE` writes the film of that name as YUV4MPEG2 to standard output.
"""

import random
import sys
from dataclasses import dataclass
from typing import BinaryIO

RATE = 30
SQUARE = 8
# Pixels by which the squares wander from frame to frame.
STEP = 2
NOISES = 4


@dataclass(frozen=True)
class Film:
    """A film: its size, bits of a second, and seconds."""

    file: str
    width: int
    height: int
    rate: int
    seconds: int


FILMS = (
    Film("720p.ivf", 1280, 720, 1_500_000, 4),
    Film("2160p.ivf", 3840, 2160, 20_000_000, 4),
)


def write(film: Film, out: BinaryIO) -> None:
    """Write all frames."""
    size, frames = film.width * film.height, film.seconds * RATE
    draw = random.Random(film.file)
    out.write(f"YUV4MPEG2 W{film.width} H{film.height} F{RATE}:1 Ip A1:1 C420jpeg\n".encode())
    columns = film.width + STEP * frames
    rows = [
        b"".join(bytes([draw.randrange(40, 200)]) * SQUARE for _ in range(columns // SQUARE + 1))
        for _ in range(film.height // SQUARE + 1)
    ]
    # Added as one large number: no sum of a square and noise is above 255, so none is carried.
    mask = int.from_bytes(b"\x0f" * size, "little")
    noises = [int.from_bytes(draw.randbytes(size), "little") & mask for _ in range(NOISES)]
    grey = b"\x80" * (size // 2)
    for frame in range(frames):
        at = frame * STEP
        squares = b"".join(
            rows[line // SQUARE][at : at + film.width] for line in range(film.height)
        )
        luma = int.from_bytes(squares, "little") + noises[frame % NOISES]
        out.write(b"FRAME\n" + luma.to_bytes(size, "little") + grey)


if __name__ == "__main__":
    write(next(film for film in FILMS if film.file == sys.argv[1]), sys.stdout.buffer)
