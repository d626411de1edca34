"""What clients in a browser are built on."""

from parts.npm_file import NpmFile


class WebClient(NpmFile):
    """livekit-client, the library of Element Call and others, as a page loads it."""

    name = "web-client"
    version = "2.23.0"
    licence = "Apache-2.0"
    on_request = True
    package = "livekit-client"
    file = "dist/livekit-client.umd.js"
    checksum = "993eafb83afb4c566bb388108ad6469bf499d76200014c96c35fe3b39fee859d"
