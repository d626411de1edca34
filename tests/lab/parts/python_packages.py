"""Python packages at the versions of a pin file, each set in an environment of its own."""

from pathlib import Path

from parts.cached import CachedPart
from parts.commands import Command, Commands
from parts.part import InstallError

# Debian's own Python, not the one in PATH: the machines have the same one at the same path, so an
# environment bound into a machine works there too.
PYTHON = Path("/usr/bin/python3")
PINS = Path(__file__).resolve().parent


class PythonPackages(CachedPart):
    """An environment that holds exactly what `<name>.txt` beside this file lists."""

    distribution: str
    module: str

    @property
    def program(self) -> Path:
        """The environment's interpreter."""
        return self.folder / "bin" / "python"

    @property
    def pins(self) -> Path:
        """The file with one `name==version` a line, dependencies included."""
        return PINS / f"{self.name}.txt"

    def recipe(self) -> bytes:
        """Give the pins."""
        return self.pins.read_bytes()

    def build(self, folder: Path, commands: Commands) -> None:
        """Fill a new environment with wheels and make it fit its final place."""
        if not PYTHON.exists():
            raise InstallError(f"{PYTHON}: not found; install the part 'debian' first")
        commands.run([PYTHON, "-m", "venv", folder])
        pip = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
        wheels = ["install", "--quiet", "--no-deps", "--only-binary", ":all:", "-r", str(self.pins)]
        commands.run([*pip, *wheels])
        commands.run([*pip, "check"])
        move_scripts(folder, self.folder)

    def version_command(self, folder: Path) -> Command:
        """Ask the environment for the version of its main distribution, after importing it."""
        code = (
            "from importlib.metadata import version; "
            f"import {self.module}; print(version({self.distribution!r}))"
        )
        return [folder / "bin" / "python", "-c", code]


def move_scripts(built: Path, final: Path) -> None:
    """Write the final place into the scripts, which name their interpreter by its full path."""
    for script in (built / "bin").iterdir():
        if script.is_file() and not script.is_symlink():
            text = script.read_bytes()
            script.write_bytes(text.replace(bytes(built), bytes(final)))
