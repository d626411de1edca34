# Where secrets are at run time, and how each provider puts them there. Their content never passes through Nix: this part
# knows names, owners, modes and paths.
{
  config,
  lib,
  options,
  ...
}:
let
  cfg = config.rampart;
  secrets = import ../lib/runtime-secrets.nix (cfg.host.secrets or { });
  isFrom = provider: cfg.hostFile != null && cfg.secrets.provider == provider;

  ownership = secret: {
    inherit (secret)
      path
      owner
      group
      mode
      ;
  };
  # Of the provider `files`: `/run` is empty after a boot, so the operator's files lie on the encrypted disk. Whoever has the
  # disk has no more than with the other providers, whose key is the SSH host key beside them.
  kept = "${if cfg.keyFolder == null then "/var/lib/rampart" else cfg.keyFolder}/secrets";
  place =
    name:
    {
      path,
      owner,
      group,
      mode,
      ...
    }:
    "[ ! -e ${kept}/${name} ] || install -m ${mode} -o ${owner} -g ${group} ${kept}/${name} ${path}\n";

  encryptedFile = name: cfg.encryptedSecrets + "/${name}.age";

  # Trap: setting an option of a module that is not imported is an error about that option, which helps nobody.
  missingModule = {
    sops = !(options ? sops);
    agenix = !(options ? age);
    colmena = false;
    files = false;
  };
in
{
  imports = [
    ../host.nix
    ./keys.nix
    ((import ../lib/sets.nix { inherit lib; }).module "secrets")
  ];

  options.rampart.encryptedSecrets = lib.mkOption {
    type = lib.types.nullOr lib.types.path;
    default = null;
    example = lib.literalExpression "./secrets/edge-lon";
    description = ''
      Folder with this host's encrypted secrets, one file `<name>.age` each, as
      {command}`rampart secrets generate --age` writes them. Needed with the provider `agenix`; encrypted files may lie
      in the store.
    '';
  };

  config = lib.mkMerge [
    (lib.mkIf (cfg.hostFile != null) {
      systemd.tmpfiles.rules = [ "d ${cfg.secrets.directory} 0711 root root -" ];

      assertions = [
        {
          assertion = !missingModule.${cfg.secrets.provider};
          message = "rampart.secrets.provider = \"${cfg.secrets.provider}\": import the NixOS module of that provider (docs/guide.md has an example).";
        }
        {
          assertion = isFrom "agenix" -> cfg.encryptedSecrets != null;
          message = "rampart.secrets.provider = \"agenix\": set rampart.encryptedSecrets.";
        }
        {
          # The hive lists what it uploads before any host is evaluated (../lib/fleet.nix), from the host's file.
          assertion = isFrom "colmena" -> cfg.host.options.secrets.provider == "colmena";
          message = "rampart.secrets.provider = \"colmena\": set it in the manifest ([secrets] in hosts/fleet.toml) and run `rampart render`; set in Nix, colmena uploads nothing.";
        }
      ];
    })
    # As sops-nix and agenix do it: at each boot before anything asks for a secret, the volume of guest media included, and at
    # each switch. What is not kept is left as it is.
    (lib.mkIf (isFrom "files") {
      system.activationScripts.rampart-secrets = {
        deps = [
          "users"
          "groups"
        ]
        ++ lib.optional (cfg.keyFolder != null) "rampart-keys";
        text = ''
          install -d -m 0711 ${cfg.secrets.directory}
          install -d -m 0700 -o root -g root ${kept}
        ''
        + lib.concatStrings (lib.mapAttrsToList place secrets);
      };
    })
    (lib.optionalAttrs (options ? sops) {
      # One encrypted file for the host (sops.defaultSopsFile) with a key for each name.
      sops.secrets = lib.mkIf (isFrom "sops") (lib.mapAttrs (_: ownership) secrets);
    })
    (lib.optionalAttrs (options ? age) {
      age.secrets = lib.mkIf (isFrom "agenix") (
        lib.mapAttrs (name: secret: ownership secret // { file = encryptedFile name; }) secrets
      );
    })
  ];
}
