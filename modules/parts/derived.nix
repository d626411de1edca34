# Sets that are wholly derived: hosts show them and Rust reads them, no module acts on them.
{ lib, ... }:
let
  sets = import ../lib/sets.nix { inherit lib; };
in
{
  imports = [
    ../host.nix
    (sets.module "tls")
    (sets.module "audit")
  ];
}
