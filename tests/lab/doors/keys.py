"""What a secret is good for: a key pair of LiveKit, and the tokens that it signs."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

Pair = tuple[str, str]
# Who has a secret and no pair must guess the other half.
GUESS = "rampart"


def pair(secret: str, guess: str = GUESS) -> Pair:
    """Read `key: secret`; anything else is the secret of a guessed key."""
    first, colon, rest = secret.strip().partition(": ")
    return (first, rest) if colon and "\n" not in rest else (guess, secret.strip())


def token(
    secret: str, grants: dict[str, Any], born: float = 0, lives: float = 600, guess: str = GUESS
) -> str:
    """Sign a token (RFC 7519) that is born in some seconds, and lives for some."""
    key, text = pair(secret, guess)
    start = int(time.time() + born)
    claims = {"iss": key, "sub": "thief", "nbf": start, "exp": int(start + lives), "video": grants}
    parts = ({"alg": "HS256", "typ": "JWT"}, claims)
    body = ".".join(base64url(json.dumps(part).encode()) for part in parts)
    return f"{body}.{base64url(hmac.digest(text.encode(), body.encode(), hashlib.sha256))}"


def base64url(data: bytes) -> str:
    """Encode without padding."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")
