# The Rust workspace as packages, and what a developer needs.
{ pkgs }:
let
  inherit (pkgs) lib;

  # Only what the compiler reads: editing a page, a module or a test rebuilds nothing, and every evaluation looks at fewer
  # files. Of tests that is the examples of complaints (`rampart explain`). What a folder is refused for, nobody asks for its
  # files; and one pattern costs less than several words.
  isRead =
    path: _type:
    let
      relative = lib.substring rootLength (-1) path;
      is = pattern: builtins.match pattern relative != null;
    in
    is "Cargo\\.(toml|lock)|crates(/.*)?"
    && (
      is ".*/tests/cases(/err)?" || !is ".*(/fuzz|/tests/(cases/)?[^/]+|expected\\.txt|\\.nix|\\.md)"
    );

  rootLength = lib.stringLength (toString ../.) + 1;

  # Programs that run on hosts, by package, with what they are.
  programs = {
    guard = "Guard of a Matrix homeserver";
    steer = "Steering of Matrix clients to the closest media server";
    bot = "Bot that takes orders about guests of a Matrix homeserver";
    broker = "Broker of a Matrix homeserver's admin API";
    enrol = "Enrolment page of a Matrix homeserver";
  };

  # One build of the workspace. Each program has an output of its own, so that hosts do not carry the operator's command.
  workspace = pkgs.rustPlatform.buildRustPackage {
    pname = "rampart";
    version = (lib.importTOML ../Cargo.toml).workspace.package.version;
    src = lib.cleanSourceWith {
      name = "rampart-source";
      src = ../.;
      filter = isRead;
    };
    # One fetch for all crates: with one for each (`cargoLock`), every host evaluates hundreds of derivations more.
    cargoHash = (lib.importJSON ./vendor.json).hash;
    cargoBuildFlags = [
      "--package=rampart"
    ]
    ++ map (name: "--package=${name}") (lib.attrNames programs);
    # Tests need the whole repository and run in `.ci/run`; a deployment should not wait for them.
    doCheck = false;
    outputs = [ "out" ] ++ lib.attrNames programs;
    postInstall =
      lib.concatMapStrings (name: ''
        moveToOutput bin/rampart-${name} "${"$"}${name}"
      '') (lib.attrNames programs)
      + ''
        moveToOutput bin/rampart-answer "$guard"
      '';
    meta = {
      description = "Sovereign Matrix fleet on NixOS from one manifest";
      license = [
        lib.licenses.asl20
        lib.licenses.mit
      ];
      mainProgram = "rampart";
      platforms = lib.platforms.linux;
    };
  };

  # The same format by a program that needs no Haskell, where nixpkgs has it; `cargo xtask` uses its library.
  nixfmt = pkgs.nixfmt-rs or pkgs.nixfmt;

  # `lib.getExe` on an output of its own finds the program of that output.
  program =
    name: description:
    lib.nameValuePair "rampart-${name}" (
      lib.getOutput name workspace
      // {
        meta = workspace.meta // {
          inherit description;
          mainProgram = "rampart-${name}";
          outputsToInstall = [ name ];
        };
      }
    );
in
{
  packages = {
    default = workspace;
    rampart = workspace;
  }
  // lib.mapAttrs' program programs;

  devShells.default = pkgs.mkShell {
    inputsFrom = [ workspace ];
    packages = [
      pkgs.cargo-deny
      pkgs.clippy
      pkgs.colmena
      pkgs.deploy-rs
      pkgs.nftables
      nixfmt
      pkgs.rust-analyzer
      pkgs.rustfmt
    ];
  };

  formatter = pkgs.treefmt.withConfig {
    name = "rampart-fmt";
    settings = {
      tree-root-file = "flake.nix";
      formatter = {
        nixfmt = {
          command = lib.getExe nixfmt;
          includes = [ "*.nix" ];
        };
        rustfmt = {
          command = lib.getExe' pkgs.rustfmt "rustfmt";
          options = [ "--edition=2024" ];
          includes = [ "*.rs" ];
        };
      };
    };
  };
}
