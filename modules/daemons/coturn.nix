# coturn, the relay. Settings with an option in nixpkgs go there, all others are lines of its configuration file.
{
  config,
  lib,
  pkgs,
  utils,
  ...
}:
let
  cfg = config.rampart;
  # The names of the options below are looked at on hosts without coturn, too.
  inherit
    (cfg.settings.coturn or {
      settings = { };
      secrets = [ ];
    }
    )
    settings
    secrets
    ;

  # Key of turnserver.conf → option of the module. Without this map the module would write its own default beside our
  # line, and coturn takes the last or both, depending on the key.
  optionOf = {
    listening-ip = "listening-ips";
    relay-ip = "relay-ips";
  }
  // lib.genAttrs [
    "listening-port"
    "tls-listening-port"
    "alt-listening-port"
    "alt-tls-listening-port"
    "min-port"
    "max-port"
    "lt-cred-mech"
    "use-auth-secret"
    "realm"
    "cert"
    "pkey"
    "dh-file"
    "secure-stun"
    "no-cli"
    "cli-ip"
    "cli-port"
    "no-udp"
    "no-tcp"
    "no-tls"
    "no-dtls"
    "no-udp-relay"
    "no-tcp-relay"
  ] lib.id;

  isOption = key: _: optionOf ? ${key};
  ofModule = lib.mapAttrs' (
    key: value:
    lib.nameValuePair optionOf.${key} (
      if lib.hasSuffix "-ips" optionOf.${key} then lib.toList value else value
    )
  ) (lib.filterAttrs isOption settings);

  linesOf =
    key: value:
    if lib.isBool value then
      lib.optional value key
    else
      map (one: "${key}=${toString one}") (lib.toList value);
  otherLines = lib.concatLists (
    lib.mapAttrsToList linesOf (lib.filterAttrs (key: value: !isOption key value) settings)
  );

  # Names of the credentials, in the order of the secrets: `secret-0`, `secret-1` …
  credentials = lib.imap0 (
    index: _: "/run/credentials/coturn.service/secret-${toString index}"
  ) secrets;

  # Bash's own commands only: no secret in the arguments of a process.
  appendSecret = file: ''
    printf 'static-auth-secret=%s\n' "$(< ${file})" >> /run/coturn/turnserver.cfg
  '';
in
{
  imports = [
    ../host.nix
    ../parts/units.nix
  ];

  options.rampart.coturn.package = lib.mkPackageOption pkgs "coturn" { };

  config = lib.mkIf (cfg.host ? services.coturn) {
    services.coturn = ofModule // {
      enable = true;
      # Trap: it is read as user `turnserver`. A credential belongs to that user; the secret stays root's.
      static-auth-secret-file = lib.head credentials;
      extraConfig = lib.concatLines otherLines;
    };

    systemd.services.coturn = {
      # Trap: a switch restarts changed units, and a restarted relay hangs up on everybody. `systemctl restart coturn`
      # takes new settings over.
      restartIfChanged = false;
      # Trap: the module has one slot for a secret, and a second one in `extraConfig` would lie in the store.
      preStart = lib.mkAfter (lib.concatMapStrings appendSecret (lib.tail credentials));
      serviceConfig = {
        # Trap: it names whoever is refused, and the user name of a relay is a person's id with a time. Of each session it
        # says where the person is, when a connection ends as well.
        LogFilterPatterns = "~user(name)?[ =]*<|session [0-9]+: |remote addr|unreachable from";
        # Trap: the module knows no other package than pkgs.coturn.
        ExecStart = lib.mkForce (
          utils.escapeSystemdExecArgs [
            (lib.getExe' cfg.coturn.package "turnserver")
            "-c"
            "/run/coturn/turnserver.cfg"
          ]
        );
        # Reads renewed certificates without dropping a relay.
        ExecReload = "${lib.getExe' pkgs.coreutils "kill"} -USR2 $MAINPID";
      };
    };
  };
}
