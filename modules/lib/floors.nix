# Versions below which a daemon must not be run, each with its reason.
#
# `reached`: whether a package set pinned in flake.lock has such a version. If so the floor is an assertion; if not it is
# a loud warning, because an assertion would make every host unbuildable. Check again whenever a pin moves.
{
  traefik = {
    atLeast = "3.7.13";
    reached = false;
    reason = "CVE-2026-88009: a rootless request target passes every router and reaches the backend verbatim";
  };
  tuwunel = {
    atLeast = "1.9.0";
    reached = false;
    # The broker speaks the admin API for registration tokens, which older versions lack.
    onlyWith = "rampart-broker";
    reason = "the broker needs the admin API for registration tokens";
  };
  livekit = {
    atLeast = "1.13.0";
    except = [ "1.10.0" ];
    reached = true;
    reason = "secret_file for TURN servers, and a TURN lifetime that is checked";
  };
  coturn = {
    atLeast = "4.11.0";
    reached = true;
    reason = "older versions start with a malformed denied-peer-ip and then relay to private addresses";
  };
}
