"""Run the stand-in with the settings of the environment."""

import os

from token_service import server, settings

server.serve(settings.read(os.environ))
