# LiveKit, the media server. A native service in the host's network: media ports are many and latency is the point.
{
  config,
  lib,
  pkgs,
  utils,
  ...
}:
let
  cfg = config.rampart;
  credentials = cfg.host.units.livekit.credentials or { };
  credential = name: "$CREDENTIALS_DIRECTORY/${name}";
  inherit (cfg.host.units.livekit) health;
  hardening = import ../lib/hardening.nix;
  routable = import ../lib/routable.nix { inherit config utils; };

  # Trap: the module has no environment file, and a password in the settings would lie in the world-readable store. The
  # credential becomes an environment variable in a wrapper, whose arguments do not show it.
  withRedisPassword =
    package:
    pkgs.writeShellScriptBin "livekit-server" ''
      REDIS_PASSWORD="$(< "${credential "redis-password"}")"
      export REDIS_PASSWORD
      exec ${lib.getExe package} "$@"
    '';
in
{
  imports = [
    ../host.nix
    ../parts/units.nix
  ];

  options.rampart.livekit = {
    package = lib.mkPackageOption pkgs "livekit" { };
    drainTime = lib.mkOption {
      type = lib.types.str;
      internal = true;
      description = "How long the server may wait for its calls to end when it is stopped. Its role gives it.";
    };
  };

  config = lib.mkIf (cfg.host ? services.livekit) {
    services.livekit = {
      enable = true;
      package =
        if credentials ? redis-password then withRedisPassword cfg.livekit.package else cfg.livekit.package;
      keyFile = cfg.host.secrets.${credentials.keys}.path;
      settings = cfg.settings.livekit;
    };

    systemd.services.livekit = {
      # Trap: a switch restarts changed units, and a restarted media server hangs up on everybody. New settings wait for
      # the next restart, which is the operator's to choose: `systemctl restart livekit`.
      restartIfChanged = false;
      serviceConfig = {
        # Trap: after 90 seconds systemd kills a server that waits for its calls to end.
        TimeoutStopSec = cfg.livekit.drainTime;
        # Trap: the server looks at its interfaces once. One that starts before its address is there (a loose cable, a
        # provider's late DHCP) carries no media until it is started again, and says that it is well. It gives up after a
        # minute and is tried again. As root: the server's own walls are not for this.
        ExecStartPre = "+${routable cfg.settings.livekit.rtc.interfaces.includes}";
        # Trap: at every level the server names the room and the person that a line is about. Such lines do not reach the
        # journal: who talks with whom is in no log. Nor does the pass that it refuses, which it repeats.
        LogFilterPatterns = ''~"(room|participant)|invalid token: '';
        # Left open by the module. Not ProcSubset: it would hide /proc/stat, and a server that cannot read its load
        # reports itself unhealthy.
        ProtectSystem = "strict";
        ProtectProc = "invisible";
        PrivateTmp = true;
        NoNewPrivileges = true;
        CapabilityBoundingSet = "";
        RestrictSUIDSGID = true;
        RemoveIPC = true;
      };
    };

    # The way by which steering looks at the server. Trap: a server that stops waits for its calls to end and says all the
    # while that it is well. What comes after a unit is stopped before it, so this way is closed first.
    systemd.sockets.livekit-health = {
      description = "Health of the media server";
      wantedBy = [ "livekit.service" ];
      after = [ "livekit.service" ];
      partOf = [ "livekit.service" ];
      listenStreams = [ health.listen ];
      # Trap: by default a socket is before every service, this one's included.
      conflicts = [ "shutdown.target" ];
      before = [ "shutdown.target" ];
      unitConfig.DefaultDependencies = false;
    };
    systemd.services.livekit-health = {
      description = "Health of the media server";
      requires = [ "livekit-health.socket" ];
      after = [ "livekit.service" ];
      partOf = [ "livekit.service" ];
      serviceConfig =
        hardening.strict
        // hardening.relax.unixSockets
        // {
          Type = "exec";
          ExecStart = "${config.systemd.package}/lib/systemd/systemd-socket-proxyd ${health.to}";
          DynamicUser = true;
        };
    };

    # Trap: half an hour after a host was told to go down systemd ends all that is left, calls included
    # (systemd: units/reboot.target, `JobTimeoutSec`). systemd adds up the spans of time.
    systemd.targets = lib.genAttrs [ "halt" "kexec" "poweroff" "reboot" "soft-reboot" ] (_: {
      unitConfig.JobTimeoutSec = "${cfg.livekit.drainTime} 30min";
    });

    # Trap: with one multiplexed port the server wants socket buffers that the kernel's default limit does not allow.
    boot.kernel.sysctl."net.core.rmem_max" = lib.mkDefault 8388608;
  };
}
