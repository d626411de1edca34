# What NixOS says to values of options: [ { set, path, value } ] → [ bool ], in the same order. `cargo xtask parity` asks.
# `path` is below `rampart.<set>`, and need not be an option.
{ lib, questions }:
let
  options = import ../../modules/lib/options.nix { inherit lib; };
  moduleOf = lib.genAttrs (lib.unique (map (question: question.set) asked)) (
    set: options.moduleOf (lib.importJSON (../../modules/generated + "/${set}.json"))
  );
  asked = lib.importJSON questions;

  # Through a whole evaluation: `check` of a list or a group looks at its outside only, and a name that is no option is
  # refused by the evaluation and by nothing else.
  verdict =
    {
      set,
      path,
      value,
    }:
    let
      full = [
        "rampart"
        set
      ]
      ++ path;
      evaluation = lib.evalModules {
        modules = [
          moduleOf.${set}
          { config = lib.setAttrByPath full value; }
        ];
      };
      got = lib.getAttrFromPath full evaluation.config;
    in
    (builtins.tryEval (builtins.deepSeq got true)).success;
in
map verdict asked
