{
  host = "gw-fra";
  module.rampart.mesh.mtu = 70000;
  message = "integer between 1280 and 9000";
}
