"""WireGuard in user space that takes a fifth of what Debian's does: for calls that are measured."""

from pathlib import Path

from parts.cached import CachedPart
from parts.commands import Command, Commands

PROGRAM = "bin/boringtun-cli"


class Boringtun(CachedPart):
    """Cloudflare's; stories have wireguard-go, the reference, where speed is not the point."""

    name = "boringtun"
    version = "0.7.1"
    licence = "BSD-3-Clause"
    on_request = True
    package = "boringtun-cli"

    @property
    def program(self) -> Path:
        """The program."""
        return self.folder / PROGRAM

    def recipe(self) -> bytes:
        """Give the package."""
        return self.package.encode()

    def build(self, folder: Path, commands: Commands) -> None:
        """Build the released crate with the versions that it was released with."""
        package = f"{self.package}@{self.version}"
        words = ["nice", "-n", "10", "cargo", "install", "--quiet", "--locked"]
        commands.run([*words, "--root", folder, package], folder=folder)

    def version_command(self, folder: Path) -> Command:
        """Ask the binary."""
        return [folder / PROGRAM, "--version"]
