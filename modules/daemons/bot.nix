# rampart-bot: takes orders about guests in a restricted room, and passes them on to the tenants' brokers.
{
  config,
  lib,
  pkgs,
  ...
}:
let
  cfg = config.rampart;
  hardening = import ../lib/hardening.nix;
  own = import ../lib/program.nix { inherit config lib pkgs; } {
    name = "bot";
    title = "the bot";
  };
in
{
  imports = [
    ../host.nix
    ../parts/programs.nix
    ../parts/units.nix
  ];

  inherit (own) options;

  config = lib.mkIf (cfg.host ? services.rampart-bot) {
    # `rampart-bot ledger`, for administrators.
    environment.systemPackages = [ cfg.bot.package ];

    systemd.services.rampart-bot = {
      description = "Bot that takes orders about guests";
      wantedBy = [ "multi-user.target" ];
      serviceConfig =
        own.service
        // hardening.relax.foreignGroup
        // {
          DynamicUser = true;
          # The socket of the core's broker, which answers one question. No other program is in this group.
          SupplementaryGroups = [ "rampart-broker" ];
          StateDirectory = "rampart-bot";
          StateDirectoryMode = "0700";
        };
    };
  };
}
