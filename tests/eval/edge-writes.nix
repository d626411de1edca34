# All that an edge can write, as a value of its configuration.
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
}
