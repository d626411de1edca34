"""The stand-in homeserver where no Tuwunel binary is given."""

from parts.python_packages import PythonPackages


class Synapse(PythonPackages):
    """Synapse: a separate test program under its own licence, never a dependency of ours.

    Start it with `program -m synapse.app.homeserver`.
    """

    name = "synapse"
    version = "1.163.2"
    licence = "AGPL-3.0-or-later"
    distribution = "matrix-synapse"
    module = "synapse"
