"""The clients that join a call and count the audio that arrives."""

from parts.python_packages import PythonPackages


class Clients(PythonPackages):
    """LiveKit's Python client and its token library."""

    name = "clients"
    version = "1.2.1"
    licence = "Apache-2.0"
    distribution = "livekit"
    module = "livekit.rtc, livekit.api"
