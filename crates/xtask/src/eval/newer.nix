# The flake that stands in for the newer pin: a nixpkgs tree whose daemons have the versions in versions.json, which is
# written beside this.
{
  inputs.nixpkgs.url = "path:@nixpkgs@";

  outputs =
    { nixpkgs, ... }:
    let
      versions = builtins.fromJSON (builtins.readFile ./versions.json);
      withVersion =
        package: version:
        package.overrideAttrs (old: {
          inherit version;
          inherit (old) src;
        });
      daemons = pkgs: builtins.mapAttrs (name: withVersion pkgs.${name}) versions;
    in
    {
      legacyPackages = builtins.mapAttrs (_: pkgs: pkgs // daemons pkgs) nixpkgs.legacyPackages;
    };
}
