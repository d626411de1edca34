{
  host = "gw-fra";
  module = { lib, pkgs, ... }: {
    environment.etc."rampart/traefik/dynamic.yaml".source = lib.mkForce (
      pkgs.writeText "mine.yaml" "{}"
    );
  };
  message = "gw-fra: services.traefik.staticConfigFile or environment.etc.";
}
