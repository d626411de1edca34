# Commands of iptables: with the usual firewall off nobody runs them, and nothing says so.
{
  host = "gw-fra";
  module.networking.firewall = {
    extraCommands = "iptables -A INPUT -p tcp --dport 8448 -j ACCEPT";
    extraStopCommands = "iptables -D INPUT -p tcp --dport 8448 -j ACCEPT";
  };
  message = "networking.firewall.extraCommands, networking.firewall.extraStopCommands set, but";
}
