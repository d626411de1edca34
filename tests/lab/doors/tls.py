"""TLS as a thief speaks it: certificates are not looked at."""

import socket
import ssl


def wrapped(plain: socket.socket, name: str) -> ssl.SSLSocket:
    """Speak TLS on a connection, by this name."""
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context.wrap_socket(plain, server_hostname=name)
