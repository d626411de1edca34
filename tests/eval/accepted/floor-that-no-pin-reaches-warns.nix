# A floor that some pin reaches is refused (../refused/media-server-below-its-floor.nix); the gateway's version of Traefik is
# given here, so that the case holds for every nixpkgs.
{
  host = "gw-fra";
  module =
    { pkgs, lib, ... }:
    {
      rampart.traefik.package = lib.mkForce (pkgs.traefik.overrideAttrs { version = "3.7.8"; });
    };
  value =
    config:
    map (builtins.match "(gw-fra: traefik 3.7.8 is below 3.7.13): .+ Give a newer one with .+") (
      builtins.filter (text: builtins.match ".* is below .*" text != null) config.warnings
    );
  expected = [ [ "gw-fra: traefik 3.7.8 is below 3.7.13" ] ];
}
