"""The rules by which a browser looks for what keeps people out of a page."""

from parts.npm_file import NpmFile


class Axe(NpmFile):
    """axe-core, one file that a page runs."""

    name = "axe"
    version = "4.14.1"
    licence = "MPL-2.0"
    package = "axe-core"
    file = "axe.min.js"
    checksum = "e6b0ce02b84d892e2e33e403485e7f3d6c29e2be6df65daf44d89ba564139745"
