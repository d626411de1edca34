"""Clients that begin a request and never end it.

    python3 -m chain.slow --address HOST:PORT [--tls NAME] --heads N --bodies N

Opens the connections, says how many are open, and holds them until it is stopped.
"""

import argparse
import asyncio
import ssl

AT_ONCE = 32
HEAD = "PUT /_matrix/client/v3/rooms/!slow:x/send/m.room.message/1 HTTP/1.1\r\nHost: {host}\r\n"
WITH_BODY = "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"
LIMIT = 60


async def begin(options: argparse.Namespace, text: str) -> asyncio.StreamWriter | None:
    """Open one connection and write the beginning of a request."""
    host, _, port = options.address.rpartition(":")
    context = ssl.create_default_context() if options.tls else None
    opened = asyncio.open_connection(
        host, int(port), ssl=context, server_hostname=options.tls or None
    )
    try:
        _, writer = await asyncio.wait_for(opened, LIMIT)
        writer.write(HEAD.format(host=options.tls or host).encode() + text.encode())
        await writer.drain()
    except (OSError, TimeoutError):
        return None
    return writer


async def hold(options: argparse.Namespace) -> None:
    """Open all, a few at a time, and keep them."""
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(text: str) -> asyncio.StreamWriter | None:
        async with turns:
            return await begin(options, text)

    texts = [""] * options.heads + [WITH_BODY] * options.bodies
    kept = await asyncio.gather(*map(one, texts))
    print(f"open: {sum(writer is not None for writer in kept)}", flush=True)
    while True:
        await asyncio.sleep(LIMIT)


def main() -> None:
    """Do what the command line says."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--address", required=True)
    parser.add_argument("--tls", default="")
    parser.add_argument("--heads", type=int, default=0)
    parser.add_argument("--bodies", type=int, default=0)
    asyncio.run(hold(parser.parse_args()))


if __name__ == "__main__":
    main()
