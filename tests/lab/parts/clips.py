"""Films that cameras publish: our own moving pictures, encoded once, so that no call has to."""

from pathlib import Path

from parts import picture
from parts.cached import CachedPart
from parts.commands import Command, Commands
from parts.part import InstallError
from parts.picture import FILMS, Film
from parts.python_packages import PYTHON

LAB = Path(__file__).resolve().parent.parent
# How far a film may be from its rate.
OFF = 0.15


class Clips(CachedPart):
    """VP8 in IVF files; the encoder is libvpx' own."""

    name = "clips"
    version = "1.12.0"
    licence = "our own pictures"
    on_request = True

    @property
    def program(self) -> Path:
        """The largest of the films."""
        return self.folder / FILMS[-1].file

    def recipe(self) -> bytes:
        """Give the pictures and how they are encoded."""
        code = Path(picture.__file__).read_bytes()
        return b"\0".join([code, *(_encode(film, Path("folder")).encode() for film in FILMS)])

    def build(self, folder: Path, commands: Commands) -> None:
        """Encode every film, and look at its rate."""
        for film in FILMS:
            commands.run(["nice", "-n", "10", "bash", "-c", _encode(film, folder)], folder=LAB)
            rate = (folder / film.file).stat().st_size * 8 / film.seconds
            if abs(rate / film.rate - 1) > OFF:
                raise InstallError(f"{film.file} has {rate / 1e6:.2f} Mbit/s")

    def version_command(self, folder: Path) -> Command:
        """Ask the encoder's package; the films do not say."""
        del folder
        return ["dpkg-query", "--show", "vpx-tools"]


def _encode(film: Film, folder: Path) -> str:
    """Give the commands that draw and encode a film; one whole picture at its beginning."""
    rate = film.rate // 1000
    draw = f"{PYTHON} -B -m parts.picture {film.file}"
    encode = (
        "vpxenc --codec=vp8 --ivf --rt --cpu-used=10 --threads=2 --token-parts=1 --end-usage=cbr "
        f"--target-bitrate={rate} --min-q=2 --max-q=58 --undershoot-pct=50 --overshoot-pct=50 "
        "--buf-sz=1000 --buf-initial-sz=500 --buf-optimal-sz=600 --drop-frame=0 "
        "--kf-min-dist=9999 --kf-max-dist=9999 --quiet"
    )
    return f"set -euo pipefail; {draw} | {encode} --output={folder / film.file} -"
