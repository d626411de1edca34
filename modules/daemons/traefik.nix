# Traefik: ends TLS, routes. Both of its files are ours.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.rampart;
  hardening = import ../lib/hardening.nix;
  traefik = cfg.settings.traefik;

  # Trap: nixpkgs puts the rules' store path into the static file, so every change of a rule restarts the proxy and cuts
  # all connections. With a fixed path Traefik only reloads. The file must be replaced there, not linked: a changed link
  # through /etc/static raises no event in the folder that Traefik watches.
  rulesFile = "rampart/traefik/dynamic.yaml";

  # Both files are ours, so that Rust's words arrive unchanged; nixpkgs' options would add defaults.
  static = lib.recursiveUpdate traefik.static {
    providers.file = {
      filename = "/etc/${rulesFile}";
      watch = true;
    };
  };

  # JSON is YAML, and Traefik tells formats apart by the ending only.
  yaml = name: value: pkgs.writeText name (builtins.toJSON value);
  staticFile = yaml "traefik.yaml" static;
  dynamicFile = yaml "traefik-dynamic.yaml" traefik.dynamic;
in
{
  imports = [
    ../host.nix
    ../parts/units.nix
  ];

  options.rampart.traefik.package = lib.mkPackageOption pkgs "traefik" { };

  config = lib.mkIf (cfg.host ? services.traefik) {
    services.traefik = {
      enable = true;
      package = cfg.traefik.package;
      staticConfigFile = staticFile;
    };

    environment.etc.${rulesFile} = {
      source = dynamicFile;
      # A mode makes the activation copy the file and rename it into place.
      mode = "0444";
    };

    systemd.services.traefik = {
      serviceConfig =
        lib.mapAttrs (_: lib.mkForce) (
          hardening.strict
          // hardening.relax.unixSockets
          // hardening.relax.kernelFigures
          // hardening.relax.lowPorts
        )
        // {
          # It tells systemd when its listeners are up, so that whoever comes after finds them.
          Type = lib.mkForce "notify";
          # Trap: 64 counts threads, and Go starts one for every blocking call.
          LimitNPROC = lib.mkForce 1024;
        };
    };

    assertions = [
      {
        assertion = !config.system.etc.overlay.enable;
        message = "${cfg.host.facts.host}: system.etc.overlay swaps all of /etc at once, which Traefik cannot see; its rules would not reload.";
      }
      {
        assertion =
          cfg.audit.enable
          ->
            "${config.services.traefik.staticConfigFile}" == "${staticFile}"
            && "${config.environment.etc.${rulesFile}.source}" == "${dynamicFile}";
        message = ''
          ${cfg.host.facts.host}: services.traefik.staticConfigFile or environment.etc."${rulesFile}" set in Nix, past the check of
          the audit profile. Use the options of rampart.* or the manifest, which are checked.
        '';
      }
    ];
  };
}
