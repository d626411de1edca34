"""Where a running lab keeps everything. Each lab has a number, and all its names carry it.

Files are in one folder in memory, gone after `lab down`. Names of interfaces need no number: they
are known only inside a lab's own namespaces.
"""

from dataclasses import dataclass
from pathlib import Path

NAMESPACES = Path("/run/netns")
FOLDERS = Path("/run")
# What every name of a lab begins with.
MARK = "rampartlab-"


@dataclass(frozen=True, order=True)
class Place:
    """The names of one lab."""

    number: int

    @property
    def folder(self) -> Path:
        """The folder that holds all files of the lab."""
        return FOLDERS / f"{MARK}{self.number}"

    def machine(self, name: str) -> Path:
        """Give the folder of a machine."""
        return self.folder / "machines" / name

    def full(self, name: str) -> str:
        """Give a machine's name on this host: of its namespace and its control groups."""
        return f"{MARK}{self.number}-{name}"

    def beside(self, name: str) -> Path:
        """Give a folder beside the lab's own, which nobody but root can enter."""
        return FOLDERS / self.full(name)

    def is_there(self) -> bool:
        """Tell whether this lab was brought up, or left behind."""
        return self.folder.exists()
