# See script.py. One machine, with the files of all hosts of the example fleet.
{ self, pkgs }:
let
  inherit (pkgs) lib;
  generated = ../../../hosts/generated;
in
{
  nodes.tunnel = {
    environment.systemPackages = [ pkgs.wireguard-tools ];
    environment.etc = lib.mapAttrs' (
      file: _: lib.nameValuePair "rampart/hosts/${file}" { source = generated + "/${file}"; }
    ) (builtins.readDir generated);
  };
}
