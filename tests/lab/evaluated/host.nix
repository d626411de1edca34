# What the lab wants to know of an evaluated host. Store paths stay as they are: the lab finds their derivations below
# the one of /etc.
config:
let
  unit = unit: {
    inherit (unit)
      enable
      overrideStrategy
      aliases
      wantedBy
      requiredBy
      ;
    text = unit.text or null;
  };
  file = entry: {
    inherit (entry)
      enable
      target
      mode
      ;
    source = "${entry.source}";
  };
  user = user: {
    inherit (user)
      uid
      group
      extraGroups
      home
      ;
  };
in
{
  derivation = config.system.build.etc.drvPath;
  units = builtins.mapAttrs (_: unit) config.systemd.units;
  files = builtins.mapAttrs (_: file) config.environment.etc;
  users = builtins.mapAttrs (_: user) config.users.users;
  groups = builtins.mapAttrs (_: group: { inherit (group) gid members; }) config.users.groups;
}
