"""Archives in the form that the Linux kernel unpacks as its first file system (cpio, "newc").

Format: Linux, Documentation/driver-api/early-userspace/buffer-format.rst. Several archives behind
each other are unpacked in turn, so a guest's own files simply follow those that all guests share.
"""

import stat
from pathlib import Path, PurePosixPath

MAGIC = "070701"
END = "TRAILER!!!"
WORD = 4


class Archive:
    """Files on their way into a guest."""

    def __init__(self) -> None:
        """Start empty."""
        self.pieces: list[bytes] = []
        self.folders: set[PurePosixPath] = set()
        self.number = 0

    def file(self, path: str, content: str | bytes, mode: int = 0o644) -> None:
        """Add a file, and the folders above it."""
        data = content.encode() if isinstance(content, str) else content
        self._add(PurePosixPath(path), stat.S_IFREG | mode, data)

    def link(self, path: str, target: str) -> None:
        """Add a symbolic link."""
        self._add(PurePosixPath(path), stat.S_IFLNK | 0o777, target.encode())

    def folder(self, path: str, mode: int = 0o755) -> None:
        """Add a folder, unless it is there."""
        place = PurePosixPath(path)
        if place not in self.folders:
            self.folders.add(place)
            self._add(place, stat.S_IFDIR | mode, b"")

    def tree(self, source: Path, path: str) -> None:
        """Add a file, link or whole folder of this host."""
        if source.is_symlink():
            self.link(path, str(source.readlink()))
        elif source.is_dir():
            self.folder(path)
            for child in sorted(source.iterdir()):
                self.tree(child, f"{path}/{child.name}")
        elif source.is_file():
            self.file(path, source.read_bytes(), stat.S_IMODE(source.stat().st_mode) & 0o755)

    def write(self, target: Path, *before: Path) -> None:
        """Write the archive behind others."""
        self._entry(END, 0, b"")
        with target.open("wb") as out:
            for one in before:
                out.write(one.read_bytes())
            out.writelines(self.pieces)

    def _add(self, path: PurePosixPath, mode: int, data: bytes) -> None:
        if path.parent != path and str(path.parent) not in ("/", "."):
            self.folder(str(path.parent))
        self._entry(str(path).lstrip("/"), mode, data)

    def _entry(self, name: str, mode: int, data: bytes) -> None:
        self.number += 1
        links, owner, time, device, check = 1, 0, 0, 0, 0
        numbers = [self.number, mode, owner, owner, links, time, len(data)]
        numbers += [device] * 4 + [len(name.encode()) + 1, check]
        header = MAGIC + "".join(f"{number:08X}" for number in numbers)
        self.pieces.append(_padded(header.encode() + name.encode() + b"\0"))
        self.pieces.append(_padded(data))


def _padded(data: bytes) -> bytes:
    return data + b"\0" * (-len(data) % WORD)
