# overlays.default: our packages. overlays.newer: daemons from the newer pin where the stable one is below a floor.
{ nixpkgs-unstable }:
let
  floors = import ./lib/floors.nix;

  # Daemon → attribute in nixpkgs.
  attributes = {
    livekit = "livekit";
    traefik = "traefik";
    tuwunel = "matrix-tuwunel";
  };
in
{
  default = final: _prev: {
    inherit ((import ../crates { pkgs = final; }).packages) rampart rampart-guard;
  };

  newer =
    _final: prev:
    let
      inherit (prev) lib;
      unstable = nixpkgs-unstable.legacyPackages.${prev.stdenv.hostPlatform.system};
      # The newer pin is not even opened when the stable one will do.
      pick =
        daemon: attribute:
        let
          stable = prev.${attribute};
          newer = unstable.${attribute};
        in
        lib.nameValuePair attribute (
          if lib.versionAtLeast stable.version floors.${daemon}.atLeast then
            stable
          else if lib.versionOlder stable.version newer.version then
            newer
          else
            stable
        );
    in
    lib.mapAttrs' pick attributes;
}
