# colmena: `deployment.keys` uploads plain files from the operator's machine, `<folder>/<host>/<name>`, at every apply. The
# hive is made before any host is evaluated, so the provider is said in the manifest (`[secrets] provider = "colmena"`),
# and the folder here. A string: a path would be copied into the store.
{ rampart, src }:
rampart.lib.mkFleet {
  inherit src;
  secretsFolder = "/home/ops/secrets";
}
