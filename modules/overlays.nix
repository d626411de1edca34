# overlays.default: our packages. overlays.newer: daemons from the newer pin where the stable one is below a floor.
{ nixpkgs-unstable }:
{
  default = final: _prev: {
    inherit ((import ../crates { pkgs = final; }).packages)
      rampart
      rampart-bot
      rampart-broker
      rampart-enrol
      rampart-guard
      rampart-steer
      ;
  };

  newer =
    _final: prev:
    let
      inherit (prev) lib;
      table = import ./lib/daemons.nix { inherit lib; };
      unstable = nixpkgs-unstable.legacyPackages.${prev.stdenv.hostPlatform.system};
      # A second package set costs every host 0.3 s and 110 MB of evaluation, so the newer pin is opened only where the
      # stable one is below a floor.
      pick =
        _: daemon:
        let
          stable = prev.${daemon.package};
          newer = unstable.${daemon.package};
        in
        lib.nameValuePair daemon.package (
          if lib.all (table.isMet stable.version) daemon.floors then
            stable
          else if lib.versionOlder stable.version newer.version then
            newer
          else
            stable
        );
    in
    lib.mapAttrs' pick table.daemons;
}
