"""Making an account as Synapse's administrator: `SECRET-FILE NAME PASSWORD [admin]`.

Runs inside the core.
"""

import hashlib
import hmac
import http.client
import json
import socket
import sys
from pathlib import Path
from typing import Any

SOCKET = "/run/tuwunel/tuwunel.sock"
ADDRESS = "/_synapse/admin/v1/register"


class Connection(http.client.HTTPConnection):
    """HTTP over the homeserver's socket."""

    def connect(self) -> None:
        """Open the socket instead of a port."""
        self.sock = socket.socket(socket.AF_UNIX)
        self.sock.connect(SOCKET)


def ask(method: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
    """Send one request and give the answer; any other code than 200 ends the program."""
    connection = Connection("localhost", timeout=60)
    headers = {"Content-Type": "application/json", "X-Forwarded-For": "127.0.0.1"}
    connection.request(method, ADDRESS, json.dumps(body) if body else None, headers)
    answer = connection.getresponse()
    text = answer.read().decode()
    if answer.status != 200:
        sys.exit(f"{answer.status} {text}")
    found: dict[str, Any] = json.loads(text)
    return found


def main(secret_file: str, name: str, password: str, kind: str = "notadmin") -> None:
    """Register an account, which is an administrator only if that is said."""
    nonce = ask("GET")["nonce"]
    secret = Path(secret_file).read_text().strip()
    message = "\0".join([nonce, name, password, kind]).encode()
    proof = hmac.new(secret.encode(), message, hashlib.sha1).hexdigest()
    is_admin = kind == "admin"
    body = {"nonce": nonce, "username": name, "password": password, "admin": is_admin, "mac": proof}
    print(ask("POST", body)["user_id"])


if __name__ == "__main__":
    main(*sys.argv[1:])
