# The port stands on both ends of every link, so it changes in the manifest or not at all.
{
  host = "gw-fra";
  module.rampart.mesh.port = 51821;
  message = "read-only";
}
