"""Looking into the store that machines will see, before there are machines."""

import os
from pathlib import Path

from evaluated import programs
from evaluated.derivation import STORE
from evaluated.realise import REFERENCE

LINKS = 40


class Store:
    """The realised store over the shared root."""

    def __init__(self, folder: Path, root: Path) -> None:
        """Look into a folder of realised paths."""
        self.folder = folder
        self.root = root

    def has(self, path: str) -> bool:
        """Tell whether a machine will find a path."""
        return self.outside(path) is not None

    def outside(self, path: str) -> Path | None:
        """Give a machine's path as this host sees it."""
        todo = list(Path(path).parts[1:])
        inside = Path("/")
        for _ in range(LINKS):
            while todo:
                inside /= todo.pop(0)
                here = self._here(inside)
                if here.is_symlink():
                    target = os.path.normpath(inside.parent / here.readlink())
                    todo = [*Path(target).parts[1:], *todo]
                    inside = Path("/")
                    break
            else:
                here = self._here(inside)
                return here if here.exists() or self._is_own(inside) else None
        return None

    def missing(self, text: str) -> set[str]:
        """Give what a text refers to, directly or through files of the store, and is not there."""
        found: set[str] = set()
        todo, seen = [text], set()
        while todo:
            for match in REFERENCE.finditer(todo.pop()):
                path = f"{STORE}/{match.group(1)}{match.group(2)}".rstrip("/.")
                if path in seen:
                    continue
                seen.add(path)
                here = self.outside(path)
                if here is None:
                    found.add(path)
                elif here.is_relative_to(self.folder) and here.is_file():
                    todo.append(here.read_text(errors="replace"))
        return found

    def _here(self, inside: Path) -> Path:
        if inside.is_relative_to(STORE):
            return self.folder / inside.relative_to(STORE)
        return self.root / inside.relative_to("/")

    def _is_own(self, inside: Path) -> bool:
        return str(inside.parent) == programs.INSIDE and inside.name in programs.OWN
