{
  host = "gw-fra";
  module.networking.firewall.allowedTCPPorts = [ 8448 ];
  message = "list of flows";
}
