"""Requests at a steady rate, however long the answers take.

Reads `{"place", "paths", "header", "rate", "seconds"}` as JSON from standard input; a place is the
path of a socket, or a port of this machine. Prints `{"took": for each request the milliseconds
from when it was due to the end of its answer, "refused": how many}`.
Who sends the next one only after an answer would not see that requests pile up.
"""

import asyncio
import gc
import json
import sys
from typing import Any

Connection = tuple[asyncio.StreamReader, asyncio.StreamWriter]
CONTENT_LENGTH, CHUNKED = b"content-length:", b"transfer-encoding: chunked"
# Half a second before the first one.
BEFORE = 0.5
# As many as a proxy may keep. Who waits for one is late, which is counted.
CONNECTIONS = 32


class Steady:
    """A server on this machine, and the connections to it that are kept."""

    def __init__(self, wanted: dict[str, Any]) -> None:
        """Ask as wanted."""
        self.place: str | int = wanted["place"]
        self.paths: list[str] = wanted["paths"]
        self.header = "".join(f"{line}\r\n" for line in ["Host: localhost", *wanted["header"]])
        self.rate, self.count = wanted["rate"], int(wanted["rate"] * wanted["seconds"])
        self.idle: list[Connection] = []
        self.room = asyncio.Semaphore(CONNECTIONS)
        self.took: list[float] = []
        self.refused = 0

    async def run(self) -> dict[str, Any]:
        """Send each request when it is due."""
        loop = asyncio.get_running_loop()
        start = loop.time() + BEFORE
        asking = []
        for number in range(self.count):
            due = start + number / self.rate
            await asyncio.sleep(due - loop.time())
            asking.append(asyncio.create_task(self._ask(self.paths[number % len(self.paths)], due)))
        await asyncio.gather(*asking)
        return {"took": self.took, "refused": self.refused}

    async def _ask(self, path: str, due: float) -> None:
        async with self.room:
            found = self.idle.pop() if self.idle else await self._connect()
            reader, writer = found
            writer.write(f"GET {path} HTTP/1.1\r\n{self.header}\r\n".encode())
            head = (await reader.readuntil(b"\r\n\r\n")).lower()
            await read_body(reader, head)
            self.idle.append(found)
        self.took.append((asyncio.get_running_loop().time() - due) * 1000)
        self.refused += not head.startswith(b"http/1.1 200 ")

    async def _connect(self) -> Connection:
        if isinstance(self.place, int):
            return await asyncio.open_connection("127.0.0.1", self.place)
        return await asyncio.open_unix_connection(self.place)


async def read_body(reader: asyncio.StreamReader, head: bytes) -> None:
    """Read past what follows the head of an answer."""
    if CHUNKED in head:
        while length := int(await reader.readuntil(b"\r\n"), 16):
            await reader.readexactly(length + 2)
        await reader.readexactly(2)
        return
    lines = [line for line in head.split(b"\r\n") if line.startswith(CONTENT_LENGTH)]
    await reader.readexactly(int(lines[0].removeprefix(CONTENT_LENGTH)))


if __name__ == "__main__":
    gc.disable()
    print(json.dumps(asyncio.run(Steady(json.load(sys.stdin)).run())))
