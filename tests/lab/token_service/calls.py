"""Requests that the service makes: to the homeserver and to the media server, always over TLS."""

import json
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

LIMIT = 10.0


class CallError(Exception):
    """The other side cannot be reached, or says no."""


def ask(url: str, body: dict[str, Any] | None = None, token: str = "") -> dict[str, Any]:
    """Send a request (POST when there is a body) and give the JSON answer."""
    data = None if body is None else json.dumps(body).encode()
    headers = {"Content-Type": "application/json"} if data else {}
    if token:
        headers["Authorization"] = f"Bearer {token}"
    request = urllib.request.Request(url, data, headers)
    try:
        with urllib.request.urlopen(request, timeout=LIMIT) as answer:
            found: dict[str, Any] = json.load(answer)
            return found
    except urllib.error.HTTPError as error:
        said = error.read(200).decode(errors="replace")
        raise CallError(f"{urllib.parse.urlsplit(url).netloc}: {error.code} {said}") from error
    except (OSError, ValueError) as error:
        raise CallError(f"{urllib.parse.urlsplit(url).netloc}: {error}") from error


def user_of(server_name: str, openid_token: str) -> str:
    """Ask a homeserver, found by its name as other homeservers find it, whose token this is."""
    found = ask(f"https://{server_name}/.well-known/matrix/server")["m.server"]
    query = urllib.parse.urlencode({"access_token": openid_token})
    answer = ask(f"https://{found}/_matrix/federation/v1/openid/userinfo?{query}")
    user = str(answer.get("sub", ""))
    if not user.endswith(f":{server_name}"):
        raise CallError(f"{server_name} vouches for {user!r}")
    return user


def create_room(api: str, token: str, name: str) -> None:
    """Make the room on the media server; making it again changes nothing."""
    wanted = {"name": name, "empty_timeout": 300, "departure_timeout": 20}
    ask(f"{api}/twirp/livekit.RoomService/CreateRoom", wanted, token)
