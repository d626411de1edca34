# Token services: one instance for each focus, because an instance knows one URL and one key pair. nixpkgs' module
# (services.lk-jwt-service) knows a single instance and changes its shape between releases, so the unit is ours.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.rampart;
  hardening = import ../lib/hardening.nix;
  prefix = "rampart-jwt@";
  units = lib.filterAttrs (unit: _: lib.hasPrefix prefix unit) (cfg.host.services or { });

  # Systemd makes the instance of the template; the drop-in adds what differs.
  instanceOf = unit: _: {
    overrideStrategy = "asDropin";
    # Trap: the drop-in would otherwise replace the template's PATH.
    enableDefaultPath = false;
    wantedBy = [ "multi-user.target" ];
    inherit (cfg.settings.${unit}) environment;
  };
in
{
  imports = [
    ../host.nix
    ../parts/units.nix
  ];

  options.rampart.tokenService.package = lib.mkPackageOption pkgs "lk-jwt-service" { };

  config = lib.mkIf (units != { }) {
    systemd.services = lib.mapAttrs instanceOf units // {
      ${prefix} = {
        description = "Token service of the focus %i";
        wants = [ "network-online.target" ];
        after = [ "network-online.target" ];
        # One pair, and no other in the file: the service takes the whole file for it.
        environment.LIVEKIT_KEY_FILE = "%d/key";
        serviceConfig =
          hardening.strict
          // hardening.relax.netlink
          // {
            DynamicUser = true;
            ExecStart = lib.getExe cfg.tokenService.package;
          };
      };
    };
  };
}
