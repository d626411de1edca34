"""The unit files and configuration that NixOS evaluates for each host, in machines of the lab.

Nothing of nixpkgs is built. `host.nix` says what is asked of a host; `realise` runs those build
commands that only write text; a package is a folder of links to the programs of the shared root
and to the lab's own daemons. A unit whose programs are all there is taken unchanged; every other
one is named, with the reason.
"""
