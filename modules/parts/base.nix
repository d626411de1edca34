# What every host has: administration by SSH keys, time, a journal, nothing in clear on a disk.
{ config, lib, ... }:
let
  cfg = config.rampart;
  inherit (cfg.settings) sshd timesyncd journald;

  journalLines = lib.mapAttrsToList (key: value: "${key}=${toString value}") (
    removeAttrs journald [ "Storage" ]
  );

  # Swap holds whatever was in memory. Inside LUKS means: a mapped device, a key thrown away at power-off, or a file on
  # the (encrypted) root.
  isCovered =
    swap:
    lib.hasPrefix "/dev/mapper/" swap.device
    || swap.randomEncryption.enable
    || !lib.hasPrefix "/dev/" swap.device;
  uncovered = lib.filter (swap: !isCovered swap) config.swapDevices;
in
{
  imports = [
    ../host.nix
    ./keys.nix
    ((import ../lib/sets.nix { inherit lib; }).module "base")
  ];

  config = lib.mkIf (cfg.hostFile != null) {
    services.openssh = {
      enable = true;
      # The port is in the list of flows; `true` would only be refused by parts/firewall.nix.
      openFirewall = false;
      ports = sshd.ports;
      # On every address: the ruleset says who gets there, and a daemon that waits for the tunnel's address could lock out
      # whoever comes to repair the tunnel.
      settings = sshd.settings;
      # One key type, made on the host at its first start.
      hostKeys = [
        {
          type = "ed25519";
          path = "${if cfg.keyFolder == null then "/etc/ssh" else cfg.keyFolder}/ssh_host_ed25519_key";
        }
      ];
    };

    systemd.services.sshd = {
      # Trap: after five starts in ten seconds systemd gives up, and nobody gets in any more to repair it.
      startLimitIntervalSec = 0;
      serviceConfig.RestartSec = 5;
    };

    users = {
      mutableUsers = false;
      users.root = {
        hashedPassword = "!";
        openssh.authorizedKeys.keys = sshd.authorizedKeys;
      };
    };
    security.sudo.enable = false;

    services.timesyncd = {
      enable = true;
      inherit (timesyncd) servers;
    };

    services.journald = {
      storage = lib.toLower journald.Storage;
      extraConfig = lib.concatLines journalLines;
    };

    # A dump of a media server's memory holds keys, names and addresses.
    systemd.coredump.enable = false;
    boot.kernel.sysctl = {
      "kernel.core_pattern" = "|/bin/false";
      "kernel.dmesg_restrict" = 1;
      "kernel.kptr_restrict" = 2;
      "kernel.yama.ptrace_scope" = 1;
    };

    # Copies of the store are signed by the builder, so that nobody on the host needs to be trusted.
    nix.settings.allowed-users = lib.mkDefault [ "root" ];
    # The manual costs a second of every evaluation, and nobody reads it on a server.
    documentation.nixos.enable = lib.mkDefault false;

    assertions = [
      {
        assertion = uncovered == [ ];
        message = ''
          ${cfg.host.facts.host}: swap outside LUKS: ${
            lib.concatMapStringsSep ", " (swap: swap.device) uncovered
          }. Use
          rampart.disk.swapSize, which puts it on the encrypted root.
        '';
      }
    ];
  };
}
