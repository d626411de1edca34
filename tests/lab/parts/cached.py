"""Parts that live in a folder of their own in the cache."""

import hashlib
from abc import abstractmethod
from pathlib import Path

from parts import cache
from parts.commands import Command, Commands
from parts.part import InstallError, Part

STAMP = ".rampart-part"


class CachedPart(Part):
    """A part that is made beside its folder, tried out there, and then moved in as a whole."""

    @property
    def folder(self) -> Path:
        """Where the part is kept."""
        return cache.root() / self.name

    @abstractmethod
    def recipe(self) -> bytes:
        """Give all that decides what is built, besides the version: a change builds anew."""

    @abstractmethod
    def build(self, folder: Path, commands: Commands) -> None:
        """Make the part inside the given folder."""

    @abstractmethod
    def version_command(self, folder: Path) -> Command:
        """Give a command of the built part that prints its version."""

    def is_installed(self) -> bool:
        """Tell whether the program is there and its folder carries today's stamp."""
        stamp = self.folder / STAMP
        return self.program.exists() and stamp.is_file() and stamp.read_text() == self._stamp()

    def install(self) -> None:
        """Build, try out, stamp, move into place."""
        commands = Commands(self.name)
        stamp = self._stamp()
        with cache.staged(self.name) as folder:
            self.build(folder, commands)
            self._try_out(folder, commands)
            (folder / STAMP).write_text(stamp)

    def _try_out(self, folder: Path, commands: Commands) -> None:
        said = commands.read(self.version_command(folder))
        if self.version not in said:
            first = (said.splitlines() or ["nothing"])[0]
            raise InstallError(f"the built program calls itself {first!r}, not {self.version}")

    def _stamp(self) -> str:
        digest = hashlib.sha256(self.recipe()).hexdigest()
        return f"{self.name} {self.version} {digest}\n"
