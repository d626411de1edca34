"""Names of rooms and people on a media server (proposal 4195)."""

import base64
import hashlib
import json

# The room of clients that know no slots.
ONLY_SLOT = "m.call#ROOM"


def room(room_id: str, slot: str = ONLY_SLOT) -> str:
    """Give the media server's name of a Matrix room's slot."""
    return digest([room_id, slot])


def member(user: str, device: str, member_id: str) -> str:
    """Give a member's identity."""
    return digest([user, device, member_id])


def digest(words: list[str]) -> str:
    """Give the unpadded base64 of a JSON list's SHA-256."""
    text = json.dumps(words, separators=(",", ":"), ensure_ascii=False)
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")
