# What Rust rendered is what the daemons get: { <host> = { differs = [ … ]; added = [ … ]; }; }. `differs` must be empty on
# hosts without overrides in Nix; `added` are keys that only nixpkgs sets, and every one of them is in added.nix, where it
# was looked at. Traefik's file and those of our own daemons are ours from end to end and need no comparison; a unit that
# nobody knows here is an error.
#
# `drvPath` is the system itself: whoever asks for both pays for one evaluation.
{ lib, nixosConfigurations }:
let
  reviewed = import ./added.nix;
  systemOf = import ./system.nix { inherit lib; };

  # { "a.b" = value; } for every leaf. A list is a leaf.
  leaves =
    at: value:
    if lib.isAttrs value && value != { } then
      lib.concatMapAttrs (name: leaves (at ++ [ name ])) value
    else
      { ${lib.concatStringsSep "." at} = value; };

  # Units whose whole file Rust wrote.
  isOurs =
    unit:
    lib.elem unit [
      "traefik"
      "rampart-answer"
      "rampart-bot"
      "rampart-broker"
      "rampart-enrol"
      "rampart-guard"
      "rampart-steer"
    ];

  # Lines of `key` and `key=value` as { key = [ value … ]; }. A key alone is a switch that is on.
  ofLines =
    text:
    let
      parse =
        line:
        let
          parts = builtins.match "([^=]+)(=(.*))?" line;
        in
        {
          name = lib.head parts;
          value = if lib.elemAt parts 1 == null then "true" else lib.last parts;
        };
      parsed = map parse (lib.filter (line: line != "") (lib.splitString "\n" text));
    in
    lib.mapAttrs (_: map (entry: entry.value)) (lib.groupBy (entry: entry.name) parsed);

  # A setting in the same form. A switch that is off is no line, and one that is null neither.
  asLines = lib.concatMapAttrs (
    key: value:
    if value == null || value == false || value == [ ] then
      { }
    else if value == true then
      { ${key} = [ "true" ]; }
    else
      { ${key} = map toString (lib.toList value); }
  );

  # The options that services.coturn writes to turnserver.conf under their own name.
  coturnKeys =
    coturn:
    removeAttrs coturn [
      "enable"
      "extraConfig"
      "listening-ips"
      "relay-ips"
      "static-auth-secret"
      "static-auth-secret-file"
    ]
    // {
      listening-ip = coturn.listening-ips;
      relay-ip = coturn.relay-ips;
    };

  # What coturn reads: a key that the options and the lines both have is there twice.
  coturnFile =
    coturn:
    lib.foldAttrs (values: all: values ++ all)
      [ ]
      [
        (asLines (coturnKeys coturn))
        (ofLines coturn.extraConfig)
      ];

  peersByName =
    peers:
    lib.listToAttrs (
      map (peer: lib.nameValuePair peer.publicKey (lib.filterAttrs (_: value: value != null) peer)) peers
    );
  peerOf = peer: {
    publicKey = peer.PublicKey;
    allowedIPs = peer.AllowedIPs;
    endpoint = peer.Endpoint or null;
    persistentKeepalive = peer.PersistentKeepalive or null;
  };

  # Rendered settings in the shape in which they can be compared.
  wantedOf =
    unit: rendered:
    if unit == "coturn" then
      { settings = asLines rendered.settings; }
    else if unit == "journald" then
      asLines rendered
    else if unit == "wg-fleet" then
      rendered
      // {
        # A peer without a key is not there yet (parts/mesh.nix warns), and its name is only for people.
        peers = peersByName (
          map (peer: removeAttrs peer [ "name" ]) (lib.filter (peer: peer.publicKey != null) rendered.peers)
        );
      }
    else
      rendered;

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
        address = lib.concatStringsSep " " config.systemd.network.networks."40-wg-fleet".address;
        peers = peersByName (map peerOf tunnel.wireguardPeers);
      }
    else if unit == "coturn" then
      { settings = coturnFile config.services.coturn; }
    else if unit == "journald" then
      # The module spells the storage in small letters.
      asLines { Storage = config.services.journald.storage; }
      // ofLines config.services.journald.extraConfig
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
    else if isOurs unit then
      null
    else
      throw "tests/eval/parity.nix does not know the unit ${unit}";

  # Members of the rendered settings that name a secret; they become credentials.
  references = [
    "key"
    "password"
    "privateKey"
    "secrets"
  ];

  compare =
    config: unit: rendered:
    let
      wanted = leaves [ unit ] (removeAttrs (wantedOf unit rendered) references);
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
      drvPath = builtins.unsafeDiscardStringContext (systemOf config);
    };
in
lib.mapAttrs hostParity nixosConfigurations
