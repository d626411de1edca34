# A local option reaches a daemon of the audit profile, no assertion stands against it, and the check reads it beside what
# was rendered.
{
  host = "core-fra";
  module.rampart.core = {
    homeserver.log = "info";
    guard.log = "debug";
  };
  value =
    config:
    let
      levels = services: [
        services.tuwunel.global.log
        services.rampart-guard.logLevel
      ];
    in
    {
      inherit (config.services.matrix-tuwunel.settings.global) log;
      judged = levels config.rampart.judged.services;
      rendered = levels config.rampart.judged.rendered.services;
      profile = config.rampart.judged.rendered.options.audit.enable;
      failed = builtins.filter (one: !one.assertion) config.assertions;
    };
  expected = {
    log = "info";
    judged = [
      "info"
      "debug"
    ];
    rendered = [
      "warn"
      "info"
    ];
    profile = true;
    failed = [ ];
  };
}
