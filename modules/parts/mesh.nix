# The tunnel between the hosts: WireGuard by systemd-networkd.
#
# Trap: nixpkgs' networkd backend hands the private key over by LoadCredential of systemd-networkd itself. A key that is
# not there yet (after a reboot, with secrets that an operator or colmena uploads) then stops the whole network, and with
# it the only way to upload the key. So the netdev is written here, and the key is fetched by a unit of its own.
{
  config,
  lib,
  pkgs,
  utils,
  ...
}:
let
  cfg = config.rampart;
  tunnel = cfg.settings.wg-fleet;
  key = cfg.host.secrets.${tunnel.privateKey};

  # A copy that networkd, which is not root, may read. Nobody else is in its group.
  keyCopy = "/run/rampart-tunnel/private-key";

  withoutNulls = lib.filterAttrs (_: value: value != null);
  peerOf =
    peer:
    withoutNulls {
      PublicKey = peer.publicKey;
      AllowedIPs = peer.allowedIPs;
      Endpoint = peer.endpoint or null;
      PersistentKeepalive = peer.persistentKeepalive or null;
    };

  # Only when networkd runs: otherwise D-Bus would start it, and it waits for this very unit.
  reloadNetworkd = pkgs.writeShellScript "rampart-reload-networkd" ''
    if ${systemctl} --quiet is-active systemd-networkd.service; then
      ${config.systemd.package}/bin/networkctl reload
    fi
  '';
  routable = import ../lib/routable.nix { inherit config utils; };
  systemctl = "${config.systemd.package}/bin/systemctl";

  # Before `rampart secrets generate` has run, a peer has no key. The host must still build.
  withoutKey = lib.filter (peer: peer.publicKey == null) tunnel.peers;
  withKey = lib.subtractLists withoutKey tunnel.peers;
in
{
  imports = [
    ../host.nix
    ./network.nix
    ((import ../lib/sets.nix { inherit lib; }).module "mesh")
  ];

  config = lib.mkIf (cfg.host ? services.wg-fleet) {
    warnings = lib.optional (withoutKey != [ ]) (
      "${cfg.host.facts.host}: no tunnel key known for ${
        lib.concatMapStringsSep ", " (peer: peer.name) withoutKey
      }; "
      + "run `rampart secrets generate`, then `rampart render`."
    );

    systemd.network = {
      netdevs."40-${tunnel.interface}" = {
        netdevConfig = {
          Kind = "wireguard";
          Name = tunnel.interface;
          MTUBytes = toString tunnel.mtu;
        };
        wireguardConfig = {
          ListenPort = tunnel.listenPort;
          PrivateKeyFile = keyCopy;
        };
        wireguardPeers = map peerOf withKey;
      };
      networks."40-${tunnel.interface}" = {
        matchConfig.Name = tunnel.interface;
        address = [ tunnel.address ];
        networkConfig.LinkLocalAddressing = false;
        linkConfig.RequiredForOnline = false;
      };
    };

    systemd.services.rampart-tunnel-key = {
      description = "Private key of the tunnel";
      wantedBy = [ "multi-user.target" ];
      before = [ "systemd-networkd.service" ];
      unitConfig = {
        # Default dependencies would put it after basic.target, and networkd is long before that.
        DefaultDependencies = false;
        ConditionPathExists = key.path;
      };
      serviceConfig = {
        Type = "oneshot";
        # Trap: the path unit below starts an inactive unit again and again while the path exists.
        RemainAfterExit = true;
        ExecStart = utils.escapeSystemdExecArgs [
          (lib.getExe' pkgs.coreutils "install")
          "-D"
          "--mode=0440"
          "--group=systemd-network"
          key.path
          keyCopy
        ];
        ExecStartPost = reloadNetworkd;
      };
    };

    # The key may come late: an operator or colmena uploads it after the boot.
    systemd.paths.rampart-tunnel-key = {
      description = "Private key of the tunnel appears";
      wantedBy = [ "paths.target" ];
      pathConfig.PathExists = key.path;
    };

    # What others order themselves after.
    systemd.services.rampart-tunnel = {
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
        # It gives up after a minute and is tried again: a tunnel without a key must not hold up the boot for ever.
        ExecStart = routable [ tunnel.interface ];
        Restart = "on-failure";
        RestartSec = 5;
      };
      startLimitIntervalSec = 0;
    };

    environment.systemPackages = [ pkgs.wireguard-tools ];
  };
}
