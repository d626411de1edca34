"""The list of parts, in the order in which they are installed: later ones use earlier ones."""

from parts.axe import Axe
from parts.boringtun import Boringtun
from parts.camera import Camera
from parts.chat_clients import ChatClients
from parts.client_root import ClientRoot
from parts.clients import Clients
from parts.clips import Clips
from parts.debian import Debian
from parts.emulation import Emulation
from parts.livekit import LiveKit
from parts.machine_root import MachineRoot
from parts.part import Part
from parts.synapse import Synapse
from parts.traefik import Traefik
from parts.web_client import WebClient

PARTS: tuple[Part, ...] = (
    Debian(),
    MachineRoot(),
    ClientRoot(),
    Emulation(),
    Synapse(),
    Clients(),
    ChatClients(),
    LiveKit(),
    Traefik(),
    Boringtun(),
    Camera(),
    Clips(),
    Axe(),
    WebClient(),
)
