"""The chat client that people of a story use."""

from parts.python_packages import PythonPackages


class ChatClients(PythonPackages):
    """matrix-nio, without encryption."""

    name = "chat-clients"
    version = "0.26.0"
    licence = "ISC"
    distribution = "matrix-nio"
    module = "nio"
