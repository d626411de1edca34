# Host edge-lon of the example fleet, written as an administrator would without Rampart: one module, values in place, on
# the same services of nixpkgs. default.nix proves that it is the same system to the last byte.
{
  config,
  lib,
  pkgs,
  utils,
  ...
}:
let
  secrets = "/run/rampart-secrets";
  tunnelKey = "/run/rampart-tunnel/private-key";
  keys = "/nix/keys";
  stage1Key = "${keys}/stage1/ssh_host_ed25519_key";
  administrators = [
    "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIGr0QLU1GiSPKPVzdAX1Fm1lSP8JZPkcGgNtXJ8WkGTL ops@meridian.example"
  ];
  yaml = name: value: pkgs.writeText name (builtins.toJSON value);

  afterTunnel = {
    after = [ "rampart-tunnel.service" ];
    wants = [ "rampart-tunnel.service" ];
  };
  restartAlways = {
    Restart = lib.mkForce "always";
    RestartSec = lib.mkForce 5;
  };

  reloadNetworkd = pkgs.writeShellScript "rampart-reload-networkd" ''
    if ${config.systemd.package}/bin/systemctl --quiet is-active systemd-networkd.service; then
      ${config.systemd.package}/bin/networkctl reload
    fi
  '';
  traefik = import ./edge-lon-traefik.nix;
in
{
  networking.hostName = "edge-lon";
  system.stateVersion = "26.05";
  nixpkgs.hostPlatform = "x86_64-linux";
  documentation.nixos.enable = false;

  # Boot.
  boot = {
    loader.systemd-boot = {
      enable = true;
      editor = false;
      configurationLimit = 10;
    };
    initrd = {
      availableKernelModules = [
        "virtio_blk"
        "virtio_net"
        "virtio_pci"
        "virtio_scsi"
      ];
      systemd = {
        enable = true;
        tpm2.enable = true;
        network = {
          enable = true;
          networks."10-public" = config.systemd.network.networks."10-public";
        };
        users.root.shell = "/bin/systemd-tty-ask-password-agent";
      };
      network = {
        enable = true;
        ssh = {
          enable = true;
          port = 2222;
          hostKeys = [ stage1Key ];
          authorizedKeys = administrators;
        };
      };
      luks.devices.system.crypttabExtraOpts = [ "tpm2-device=auto" ];
    };
    kernelParams = [ "console=ttyS0" ];
    kernel.sysctl = {
      "kernel.core_pattern" = "|/bin/false";
      "kernel.dmesg_restrict" = 1;
      "kernel.kptr_restrict" = 2;
      "kernel.yama.ptrace_scope" = 1;
      "net.core.rmem_max" = lib.mkDefault 8388608;
      "net.ipv4.ip_nonlocal_bind" = 1;
      "net.ipv6.ip_nonlocal_bind" = 1;
      "net.ipv4.ip_local_reserved_ports" = "30000-31999,50000-51799";
    };
  };
  system.activationScripts.rampart-stage1-key = {
    deps = [ "rampart-keys" ];
    text = ''
      if [ ! -e ${stage1Key} ]; then
        mkdir -p -m 0700 ${dirOf stage1Key}
        ${lib.getExe' pkgs.openssh "ssh-keygen"} -q -t ed25519 -N "" -C stage1 -f ${stage1Key}
      fi
    '';
  };
  system.activationScripts.rampart-keys = ''
    mkdir -p -m 0700 ${keys} ${keys}/traefik
    if [ -s ${keys}/machine-id ]; then
      cp ${keys}/machine-id /etc/machine-id
    else
      ${config.systemd.package}/bin/systemd-machine-id-setup
      cp /etc/machine-id ${keys}/machine-id
    fi
  '';

  system.activationScripts.rampart-secrets = {
    deps = [
      "users"
      "groups"
      "rampart-keys"
    ];
    text = ''
      install -d -m 0711 ${secrets}
      install -d -m 0700 -o root -g root ${keys}/secrets
    ''
    +
      lib.concatMapStrings
        (
          name:
          "[ ! -e ${keys}/secrets/${name} ] || install -m 0400 -o root -g root ${keys}/secrets/${name} ${secrets}/${name}\n"
        )
        [
          "livekit-keys-edge-lon"
          "wireguard-private"
        ];
  };

  # Disk.
  disko.devices.disk.system = {
    type = "disk";
    device = "/dev/vda";
    content = {
      type = "gpt";
      partitions = {
        ESP = {
          size = "1G";
          type = "EF00";
          content = {
            type = "filesystem";
            format = "vfat";
            mountpoint = "/boot";
            mountOptions = [ "umask=0077" ];
          };
        };
        luks = {
          size = "100%";
          content = {
            type = "luks";
            name = "system";
            extraFormatArgs = [ "--type luks2" ];
            passwordFile = "${secrets}/luks-system";
            content = {
              type = "filesystem";
              format = "ext4";
              mountpoint = "/nix";
              mountOptions = [ "noatime" ];
            };
          };
        };
      };
    };
  };
  disko.devices.nodev."/" = {
    fsType = "tmpfs";
    mountOptions = [
      "mode=755"
      "nodev"
      "nosuid"
    ];
  };
  fileSystems."/var/lib/traefik" = {
    device = "${keys}/traefik";
    fsType = "none";
    options = [ "bind" ];
  };
  systemd.tmpfiles.rules = [
    "Z /var/lib/traefik - traefik traefik -"
    "d ${secrets} 0711 root root -"
  ];

  # Administration.
  services.openssh = {
    enable = true;
    openFirewall = false;
    ports = [ 22 ];
    settings = {
      PasswordAuthentication = false;
      KbdInteractiveAuthentication = false;
      PermitRootLogin = "prohibit-password";
      AllowAgentForwarding = "no";
      AllowTcpForwarding = "no";
      X11Forwarding = false;
      MaxAuthTries = 3;
      LoginGraceTime = 20;
    };
    hostKeys = [
      {
        type = "ed25519";
        path = "${keys}/ssh_host_ed25519_key";
      }
    ];
  };
  users = {
    mutableUsers = false;
    users.root = {
      hashedPassword = "!";
      openssh.authorizedKeys.keys = administrators;
    };
  };
  security.sudo.enable = false;
  nix.settings.allowed-users = [ "root" ];

  # Time, logs.
  services.timesyncd = {
    enable = true;
    servers = [ "time.meridian.example" ];
  };
  services.journald = {
    storage = "volatile";
    extraConfig = "RuntimeMaxUse=64M\n";
  };
  systemd.coredump.enable = false;

  # Network.
  networking = {
    useNetworkd = true;
    useDHCP = false;
    firewall.enable = false;
    nftables = {
      enable = true;
      flushRuleset = true;
      ruleset = lib.readFile ./edge-lon.nft;
    };
  };
  systemd.network = {
    enable = true;
    networks."10-public" = {
      matchConfig.Name = "ens18";
      address = [ "2001:db8:1::10/64" ];
      dns = [ "192.0.2.53" ];
      networkConfig = {
        DHCP = "ipv4";
        LLMNR = false;
        MulticastDNS = false;
      };
      linkConfig.RequiredForOnline = "routable";
    };
    netdevs."40-wg-fleet" = {
      netdevConfig = {
        Kind = "wireguard";
        Name = "wg-fleet";
        MTUBytes = "1420";
      };
      wireguardConfig = {
        ListenPort = 51820;
        PrivateKeyFile = tunnelKey;
      };
    };
    networks."40-wg-fleet" = {
      matchConfig.Name = "wg-fleet";
      address = [ "10.77.0.4/16" ];
      networkConfig.LinkLocalAddressing = false;
      linkConfig.RequiredForOnline = false;
    };
  };
  environment.etc."systemd/resolved.conf.d/10-rampart.conf".text = ''
    [Resolve]
    FallbackDNS=
    LLMNR=no
    MulticastDNS=no
  '';
  environment.systemPackages = [ pkgs.wireguard-tools ];
  systemd.paths.rampart-tunnel-key = {
    description = "Private key of the tunnel appears";
    wantedBy = [ "paths.target" ];
    pathConfig.PathExists = "${secrets}/wireguard-private";
  };

  # Daemons.
  services.livekit = {
    enable = true;
    keyFile = "${secrets}/livekit-keys-edge-lon";
    settings = {
      port = 7880;
      bind_addresses = [ "127.0.0.1" ];
      rtc = {
        port_range_start = 50000;
        port_range_end = 51799;
        tcp_port = 7881;
        use_external_ip = false;
        node_ip = "192.0.2.10";
        interfaces.includes = [ "ens18" ];
        stun_servers = [ "edge-lon.turn.meridian.example:3478" ];
      };
      room = {
        auto_create = false;
        max_participants = 0;
      };
      prometheus.port = 9101;
      logging = {
        json = true;
        level = "warn";
      };
      turn = {
        enabled = true;
        domain = "edge-lon.turn.meridian.example";
        udp_port = 3478;
        tls_port = 5349;
        external_tls = true;
        relay_range_start = 30000;
        relay_range_end = 31999;
        ttl_seconds = 300;
      };
    };
  };
  services.traefik = {
    enable = true;
    staticConfigFile = yaml "traefik.yaml" traefik.static;
  };
  environment.etc."rampart/traefik/dynamic.yaml" = {
    source = yaml "traefik-dynamic.yaml" traefik.dynamic;
    mode = "0444";
  };

  systemd.targets = lib.genAttrs [ "halt" "kexec" "poweroff" "reboot" "soft-reboot" ] (_: {
    unitConfig.JobTimeoutSec = "4h 30min";
  });

  systemd.services = {
    sshd = {
      startLimitIntervalSec = 0;
      serviceConfig.RestartSec = 5;
    };
    nftables.serviceConfig.ExecStop = lib.mkForce [ ];
    systemd-networkd = {
      requires = [ "nftables.service" ];
      after = [ "nftables.service" ];
    };
    rampart-tunnel-key = {
      description = "Private key of the tunnel";
      wantedBy = [ "multi-user.target" ];
      before = [ "systemd-networkd.service" ];
      unitConfig = {
        DefaultDependencies = false;
        ConditionPathExists = "${secrets}/wireguard-private";
      };
      serviceConfig = {
        Type = "oneshot";
        RemainAfterExit = true;
        ExecStart = utils.escapeSystemdExecArgs [
          (lib.getExe' pkgs.coreutils "install")
          "-D"
          "--mode=0440"
          "--group=systemd-network"
          "${secrets}/wireguard-private"
          tunnelKey
        ];
        ExecStartPost = reloadNetworkd;
      };
    };
    rampart-tunnel = {
      description = "Address of the tunnel is there";
      wantedBy = [ "multi-user.target" ];
      after = [
        "systemd-networkd.service"
        "rampart-tunnel-key.service"
      ];
      wants = [ "systemd-networkd.service" ];
      serviceConfig = {
        Type = "oneshot";
        RemainAfterExit = true;
        ExecStart = utils.escapeSystemdExecArgs [
          "${config.systemd.package}/lib/systemd/systemd-networkd-wait-online"
          "--interface=wg-fleet:routable"
          "--timeout=60"
        ];
        Restart = "on-failure";
        RestartSec = 5;
      };
      startLimitIntervalSec = 0;
    };
    livekit = rec {
      after = [
        "rampart-tunnel.service"
        "traefik.service"
      ];
      wants = after;
      restartIfChanged = false;
      startLimitIntervalSec = lib.mkForce 0;
      serviceConfig = restartAlways // {
        LoadCredential = [ "keys:${secrets}/livekit-keys-edge-lon" ];
        TimeoutStopSec = "4h";
        ExecStartPre = "+${
          utils.escapeSystemdExecArgs [
            "${config.systemd.package}/lib/systemd/systemd-networkd-wait-online"
            "--interface=ens18:routable"
            "--timeout=60"
          ]
        }";
        LogFilterPatterns = ''~"(room|participant)|invalid token: '';
        ProtectSystem = "strict";
        ProtectProc = "invisible";
        PrivateTmp = true;
        NoNewPrivileges = true;
        CapabilityBoundingSet = "";
        RestrictSUIDSGID = true;
        RemoveIPC = true;
      };
    };
    traefik = afterTunnel // {
      startLimitIntervalSec = lib.mkForce 0;
      serviceConfig = restartAlways // {
        Type = lib.mkForce "notify";
        LimitNPROC = lib.mkForce 1024;
        AmbientCapabilities = lib.mkForce "CAP_NET_BIND_SERVICE";
        CapabilityBoundingSet = lib.mkForce "CAP_NET_BIND_SERVICE";
        DevicePolicy = lib.mkForce "closed";
        KeyringMode = lib.mkForce "private";
        LockPersonality = lib.mkForce true;
        MemoryDenyWriteExecute = lib.mkForce true;
        NoNewPrivileges = lib.mkForce true;
        PrivateDevices = lib.mkForce true;
        PrivateIPC = lib.mkForce true;
        PrivateMounts = lib.mkForce true;
        PrivateTmp = lib.mkForce true;
        PrivateUsers = lib.mkForce false;
        ProcSubset = lib.mkForce "all";
        ProtectClock = lib.mkForce true;
        ProtectControlGroups = lib.mkForce true;
        ProtectHome = lib.mkForce true;
        ProtectHostname = lib.mkForce true;
        ProtectKernelLogs = lib.mkForce true;
        ProtectKernelModules = lib.mkForce true;
        ProtectKernelTunables = lib.mkForce true;
        ProtectProc = lib.mkForce "invisible";
        ProtectSystem = lib.mkForce "strict";
        RemoveIPC = lib.mkForce true;
        RestrictAddressFamilies = lib.mkForce [
          "AF_INET"
          "AF_INET6"
          "AF_UNIX"
        ];
        RestrictNamespaces = lib.mkForce true;
        RestrictRealtime = lib.mkForce true;
        RestrictSUIDSGID = lib.mkForce true;
        SystemCallArchitectures = lib.mkForce "native";
        SystemCallErrorNumber = lib.mkForce "EPERM";
        SystemCallFilter = lib.mkForce [
          "@system-service"
          "~@privileged @resources"
        ];
        UMask = lib.mkForce "0077";
      };
    };
  };
}
