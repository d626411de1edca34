# The option takes text from anywhere and puts one after the other.
{
  host = "gw-fra";
  module.networking.nftables.ruleset = ''
    table ip mine {
      chain prerouting {
        type nat hook prerouting priority dstnat
        tcp dport 8448 dnat to 10.0.0.2
      }
    }
  '';
  message = "networking.nftables.ruleset set, but";
}
