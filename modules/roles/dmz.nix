# The homeserver of a tenant's guests. It opens no connection inwards.
{ lib, ... }:
{
  imports = [
    ../parts
    ../daemons/traefik.nix
    ../daemons/answer.nix
    ../daemons/tuwunel.nix
    ../daemons/guard.nix
    ../daemons/broker.nix
    ../daemons/enrol.nix
    ((import ../lib/sets.nix { inherit lib; }).module "dmz")
  ];
}
