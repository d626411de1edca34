{
  host = "core-fra";
  module = { pkgs, ... }: {
    rampart.tuwunel.package = pkgs.matrix-tuwunel.overrideAttrs (old: {
      version = "1.8.0";
      inherit (old) src;
    });
  };
  message = "tuwunel 1.8.0 is below 1.8.1";
}
