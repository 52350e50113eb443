# services.crio-guard: the check before each start of virtualisation.cri-o.
#
#   imports = [ ./module.nix ];
#   services.crio-guard.enable = true;
#   services.crio-guard.package = pkgs.callPackage ./package.nix { src = ./crio-guard-0.1.0.tar.xz; };
{
  config,
  lib,
  pkgs,
  ...
}:

let
  cfg = config.services.crio-guard;
  format = pkgs.formats.toml { };
in
{
  options.services.crio-guard = {
    enable = lib.mkEnableOption "the check of CRI-O's storage on ZFS before CRI-O starts";

    package = lib.mkOption {
      type = lib.types.package;
      description = "The crio-guard package to use.";
      example = lib.literalExpression "pkgs.callPackage ./package.nix { src = ./crio-guard-0.1.0.tar.xz; }";
    };

    settings = lib.mkOption {
      default = { };
      description = "Content of {file}`/etc/crio-guard/crio-guard.conf`. See {manpage}`crio-guard.conf(5)`.";
      example = {
        mode = "check";
        ignore = [ "CG504" ];
      };
      type = lib.types.submodule {
        freeformType = format.type;
        options = {
          mode = lib.mkOption {
            type = lib.types.enum [
              "fix"
              "check"
              "off"
            ];
            default = "fix";
            description = ''
              Whether to correct what is safe to correct, only to report, or to do nothing. A correction of the
              configuration goes to the run-time environment of crio.service, since {file}`/etc` cannot be written.
            '';
          };
          ignore = lib.mkOption {
            type = lib.types.listOf (lib.types.strMatching "CG[0-9]{3}");
            default = [ ];
            description = "Codes of findings that are shown, and change neither the verdict nor the start.";
          };
          deadline = lib.mkOption {
            type = lib.types.ints.between 1 60;
            default = 10;
            description = "Seconds that a run may take.";
          };
        };
      };
    };

    reportOnBus = lib.mkOption {
      type = lib.types.bool;
      default = true;
      description = "Whether each new report is announced on D-Bus.";
    };
  };

  config = lib.mkIf cfg.enable {
    assertions = [
      {
        assertion = config.virtualisation.cri-o.enable;
        message = "services.crio-guard needs virtualisation.cri-o.enable: it runs before crio.service starts.";
      }
    ];

    environment.systemPackages = [ cfg.package ];
    environment.etc."crio-guard/crio-guard.conf".source = format.generate "crio-guard.conf" cfg.settings;

    # The drop-in of crio.service and the units of the bus.
    systemd.packages = [ cfg.package ];
    # There is no /usr/bin: what the guard runs before a start is in the PATH of the unit.
    systemd.services.crio.path = [
      config.boot.zfs.package
      config.systemd.package
      pkgs.kmod
      pkgs.util-linux
    ];
    systemd.services."crio-guard-worker@".path = [
      config.virtualisation.cri-o.package
      config.boot.zfs.package
      config.systemd.package
      pkgs.kmod
      pkgs.util-linux
    ];
    systemd.paths.crio-guard-report.wantedBy = lib.mkIf cfg.reportOnBus [ "multi-user.target" ];

    services.dbus.packages = [ cfg.package ];
    users.users.crio-guard = {
      isSystemUser = true;
      group = "crio-guard";
      description = "crio-guard D-Bus service";
    };
    users.groups.crio-guard = { };
  };
}
