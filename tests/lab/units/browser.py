"""What the client's browser must know: Chromium trusts no file of the system's."""

import json
import ssl
from base64 import b64encode

from units.layer import Layer

# https://chromeenterprise.google/policies/#CACertificates: DER, in base64.
POLICY = "/etc/chromium/policies/managed/authority.json"


def add_authority(layer: Layer, authority: str) -> None:
    """Let the browser take certificates of this authority."""
    certificate = b64encode(ssl.PEM_cert_to_DER_cert(authority)).decode()
    layer.write(POLICY, json.dumps({"CACertificates": [certificate]}))
