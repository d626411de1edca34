{
  host = "core-fra";
  module = { lib, pkgs, ... }: {
    environment.etc."rampart/rampart-guard.json".source = lib.mkForce (pkgs.writeText "mine.json" "{}");
  };
  message = "core-fra: environment.etc.\"rampart/rampart-guard.json\" set in Nix";
}
