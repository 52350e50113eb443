# What package.nix and module.nix use of nixpkgs, as plain data: an option stays the set that declares it, a type is its
# name, and a path of the store is made of the package's name.
let
  lib = {
    mkOption = option: option;
    mkEnableOption = what: { type = "bool"; default = false; description = what; };
    literalExpression = text: text;
    mkIf = condition: content: if condition then content else { };
    types = {
      package = "package";
      bool = "bool";
      enum = values: { enum = values; };
      listOf = type: { listOf = type; };
      strMatching = pattern: { strMatching = pattern; };
      ints.between = least: most: { between = [ least most ]; };
      submodule = module: { submodule = module; };
    };
    licenses = { asl20 = "Apache-2.0"; mit = "MIT"; isc = "ISC"; blueOak100 = "BlueOak-1.0.0"; };
    platforms.linux = [ "x86_64-linux" "aarch64-linux" ];
  };
  store = name: "/nix/store/${name}";
  pkgs = {
    inherit lib;
    coreutils = store "coreutils";
    nodejs = store "nodejs";
    systemd = store "systemd";
    kmod = store "kmod";
    util-linux = store "util-linux";
    stdenvNoCC.mkDerivation = derivation: derivation;
    formats.toml = _: { type = "toml"; generate = name: settings: { inherit name settings; }; };
  };
  call = file: more: let f = import file; in f (builtins.intersectAttrs (builtins.functionArgs f) (pkgs // more));
  # The defaults of the options below `settings`, then what is set.
  evaluate = file: set:
    let
      module = import file { inherit lib pkgs config; };
      defaults = options: builtins.mapAttrs (_: option: option.default)
        (builtins.removeAttrs options (builtins.filter (n: !(options.${n} ? default)) (builtins.attrNames options)));
      options = module.options.services.crio-guard;
      cfg = defaults options // set // {
        settings = defaults options.settings.type.submodule.options // (set.settings or { });
      };
      config = {
        services.crio-guard = cfg;
        virtualisation.cri-o = { enable = set.cri-o or true; package = store "cri-o"; };
        boot.zfs.package = store "zfs";
        systemd.package = store "systemd";
      };
    in
    module.config;
in
{ inherit call evaluate; }
