"""A module inside Synapse, for what Tuwunel has and Synapse has not.

The document `.well-known/matrix/server` can name another host, a registration token can come
from a file, and the first administrator by the environment. Runs in Synapse's own Python
environment.
"""

import json
import os
from pathlib import Path
from typing import Any

from synapse.module_api import ModuleApi
from synapse.rest.well_known import ServerWellKnownResource
from twisted.web.server import Request


class Documents:
    """The module."""

    def __init__(self, config: dict[str, Any], api: ModuleApi) -> None:
        """Put the document in the place of Synapse's own, and add the token of the file."""
        text = f'{{"m.server":"{config["server"]}"}}'.encode()

        def render(resource: ServerWellKnownResource, request: Request) -> bytes:
            request.setHeader(b"Content-Type", b"application/json")
            return text

        ServerWellKnownResource.render_GET = render
        if config["token_file"]:
            token = Path(config["token_file"]).read_text().strip()
            store = api._hs.get_datastores().main
            api.delayed_background_call(0, store.create_registration_token, token, None, None)
        commands = json.loads(os.environ.get("TUWUNEL_ADMIN_EXECUTE", "[]"))
        if commands:
            _, _, name, password = commands[0].split()
            api.delayed_background_call(0, make_administrator, api, name, password)


async def make_administrator(api: ModuleApi, name: str, password: str) -> None:
    """Do what Tuwunel does with these commands: make the account once."""
    store = api._hs.get_datastores().main
    if await store.get_user_by_id(f"@{name}:{api._hs.hostname}") is None:
        hashed = await api._hs.get_auth_handler().hash(password)
        handler = api._hs.get_registration_handler()
        await handler.register_user(localpart=name, password_hash=hashed, admin=True)
