"""A person's camera and screen: our own program on LiveKit's Go client, in `tests/lab/camera`."""

from pathlib import Path

from parts import go
from parts.cached import CachedPart
from parts.commands import Command, Commands

SOURCE = Path(__file__).resolve().parent.parent / "camera"


class Camera(CachedPart):
    """Publishes pictures that were encoded before, and counts those that arrive."""

    name = "camera"
    # Of the client that it is built on.
    version = "2.19.0"
    licence = "Apache-2.0"
    on_request = True
    client = "github.com/livekit/server-sdk-go/v2"

    @property
    def program(self) -> Path:
        """The program."""
        return self.folder / "camera"

    def recipe(self) -> bytes:
        """Give the source and the flags."""
        files = sorted(path for path in SOURCE.iterdir() if path.is_file())
        return b"\0".join([*(path.read_bytes() for path in files), *_flags()])

    def build(self, folder: Path, commands: Commands) -> None:
        """Test it and build it."""
        # With the build's flag, so that all that it is built on is compiled once.
        for word in ("vet", "test"):
            go.run(commands, [word, "-mod=readonly", "-trimpath", "."], folder=SOURCE)
        place = str(folder / self.name)
        arguments = ["build", "-mod=readonly", *go.build_flags(), "-o", place, "."]
        go.run(commands, arguments, folder=SOURCE)

    def version_command(self, folder: Path) -> Command:
        """Ask the binary what it was built of."""
        return ["go", "version", "-m", folder / self.name]


def _flags() -> list[bytes]:
    return [flag.encode() for flag in go.build_flags()]
