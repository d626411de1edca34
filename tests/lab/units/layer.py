"""The files of one machine that lie over the shared root."""

import shutil
from pathlib import Path

UNITS = "/etc/systemd/system"


class Layer:
    """A folder that is filled with a machine's own files."""

    def __init__(self, folder: Path, root: Path) -> None:
        """Fill a folder; the shared root tells what is already there."""
        self.folder = folder
        self.root = root
        self.units: list[str] = []

    def write(self, path: str, text: str, mode: int = 0o644) -> None:
        """Write a file."""
        target = self._place(path)
        target.write_text(text)
        target.chmod(mode)

    def extend(self, path: str, text: str) -> None:
        """Write a file of the shared root again, with lines added at its end."""
        target = self._place(path)
        if not target.exists():
            shutil.copy2(self.root / path.lstrip("/"), target)
        with target.open("a") as handle:
            handle.write(text)

    def link(self, path: str, target: str) -> None:
        """Make a symbolic link."""
        self._place(path).symlink_to(target)

    def unit(self, name: str, text: str) -> None:
        """Write a unit file, and let it start at boot."""
        self.write(f"{UNITS}/{name}", text)
        self.link(f"{UNITS}/multi-user.target.wants/{name}", f"../{name}")
        self.units.append(name)

    def _place(self, path: str) -> Path:
        target = self.folder / path.lstrip("/")
        target.parent.mkdir(parents=True, exist_ok=True)
        return target
