"""New settings for machines that run, taken over as a deployment of NixOS does.

What a deployment restarts is said by the unit files that NixOS evaluates, and decided here by the
rules of nixpkgs' own program (`switch-to-configuration-ng`), of which as much is written again as
the units of a fleet need.
"""
