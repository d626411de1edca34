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
      ];
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
