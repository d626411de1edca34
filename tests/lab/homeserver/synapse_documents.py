"""A module inside Synapse, for what Tuwunel has and Synapse has not.

The document `.well-known/matrix/server` can name another host, and a registration token can come
from a file. Runs in Synapse's own Python environment.
"""

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
