{
  host = "gw-fra";
  module = { pkgs, ... }: {
    rampart.traefik.package = pkgs.traefik.overrideAttrs (old: {
      version = "3.7.13";
      inherit (old) src;
    });
  };
  message = "Set `versions.traefik = \"3.7.13\"` in hosts/fleet.toml";
}
