# See script.py. The machines are those of the example fleet.
{ self, pkgs }: import ../fleet.nix { inherit self pkgs; }
