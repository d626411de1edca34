# Three rules across hosts as one would write them in Nix: no address twice, no port twice on a host, no two networks that
# overlap. → the list of complaints. `cargo xtask bench` times it beside the same rules in Rust. Nothing but builtins, so
# that no library is paid for.
{ hosts }:
let
  inherit (builtins)
    concatMap
    elemAt
    filter
    genList
    groupBy
    attrValues
    head
    length
    sort
    ;
  all = builtins.fromJSON (builtins.readFile hosts);

  # Groups of things with one key, where there are several.
  several = key: things: filter (group: length group > 1) (attrValues (groupBy key things));

  addresses = concatMap (
    host:
    map (address: {
      inherit (host) name;
      inherit address;
    }) host.addresses
  ) all;
  addressTwice = map (
    group: "${(head group).address} is given to ${toString (map (it: it.name) group)}"
  ) (several (it: it.address) addresses);

  portTwice = concatMap (
    host: map (group: "${host.name}: port ${toString (head group)} twice") (several toString host.ports)
  ) all;

  # Sorted by their beginning, only neighbours can overlap first.
  networks = sort (a: b: a.first < b.first) (
    concatMap (host: map (network: network // { inherit (host) name; }) host.networks) all
  );
  neighbours = genList (index: {
    below = elemAt networks index;
    above = elemAt networks (index + 1);
  }) (length networks - 1);
  overlap = map (pair: "networks of ${pair.below.name} and ${pair.above.name} overlap") (
    filter (pair: pair.above.first <= pair.below.last) neighbours
  );
in
addressTwice ++ portTwice ++ overlap
