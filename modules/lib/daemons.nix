# The table of daemons: floors, and keys that come and go with a version. It stands in crates/settings/src/daemons.rs;
# this reads what Rust wrote of it.
{ lib }:
let
  inherit (lib.importJSON ../generated/daemons.json) daemons;

  knows =
    version: key:
    lib.versionAtLeast version key.since && (key.until == null || lib.versionOlder version key.until);
in
{
  inherit daemons;

  isMet = version: floor: lib.versionAtLeast version floor.atLeast;

  # Whether a floor holds on a host: by a value in the host's file, or because something is in it at all.
  concerns =
    host: floor:
    let
      found = lib.attrByPath floor.when.at null host;
    in
    floor.when == null || (if floor.when ? is then found == floor.when.is else found != null);

  # Keys that one of two versions takes and the other does not.
  differences =
    daemon: one: other:
    map (key: key.path) (lib.filter (key: knows one key != knows other key) daemon.keys);
}
