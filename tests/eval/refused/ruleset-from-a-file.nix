# Loaded behind the rendered text.
{
  host = "gw-fra";
  module.networking.nftables.rulesetFile = builtins.toFile "mine.nft" "table ip mine { }";
  message = "networking.nftables.rulesetFile set, but";
}
