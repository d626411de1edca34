# The hive is made before a host is evaluated, so nothing would be uploaded.
{
  host = "gw-fra";
  module.rampart.secrets.provider = "colmena";
  message = "set it in the manifest";
}
