# What a host keeps over a boot beside its system. The root of an edge is in memory, and one folder of its disk is left to it:
# for keys and certificates.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.rampart;
  inherit (cfg) keyFolder;
  isInMemory = cfg.host ? options.edge;
  certificates = "/var/lib/traefik";
in
{
  imports = [ ../host.nix ];

  options.rampart.keyFolder = lib.mkOption {
    type = lib.types.nullOr lib.types.path;
    internal = true;
    readOnly = true;
    default = if isInMemory then "/nix/keys" else null;
    description = "The folder that a host with its root in memory keeps; null where the root is a disk.";
  };

  config = lib.mkIf isInMemory {
    # Before anything of the host runs, its first process included, which reads the machine's identity.
    system.activationScripts.rampart-keys = ''
      mkdir -p -m 0700 ${keyFolder} ${keyFolder}/traefik
      if [ -s ${keyFolder}/machine-id ]; then
        cp ${keyFolder}/machine-id /etc/machine-id
      else
        ${config.systemd.package}/bin/systemd-machine-id-setup
        cp /etc/machine-id ${keyFolder}/machine-id
      fi
    '';

    fileSystems.${certificates} = {
      device = "${keyFolder}/traefik";
      fsType = "none";
      options = [ "bind" ];
    };
    # Trap: numbers of users are given out anew at each boot.
    systemd.tmpfiles.rules = [ "Z ${certificates} - traefik traefik -" ];
  };
}
