# Without the check nobody looks at what Nix made of the profile.
{
  host = "gw-fra";
  module.rampart.check.package = null;
  message = "gw-fra: rampart.check.package = null";
}
