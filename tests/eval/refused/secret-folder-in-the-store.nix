{
  host = "gw-fra";
  module = { lib, ... }: {
    rampart.secrets.directory = lib.mkForce "/nix/store/secrets";
  };
  message = "rampart.secrets.directory";
}
