"""HTTP/1.1 as it goes over a wire: one message after the other out of a growing buffer.

For well-formed streams only, as a proxy writes them to its server and a server answers.
"""

from dataclasses import dataclass

END_OF_HEAD = b"\r\n\r\n"


@dataclass(frozen=True)
class Message:
    """A request or an answer, with its body unframed."""

    start: str
    headers: dict[str, str]
    body: bytes

    @property
    def words(self) -> list[str]:
        """Give the words of the first line."""
        return self.start.split(" ", 2)

    @property
    def status(self) -> int:
        """Give an answer's status."""
        return int(self.words[1])


def take(buffer: bytearray, *, method: str = "", ended: bool = False) -> Message | None:
    """Take one whole message from the front, if it is there.

    With a method the buffer holds answers to it. An answer without a length goes on until the end.
    """
    head, found, rest = bytes(buffer).partition(END_OF_HEAD)
    if not found:
        return None
    start, *lines = head.decode("latin-1").split("\r\n")
    pairs = (line.partition(":") for line in lines)
    headers = {name.lower(): value.strip() for name, _, value in pairs}
    body = _body(start, headers, rest, method, ended)
    if body is None:
        return None
    text, length = body
    del buffer[: len(head) + len(END_OF_HEAD) + length]
    return Message(start, headers, text)


def _body(
    start: str, headers: dict[str, str], rest: bytes, method: str, ended: bool
) -> tuple[bytes, int] | None:
    """Give the body and how many bytes it took, or nothing if it is not complete."""
    is_answer = start.startswith("HTTP/")
    if is_answer and (
        method == "HEAD" or start.split(" ")[1] in ("204", "304") or is_interim(start)
    ):
        return b"", 0
    if headers.get("transfer-encoding", "").lower() == "chunked":
        return _chunks(rest)
    if "content-length" in headers:
        length = int(headers["content-length"])
        return (rest[:length], length) if len(rest) >= length else None
    if not is_answer:
        return b"", 0
    return (rest, len(rest)) if ended else None


def is_interim(start: str) -> bool:
    """Tell whether an answer is one before the real one."""
    return start.split(" ")[1].startswith("1")


def _chunks(rest: bytes) -> tuple[bytes, int] | None:
    text, at = b"", 0
    while (end := rest.find(b"\r\n", at)) >= 0:
        size = int(rest[at:end].partition(b";")[0], 16)
        at = end + 2
        if size == 0:
            last = rest.find(b"\r\n", at)
            return (text, last + 2) if last >= 0 else None
        text += rest[at : at + size]
        at += size + 2
    return None
