"""The settings, in lk-jwt-service's names of environment variables."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit


@dataclass(frozen=True)
class Settings:
    """Everything that one focus' service needs."""

    url: str
    key: str
    secret: str
    address: str
    port: int
    full_access: frozenset[str]

    @property
    def api(self) -> str:
        """Where the media server's own API is: the same host as for clients."""
        return f"https://{urlsplit(self.url).netloc}"


def read(environment: Mapping[str, str]) -> Settings:
    """Read the environment; a missing variable is a KeyError."""
    key, _, secret = Path(environment["LIVEKIT_KEY_FILE"]).read_text().partition(":")
    address, _, port = environment["LIVEKIT_JWT_BIND"].rpartition(":")
    servers = environment["LIVEKIT_FULL_ACCESS_HOMESERVERS"].replace(",", " ").split()
    return Settings(
        environment["LIVEKIT_URL"],
        key.strip(),
        secret.strip(),
        address,
        int(port),
        frozenset(servers),
    )
