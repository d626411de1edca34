{
  host = "gw-fra";
  module.rampart.secrets.provider = "sops";
  message = "import the NixOS module of that provider";
}
