# Rust's description of an option set (modules/generated/<set>.json) → NixOS options. The only place that does this.
#
# A description is data: { set, description, options = { <name> = { type, default?, example?, description, derived?, feeds? } } }.
# docs/architecture.md lists the words of `type`; tests/eval compares the verdicts of both sides, value by value.
{ lib }:
let
  inherit (lib) types mkOption;
  checks = import ./checks.nix { inherit lib; };

  checked =
    name: description:
    types.addCheck types.str checks.${name}
    // {
      inherit name description;
      descriptionClass = "noun";
    };

  # POSIX matching covers the whole string, so the pattern needs no anchors.
  pattern =
    {
      name,
      pattern,
      maxLength ? null,
      ...
    }:
    let
      form = types.strMatching pattern;
    in
    types.addCheck form (text: maxLength == null || lib.stringLength text <= maxLength)
    // {
      description = name;
      descriptionClass = "noun";
    };

  int =
    {
      min ? null,
      max ? null,
      ...
    }:
    let
      within = value: (min == null || min <= value) && (max == null || value <= max);
    in
    if min != null && max != null then
      types.ints.between min max
    else
      types.addCheck types.int within
      // {
        description =
          "integer"
          + lib.optionalString (min != null) ", at least ${toString min}"
          + lib.optionalString (max != null) ", at most ${toString max}";
      };

  # The closed table. Each entry gets the place (for messages) and the description of the type.
  words = {
    bool = _: _: types.bool;
    int = _: int;
    port = _: _: types.port;
    str = _: _: types.str;
    nonEmptyStr = _: _: types.nonEmptyStr;
    pattern = _: pattern;
    ipv4 = _: _: checked "ipv4" "IPv4 address";
    ipv6 = _: _: checked "ipv6" "IPv6 address";
    ip = _: _: checked "ip" "IPv4 or IPv6 address";
    cidr = _: _: checked "cidr" "address with prefix length";
    url = _: _: checked "url" "URL";
    # externalPath also refuses Nix path literals, which would be copied into the world-readable store.
    secretPath = _: _: types.addCheck types.externalPath checks.secretPath;
    enum = _: type: types.enum type.values;
    nullOr = at: type: types.nullOr (typeOf at type.of);
    listOf = at: type: types.listOf (typeOf (at ++ [ "*" ]) type.of);
    attrsOf = at: type: types.attrsOf (typeOf (at ++ [ "<name>" ]) type.of);
    submodule = at: type: types.submodule { options = optionsOf at type.options; };
  };

  typeOf =
    at: type:
    let
      word =
        words.${type.word}
          or (throw "${lib.showOption at}: unknown type word `${type.word}'; modules/lib/options.nix knows ${lib.concatStringsSep ", " (lib.attrNames words)}");
    in
    word at type;

  # A derived option has no `default`, because the module system counts a default as a definition, and a second
  # definition of a read-only option is an error.
  valueRules =
    option:
    if option.derived or false then
      {
        readOnly = true;
        defaultText = lib.literalMD "derived from the whole fleet by `rampart render`";
      }
    else
      lib.optionalAttrs (option ? default) { inherit (option) default; };

  readOnlyNote = "\n\nRead-only: derived from the whole fleet. Change it in the manifest (`hosts/fleet.toml`) and run `rampart render`.";

  optionOf =
    at: option:
    mkOption (
      {
        type = typeOf at option.type;
        description = option.description + lib.optionalString (option.derived or false) readOnlyNote;
      }
      // lib.optionalAttrs (option ? example) { inherit (option) example; }
      // valueRules option
    );

  optionsOf = at: lib.mapAttrs (name: optionOf (at ++ [ name ]));

  # The host's values as definitions: plain for derived options (so that a second definition is refused), mkDefault for
  # local ones (so that a value set in Nix wins), leaf by leaf through groups.
  definitionsOf = options: lib.mapAttrs (name: value: definitionOf (options.${name} or { }) value);

  definitionOf =
    option: value:
    if option.derived or false then
      value
    else if option.type.word or null == "submodule" && lib.isAttrs value then
      definitionsOf option.type.options value
    else
      lib.mkDefault value;
in
{
  inherit typeOf definitionsOf;

  # A module that declares `rampart.<set>`. `_file` makes every message name the set and the Rust file behind it.
  moduleOf =
    { set, options, ... }@description:
    {
      _file = "rampart.${set} (${description._generated or "modules/generated/${set}.json"})";
      key = "rampart.${set}";
      options.rampart.${set} = optionsOf [ "rampart" set ] options;
    };
}
