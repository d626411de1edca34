# `openFirewall` of any module ends in the same options.
{
  host = "core-fra";
  module.services.livekit = {
    openFirewall = true;
  };
  message = "list of flows";
}
