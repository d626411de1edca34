# See script.py. One machine, with the files of all hosts of two fleets: the example, and one where a host is dialled by IPv6.
{ self, pkgs }:
let
  inherit (pkgs) lib;
  fleets = {
    example = ../../../hosts/generated;
    choices = ../../fleets/choices/hosts/generated;
  };
  filesOf =
    name: generated:
    lib.mapAttrs' (
      file: _: lib.nameValuePair "rampart/fleets/${name}/${file}" { source = generated + "/${file}"; }
    ) (builtins.readDir generated);
in
{
  nodes.tunnel = {
    environment.systemPackages = [ pkgs.wireguard-tools ];
    environment.etc = lib.concatMapAttrs filesOf fleets;
  };
}
