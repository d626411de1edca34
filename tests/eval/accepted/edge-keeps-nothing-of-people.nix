# All that an edge can write and that outlives a boot: its encrypted disk, and the folders that units have on it. No
# database, no token service, no swap, no kept journal, no core dumps.
{
  host = "edge-lon";
  module = { };
  value =
    config:
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
      disks = map (path: "${path}: ${config.fileSystems.${path}.fsType}") (attrNames config.fileSystems);
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
  expected = {
    # Behind LUKS, the second but for the boot loader (`disks-are-sealed`).
    disks = [
      "/: ext4"
      "/boot: vfat"
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
    services = [
      "livekit"
      "traefik"
    ];
    redis = [ ];
  };
}
