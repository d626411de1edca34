# The system of a host, to be evaluated. Of an edge only if all that it can write is what an edge may: what outlives a boot
# is on its encrypted disk, the store and the folder of keys; the root is in memory. No database, no token service, no swap,
# no kept journal, no core dumps. Whoever evaluates a host of a fleet takes its system from here, so no edge is left out, and
# none is evaluated a second time.
{ lib }:
let
  inherit (builtins)
    attrNames
    concatMap
    filter
    ;
  kinds = [
    "StateDirectory"
    "CacheDirectory"
    "LogsDirectory"
    "ReadWritePaths"
  ];

  writes =
    config:
    let
      foldersOf =
        name:
        concatMap (
          kind:
          let
            given = config.systemd.services.${name}.serviceConfig.${kind} or [ ];
          in
          map (folder: "${name}: ${kind} ${toString folder}") (
            if builtins.isList given then given else [ given ]
          )
        ) kinds;
    in
    {
      disks = map (
        path:
        let
          inherit (config.fileSystems.${path}) device fsType;
        in
        "${path}: ${fsType}${if fsType == "none" then " ${device}" else ""}"
      ) (attrNames config.fileSystems);
      keys =
        map (key: key.path) config.services.openssh.hostKeys ++ config.boot.initrd.network.ssh.hostKeys;
      folders = concatMap foldersOf (attrNames config.systemd.services);
      inherit (config) swapDevices;
      zram = config.zramSwap.enable;
      journal = config.services.journald.storage;
      coredumps = config.systemd.coredump.enable;
      services = filter (name: config.services.${name}.enable or false) [
        "coturn"
        "livekit"
        "lk-jwt-service"
        "matrix-tuwunel"
        "mysql"
        "postgresql"
        "traefik"
      ];
      redis = attrNames config.services.redis.servers;
    };

  # An edge of a backbone has a relay, and so has one in the place of the core.
  expected = host: {
    # The store is behind LUKS; the boot loader's partition is not (`disks-are-sealed`).
    disks = [
      "/: tmpfs"
      "/boot: vfat"
      "/nix: ext4"
      "/var/lib/traefik: none /nix/keys/traefik"
    ];
    keys = [
      "/nix/keys/ssh_host_ed25519_key"
      "/nix/keys/stage1/ssh_host_ed25519_key"
    ];
    folders = [
      "generate-shutdown-ramfs: ReadWritePaths /run/initramfs"
      "linger-users: StateDirectory systemd/linger"
      "nftables: StateDirectory nftables"
      # Certificates.
      "traefik: ReadWritePaths /var/lib/traefik"
    ];
    swapDevices = [ ];
    zram = false;
    journal = "volatile";
    coredumps = false;
    services = lib.optional (host.services ? coturn) "coturn" ++ [
      "livekit"
      "traefik"
    ];
    # A cluster's is on the core.
    redis = [ ];
  };
in
config:
let
  inherit (config.rampart) host;
  may = expected host;
  others = lib.filterAttrs (name: value: value != may.${name}) (writes config);
  pretty = lib.generators.toPretty { };
in
lib.throwIf (host.facts.role == "edge" && others != { })
  "what this edge can write is ${pretty others}, and not ${pretty (builtins.intersectAttrs others may)}"
  config.system.build.toplevel.drvPath
