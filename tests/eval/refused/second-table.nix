{
  host = "gw-fra";
  module.networking.nftables.tables.mine = {
    family = "inet";
    content = "";
  };
  message = "networking.nftables.tables";
}
