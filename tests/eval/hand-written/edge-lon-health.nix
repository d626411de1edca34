# What else runs on edge-lon, written by hand: the way to the health of the media server, and the warning of full volumes.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  strict = {
    CapabilityBoundingSet = "";
    AmbientCapabilities = "";
    DevicePolicy = "closed";
    KeyringMode = "private";
    LockPersonality = true;
    MemoryDenyWriteExecute = true;
    NoNewPrivileges = true;
    PrivateDevices = true;
    PrivateIPC = true;
    PrivateMounts = true;
    PrivateTmp = true;
    PrivateUsers = true;
    ProcSubset = "pid";
    ProtectClock = true;
    ProtectControlGroups = true;
    ProtectHome = true;
    ProtectHostname = true;
    ProtectKernelLogs = true;
    ProtectKernelModules = true;
    ProtectKernelTunables = true;
    ProtectProc = "invisible";
    ProtectSystem = "strict";
    RemoveIPC = true;
    RestrictAddressFamilies = "none";
    RestrictNamespaces = true;
    RestrictRealtime = true;
    RestrictSUIDSGID = true;
    SystemCallArchitectures = "native";
    SystemCallErrorNumber = "EPERM";
    SystemCallFilter = [
      "@system-service"
      "~@privileged @resources"
    ];
    UMask = "0077";
  };
  volumes = pkgs.writeShellApplication {
    name = "rampart-volumes";
    runtimeInputs = [ pkgs.coreutils ];
    text = builtins.readFile ../../../modules/parts/volumes.sh;
  };
in
{
  systemd.sockets.livekit-health = {
    description = "Health of the media server";
    wantedBy = [ "livekit.service" ];
    after = [ "livekit.service" ];
    partOf = [ "livekit.service" ];
    listenStreams = [ "127.0.0.1:9103" ];
    conflicts = [ "shutdown.target" ];
    before = [ "shutdown.target" ];
    unitConfig.DefaultDependencies = false;
  };
  systemd.services.livekit-health = {
    description = "Health of the media server";
    requires = [ "livekit-health.socket" ];
    after = [ "livekit.service" ];
    partOf = [ "livekit.service" ];
    serviceConfig = strict // {
      RestrictAddressFamilies = [
        "AF_INET"
        "AF_INET6"
        "AF_UNIX"
      ];
      Type = "exec";
      ExecStart = "${config.systemd.package}/lib/systemd/systemd-socket-proxyd 127.0.0.1:7880";
      DynamicUser = true;
    };
  };

  systemd.services.rampart-volumes = {
    description = "Warning of full volumes";
    serviceConfig = strict // {
      Type = "oneshot";
      ExecStart = "${lib.getExe volumes} 85";
    };
  };
  systemd.timers.rampart-volumes = {
    wantedBy = [ "timers.target" ];
    timerConfig = {
      OnBootSec = "5min";
      OnUnitActiveSec = "10min";
    };
  };
}
