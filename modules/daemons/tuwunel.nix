# The homeserver. It listens on a unix socket whose group is exactly the guard and the broker.
{
  config,
  lib,
  options,
  pkgs,
  ...
}:
let
  cfg = config.rampart;
  group = "tuwunel";

  # Units that may speak to the homeserver without anybody in between.
  admitted = [
    "rampart-guard"
    "rampart-broker"
  ];

  isInside = groups: lib.elem group (lib.flatten groups);
  unitsInside = lib.filterAttrs (
    _:
    { serviceConfig, ... }:
    isInside [
      (serviceConfig.Group or [ ])
      (serviceConfig.SupplementaryGroups or [ ])
    ]
  ) (removeAttrs config.systemd.services [ "tuwunel" ]);
  usersInside = lib.filterAttrs (
    _: user:
    isInside [
      user.group
      user.extraGroups
    ]
  ) (removeAttrs config.users.users [ "tuwunel" ]);
  inside = lib.attrNames (unitsInside // usersInside) ++ config.users.groups.${group}.members;
  intruders = lib.subtractLists admitted inside;

  # The check judges `cfg.settings`. What NixOS' own option ends up with is that and the module's defaults, or it is
  # something that nobody judged.
  option = options.services.matrix-tuwunel.settings;
  withoutNulls = lib.filterAttrsRecursive (_: value: value != null);
  judged = withoutNulls (
    option.type.merge option.loc [
      {
        file = toString cfg.hostFile;
        value = cfg.settings.tuwunel;
      }
    ]
  );
  final = withoutNulls config.services.matrix-tuwunel.settings;
  changedIn =
    section:
    let
      was = judged.${section} or { };
      is = final.${section} or { };
      differs = key: was.${key} or null != is.${key} or null;
    in
    map (key: "${section}.${key}") (lib.filter differs (lib.attrNames (was // is)));
  changed = lib.concatMap changedIn (lib.attrNames (judged // final));

  # The homeserver reads every key from its environment, too, where it wins over the file (tuwunel: src/core/config).
  isSetting =
    name:
    lib.any (prefix: lib.hasPrefix prefix name) [
      "CONDUIT_"
      "CONDUWUIT_"
      "TUWUNEL_"
    ];
  rendered = cfg.host.units.tuwunel.environment or { };
  variables = lib.filterAttrs (
    name: value: isSetting name && name != "TUWUNEL_CONFIG" && value != rendered.${name} or null
  ) config.systemd.services.tuwunel.environment;
in
{
  imports = [
    ../host.nix
    ../parts/units.nix
  ];

  options.rampart.tuwunel.package = lib.mkPackageOption pkgs "matrix-tuwunel" { };

  config = lib.mkIf (cfg.host ? services.tuwunel) {
    services.matrix-tuwunel = {
      enable = true;
      package = cfg.tuwunel.package;
      # Trap: the module refuses a socket and an address together, though the server can have both. The second listener of
      # `audit.reads = "direct"` comes by environment (`units` of the host file), which goes past that check.
      settings = cfg.settings.tuwunel;
    };

    systemd.services.tuwunel = {
      # A guest media volume that did not open must not become a homeserver on the system disk.
      unitConfig.RequiresMountsFor = "/var/lib/tuwunel";
      serviceConfig = {
        # Trap: with a dynamic user the state lies in /var/lib/private, where a volume of its own cannot be mounted with
        # the right owner; and a group that exists only while the server runs cannot be given to others. nixpkgs makes
        # the static user anyway.
        DynamicUser = lib.mkForce false;
        # Trap: one copy of the module says notify, another nothing. READY comes before the socket is bound, so
        # dependants probe all the same.
        Type = lib.mkForce "notify";
        ExecReload = "${lib.getExe' pkgs.coreutils "kill"} -USR1 $MAINPID";
        # Left open by the module.
        AmbientCapabilities = "";
        CapabilityBoundingSet = "";
        UMask = "0077";
      };
    };

    assertions = [
      {
        assertion = intruders == [ ];
        message = ''
          ${cfg.host.facts.host}: ${lib.concatStringsSep ", " intruders} would be in the group of the homeserver's socket. Only the guard
          and the broker are; everything else goes through the guard.
        '';
      }
      {
        assertion = cfg.audit.enable -> changed == [ ];
        message = ''
          ${cfg.host.facts.host}: ${lib.concatStringsSep ", " changed} of services.matrix-tuwunel.settings set in Nix, past the check of the
          audit profile. Use the options of rampart.* or the manifest, which are checked.
        '';
      }
      {
        assertion = cfg.audit.enable -> variables == { };
        message = ''
          ${cfg.host.facts.host}: ${lib.concatStringsSep ", " (lib.attrNames variables)} in the environment of the homeserver, past the check
          of the audit profile. Use the options of rampart.* or the manifest, which are checked.
        '';
      }
    ];
  };
}
