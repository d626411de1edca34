"""The media server of the foci."""

from pathlib import Path

from parts import go
from parts.cached import CachedPart
from parts.commands import Command, Commands


class LiveKit(CachedPart):
    """LiveKit server; 1.13.6 and later replace modules by forks that no registry serves."""

    name = "livekit"
    version = "1.13.5"
    licence = "Apache-2.0"
    package = "github.com/livekit/livekit-server/cmd/server"

    @property
    def program(self) -> Path:
        """The server binary."""
        return self.folder / "livekit-server"

    def recipe(self) -> bytes:
        """Give the package and the flags."""
        return " ".join([self.package, *go.build_flags()]).encode()

    def build(self, folder: Path, commands: Commands) -> None:
        """Build the released module as it is."""
        package = f"{self.package}@v{self.version}"
        arguments = ["install", *go.build_flags(), package]
        go.run(commands, arguments, folder=folder, environment={"GOBIN": str(folder)})
        (folder / "server").rename(folder / "livekit-server")

    def version_command(self, folder: Path) -> Command:
        """Ask the binary."""
        return [folder / "livekit-server", "--version"]
