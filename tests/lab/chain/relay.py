"""A hop that judges nothing: bytes go on as they come, in both directions.

    python3 -m chain.relay --listen 10.77.0.1:8010 --to /run/tuwunel/tuwunel.sock
    python3 -m chain.relay --listen SOCKET --to OTHER --record FILE

With `--record`, each request that arrives and its answer become one line of JSON in a file.
"""

import argparse
import asyncio
import base64
import hashlib
import json
import os
import stat
from collections import deque
from contextlib import suppress
from pathlib import Path

from chain import messages
from chain.messages import Message

# A header that says which case a request is; the chain passes it on.
CASE = "x-rampart-case"
PIECE = 65536
LINGER = 1.0
Streams = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Record:
    """What one connection carried, written line by line."""

    def __init__(self, file: Path) -> None:
        """Append to a file."""
        self.file = file
        self.up, self.down = bytearray(), bytearray()
        self.waiting: deque[Message] = deque()

    def sent(self, data: bytes) -> None:
        """Look at bytes on their way to the homeserver."""
        self.up += data
        while request := messages.take(self.up):
            self.waiting.append(request)

    def answered(self, data: bytes, *, ended: bool = False) -> None:
        """Look at bytes on their way back."""
        self.down += data
        while self.waiting:
            method = self.waiting[0].words[0]
            answer = messages.take(self.down, method=method, ended=ended)
            if answer is None:
                return
            if not messages.is_interim(answer.start):
                self._write(self.waiting.popleft(), answer)

    def end(self) -> None:
        """Write what has no answer, and what arrived in part."""
        self.answered(b"", ended=True)
        for request in self.waiting:
            self._write(request, None)
        if self.up:
            head = bytes(self.up).partition(b"\r\n\r\n")[0].decode("latin-1")
            names = (line.partition(":") for line in head.split("\r\n"))
            found = (value.strip() for name, _, value in names if name.lower() == CASE)
            self._line({"complete": False, "case": next(found, ""), "head": head})

    def _write(self, request: Message, answer: Message | None) -> None:
        method, target, _ = request.words
        line: dict[str, object] = {
            "complete": True,
            "case": request.headers.get(CASE, ""),
            "method": method,
            "target": target,
            "body": base64.b64encode(request.body).decode(),
        }
        if answer is not None:
            digest = hashlib.sha256(answer.body).hexdigest()
            line.update({"status": answer.status, "digest": digest})
        self._line(line)

    def _line(self, line: dict[str, object]) -> None:
        with self.file.open("a") as handle:
            handle.write(json.dumps(line) + "\n")


async def pump(source: Streams, sink: Streams, record: Record | None, *, back: bool) -> None:
    """Pass bytes on until the source has ended, and say so to the sink."""
    reader, writer = source[0], sink[1]
    while data := await reader.read(PIECE):
        # Before it goes on: whoever has the answer finds the record.
        if record is not None:
            (record.answered if back else record.sent)(data)
        writer.write(data)
        await writer.drain()
    if writer.can_write_eof():
        writer.write_eof()


async def drain(reader: asyncio.StreamReader) -> None:
    """Read what nobody wants."""
    with suppress(OSError):
        while await reader.read(PIECE):
            pass


async def carry(near: Streams, to: str, file: Path | None) -> None:
    """Carry one connection."""
    record = Record(file) if file else None
    far: Streams | None = None
    try:
        far = await dial(to)
        up = asyncio.ensure_future(pump(near, far, record, back=False))
        down = asyncio.ensure_future(pump(far, near, record, back=True))
        # A server that has ended has said all; a client that has ended waits for the answer.
        await asyncio.wait([down])
        up.cancel()
        await asyncio.wait([up])
        # One that answers before it has the body is heard: a close now would be a reset.
        await asyncio.wait([asyncio.ensure_future(drain(near[0]))], timeout=LINGER)
    except OSError:
        pass
    finally:
        if record is not None:
            record.end()
        for one in (near, far):
            if one is not None:
                one[1].close()


async def dial(to: str) -> Streams:
    """Open a connection to an address or a socket."""
    if to.startswith("/"):
        return await asyncio.open_unix_connection(to)
    host, _, port = to.rpartition(":")
    return await asyncio.open_connection(host, int(port))


async def serve(listen: str, to: str, file: Path | None) -> None:
    """Listen; a socket gets owner and mode of the one behind it."""

    async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await carry((reader, writer), to, file)

    if listen.startswith("/"):
        server = await asyncio.start_unix_server(accept, listen, backlog=1024)
        like = os.stat(to)
        os.chown(listen, like.st_uid, like.st_gid)
        os.chmod(listen, stat.S_IMODE(like.st_mode))
    else:
        host, _, port = listen.rpartition(":")
        server = await asyncio.start_server(accept, host, int(port), backlog=1024)
    await server.serve_forever()


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--listen", required=True)
    parser.add_argument("--to", required=True)
    parser.add_argument("--record", type=Path)
    options = parser.parse_args()
    asyncio.run(serve(options.listen, options.to, options.record))


if __name__ == "__main__":
    main()
