"""What every part of the lab offers to the installer."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from pathlib import Path


class InstallError(Exception):
    """A part could not be installed; the text is one line for a person."""


@dataclass(frozen=True)
class Line:
    """One row of the closing table: what is there, under which licence, and where."""

    part: str
    version: str
    licence: str
    path: Path


class Part(ABC):
    """Something the lab runs that is not ours."""

    name: str
    version: str
    licence: str
    # Installed only when it is named: what no story needs.
    on_request: bool = False

    @property
    @abstractmethod
    def program(self) -> Path:
        """What the lab starts (for a machine root: the folder)."""

    @abstractmethod
    def is_installed(self) -> bool:
        """Tell whether this very version, made by this very recipe, is there."""

    def leftovers(self) -> list[Path]:
        """Give the files that a killed installation left on this machine."""
        return []

    @abstractmethod
    def install(self) -> None:
        """Bring the part in, as a whole or not at all; raise `InstallError` otherwise."""

    def lines(self) -> list[Line]:
        """Give the table rows of an installed part."""
        return [Line(self.name, self.version, self.licence, self.program)]
