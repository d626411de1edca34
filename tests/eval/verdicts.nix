# What NixOS says to the values of option-values.json, in the same order: [{ type, accepted = [ bool ], refused = [ bool ] }].
# Rust writes the file and compares. Works without a flake:
#   nix-instantiate --eval --json --strict tests/eval/verdicts.nix --arg lib 'import <nixpkgs/lib>'
{
  lib,
  file ? ./option-values.json,
}:
let
  inherit (import ../../modules/lib/options.nix { inherit lib; }) typeOf;

  # Through a whole evaluation, because `check` of a list or a group looks at its outside only.
  verdict =
    type: value:
    let
      evaluation = lib.evalModules {
        modules = [
          { options.value = lib.mkOption { type = typeOf [ "value" ] type; }; }
          { config = { inherit value; }; }
        ];
      };
      forced = builtins.tryEval (builtins.deepSeq evaluation.config.value true);
    in
    forced.success && forced.value;

  verdicts =
    {
      type,
      accepted ? [ ],
      refused ? [ ],
      ...
    }:
    {
      inherit type;
      accepted = map (verdict type) accepted;
      refused = map (verdict type) refused;
    };
in
lib.optionals (builtins.pathExists file) (map verdicts (lib.importJSON file))
