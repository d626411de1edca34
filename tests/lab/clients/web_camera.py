"""A browser with a made-up camera in a room: what it sends of it.

Reads `{"url", "token", "width", "height", "bitrate", "settle", "seconds"}` as JSON from standard
input: what the camera is asked for, the bits of a second of the largest picture (0: as usual), and
the seconds before and during the count. Prints what `web_camera.html` says, and the browser's name.
The page's library is the first argument.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

PAGE = Path(__file__).with_suffix(".html")
BROWSER = (
    *("chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run"),
    *("--use-fake-device-for-media-stream=fps=30", "--use-fake-ui-for-media-stream"),
)
# Seconds for the browser to start and to join.
PATIENCE = 60


def handler(
    wanted: dict[str, Any], library: Path, said: list[dict[str, Any]], over: threading.Event
) -> type[BaseHTTPRequestHandler]:
    """Give what serves the page, and takes what it says."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            files = {"/": ("text/html", PAGE), "/library.js": ("text/javascript", library)}
            kind, file = files.get(self.path, ("application/json", None))
            body = file.read_bytes() if file else json.dumps(wanted).encode()
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_POST(self) -> None:
            said.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
            self.send_response(204)
            self.end_headers()
            over.set()

        def log_message(self, format: str, *args: object) -> None:
            pass

    return Handler


def show(wanted: dict[str, Any], library: Path) -> dict[str, Any]:
    """Let the browser do it."""
    said: list[dict[str, Any]] = []
    over = threading.Event()
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler(wanted, library, said, over))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    name = subprocess.run(["chromium", "--version"], capture_output=True, text=True, check=False)
    # Its own processes write there until the last of them is gone.
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        place = f"http://localhost:{server.server_port}/"
        browser = subprocess.Popen(
            [*BROWSER, f"--user-data-dir={folder}", place],
            stdout=sys.stderr,
            stderr=sys.stderr,
            start_new_session=True,
        )
        over.wait(PATIENCE + wanted["settle"] + wanted["seconds"])
        os.killpg(browser.pid, signal.SIGKILL)
        browser.wait()
    server.shutdown()
    found = said[0] if said else {"error": "the page said nothing"}
    return {"browser": name.stdout.strip(), **found}


if __name__ == "__main__":
    print(json.dumps(show(json.load(sys.stdin), Path(sys.argv[1]))))
