# The public door: ends TLS, forwards the media ports of the core.
{ lib, ... }:
{
  imports = [
    ../parts
    ../daemons/traefik.nix
    ../daemons/answer.nix
    ((import ../lib/sets.nix { inherit lib; }).module "gateway")
  ];
}
