"""The rules by which a browser looks for what keeps people out of a page."""

import hashlib
import tarfile
from pathlib import Path

from parts.cached import CachedPart
from parts.commands import Command, Commands
from parts.part import InstallError


class Axe(CachedPart):
    """axe-core, one file that a page runs."""

    name = "axe"
    version = "4.14.1"
    licence = "MPL-2.0"
    archive = "axe-core-4.14.1.tgz"
    checksum = "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745"

    @property
    def program(self) -> Path:
        """The file."""
        return self.folder / "axe.min.js"

    def recipe(self) -> bytes:
        """Give the archive."""
        return self.checksum.encode()

    def build(self, folder: Path, commands: Commands) -> None:
        """Take the file out of the package."""
        package = f"axe-core@{self.version}"
        commands.run(["npm", "pack", package, "--silent", "--pack-destination", folder])
        archive = folder / self.archive
        found = hashlib.sha256(archive.read_bytes()).hexdigest()
        if found != self.checksum:
            raise InstallError(f"{self.archive} has the checksum {found}, not {self.checksum}")
        with tarfile.open(archive) as package_files:
            script = package_files.extractfile(f"package/{self.program.name}")
            if script is None:
                raise InstallError(f"{self.archive} has no {self.program.name}")
            (folder / self.program.name).write_bytes(script.read())
        archive.unlink()

    def version_command(self, folder: Path) -> Command:
        """Read the first line, which has it."""
        return ["head", "-n", "1", folder / self.program.name]
