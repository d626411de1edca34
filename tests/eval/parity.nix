# What Rust rendered is what the daemons get: { <host> = { differs = [ … ]; added = [ … ]; }; }. `differs` must be empty on
# hosts without overrides in Nix; `added` are keys that only nixpkgs sets, and every one of them is in added.nix, where it
# was looked at. Traefik's and the guard's files are ours from end to end and need no comparison.
{ lib, nixosConfigurations }:
let
  reviewed = import ./added.nix;

  # { "a.b" = value; } for every leaf. A list is a leaf.
  leaves =
    at: value:
    if lib.isAttrs value && value != { } then
      lib.concatMapAttrs (name: leaves (at ++ [ name ])) value
    else
      { ${lib.concatStringsSep "." at} = value; };

  # Settings of a unit in the evaluated system, in the shape in which they were rendered.
  evaluated =
    config: unit:
    let
      redis = config.services.redis.servers.${lib.removePrefix "redis-" unit}.settings;
      tunnel = config.systemd.network.netdevs."40-wg-fleet";
      sshd = config.services.openssh;
    in
    if unit == "livekit" then
      lib.filterAttrsRecursive (_: value: value != null) config.services.livekit.settings
    else if unit == "tuwunel" then
      config.services.matrix-tuwunel.settings
    else if unit == "wg-fleet" then
      {
        interface = tunnel.netdevConfig.Name;
        listenPort = tunnel.wireguardConfig.ListenPort;
        mtu = lib.toInt tunnel.netdevConfig.MTUBytes;
      }
    else if unit == "sshd" then
      {
        inherit (sshd) ports;
        settings = lib.filterAttrs (_: value: value != null) sshd.settings;
        authorizedKeys = config.users.users.root.openssh.authorizedKeys.keys;
      }
    else if unit == "timesyncd" then
      { inherit (config.services.timesyncd) servers; }
    else if lib.hasPrefix "redis-" unit then
      {
        bind = lib.splitString " " redis.bind;
        inherit (redis) port;
        settings = removeAttrs redis [
          "bind"
          "port"
        ];
      }
    else if lib.hasPrefix "rampart-jwt@" unit then
      {
        environment = lib.filterAttrs (
          name: _: lib.hasPrefix "LIVEKIT_" name
        ) config.systemd.services.${unit}.environment;
      }
    else
      null;

  # Members of the rendered settings that say where a secret or a peer is; they become credentials and netdev peers.
  references = [
    "address"
    "key"
    "password"
    "peers"
    "privateKey"
  ];

  compare =
    config: unit: rendered:
    let
      wanted = leaves [ unit ] (removeAttrs rendered references);
      got = leaves [ unit ] (evaluated config unit);
    in
    lib.optionals (evaluated config unit != null) [
      {
        differs = lib.attrNames (lib.filterAttrs (key: value: !got ? ${key} || got.${key} != value) wanted);
        added = lib.attrNames (lib.filterAttrs (key: _: !wanted ? ${key}) got);
      }
    ];

  isReviewed = key: lib.any (pattern: builtins.match pattern key != null) reviewed;

  hostParity =
    _:
    { config, ... }:
    let
      units = lib.concatLists (lib.mapAttrsToList (compare config) config.rampart.host.services);
    in
    {
      # Through the options and back, nothing may change: neither a value nor a name.
      differs =
        lib.optional (config.rampart.final != config.rampart.host) "rampart.final"
        ++ lib.concatMap (unit: unit.differs) units;
      added = lib.filter (key: !isReviewed key) (lib.concatMap (unit: unit.added) units);
    };
in
lib.mapAttrs hostParity nixosConfigurations
