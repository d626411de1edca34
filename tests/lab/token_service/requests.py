"""The two forms of a request for a token."""

from dataclasses import dataclass
from typing import Any

from token_service import names


class RequestError(Exception):
    """A request lacks something or has it in the wrong form."""


@dataclass(frozen=True)
class Wanted:
    """What somebody wants: a room, and proof of who asks."""

    room: str
    server_name: str
    openid_token: str
    device: str
    # Only in the newer form.
    member_id: str | None = None
    claimed_user: str | None = None

    def identity(self, user: str) -> str:
        """Give the identity on the media server: clear in the older form, hashed in the newer."""
        if self.member_id is None:
            return f"{user}:{self.device}"
        return names.member(user, self.device, self.member_id)


def read(path: str, body: dict[str, Any]) -> Wanted:
    """Read the body of either form."""
    try:
        openid = body["openid_token"]
        server, token = str(openid["matrix_server_name"]), str(openid["access_token"])
        if path == "/sfu/get":
            return Wanted(names.room(body["room"]), server, token, str(body["device_id"]))
        member = body["member"]
        room = names.room(body["room_id"], body["slot_id"])
        device, user = str(member["claimed_device_id"]), str(member["claimed_user_id"])
        return Wanted(room, server, token, device, str(member["id"]), user)
    except (KeyError, TypeError) as error:
        raise RequestError(f"missing or malformed: {error}") from error
