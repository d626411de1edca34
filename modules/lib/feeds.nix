# A local option that `feeds` a daemon reaches exactly one key of one unit. This lays the final values of all such
# options over the settings that Rust rendered, so that a value set in Nix wins there too.
{ lib }:
let
  # Every feeding option of a group, as { from, unit, key }: `from` is the path of the option below `rampart`.
  feedsIn =
    at: options:
    lib.concatLists (lib.mapAttrsToList (name: option: feedsOf (at ++ [ name ]) option) options);

  feedsOf =
    at: option:
    lib.optional (option ? feeds) (option.feeds // { from = at; })
    ++ lib.optionals (option.type.word == "submodule") (feedsIn at option.type.options);

  # Sets the key at a path. A middle table that does not exist means that this host has no such part. Null means "leave
  # the key out": neither TOML nor the strict parsers of the daemons know null. crates/render/src/feeds.rs does the same.
  lay =
    path: value: settings:
    let
      key = lib.head path;
      rest = lib.tail path;
    in
    if rest != [ ] then
      if settings ? ${key} then settings // { ${key} = lay rest value settings.${key}; } else settings
    else if value == null then
      removeAttrs settings [ key ]
    else
      settings // { ${key} = value; };
in
{
  # descriptions: the option sets of this host; values: config.rampart; services: what Rust rendered.
  # A unit that does not run on this host is fed nothing.
  layOver =
    {
      descriptions,
      values,
      services,
    }:
    let
      feeds = lib.concatMap (set: feedsIn [ set.set ] set.options) descriptions;
      feed =
        services:
        {
          from,
          unit,
          key,
        }:
        if services ? ${unit} then
          lay ([ unit ] ++ key) (lib.getAttrFromPath from values) services
        else
          services;
    in
    lib.foldl' feed services feeds;
}
