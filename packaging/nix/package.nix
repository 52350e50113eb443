# From the source archive of `make dist`, which holds the bundles: no npm, and no network.
#
#   pkgs.callPackage ./package.nix { src = ./crio-guard-0.1.0.tar.xz; }
{
  lib,
  stdenvNoCC,
  coreutils,
  nodejs,
  systemd,
  src,
}:

stdenvNoCC.mkDerivation {
  pname = "crio-guard";
  version = "0.1.0";

  inherit src;

  strictDeps = true;
  # `make install` runs it, for the code that V8 compiles beforehand.
  nativeBuildInputs = [ nodejs ];

  # The archive is built; its tests need the packages of npm.
  dontBuild = true;

  # Nothing is installed outside of the package, and every program is named by its path.
  installFlags = [
    "PREFIX=${placeholder "out"}"
    "SYSTEM_PREFIX=${placeholder "out"}"
    "DBUSPOLICYDIR=${placeholder "out"}/share/dbus-1/system.d"
    "FISHDIR=${placeholder "out"}/share/fish/vendor_completions.d"
    "POLKITDIR=${placeholder "out"}/share/polkit-1/actions"
    "ZSHDIR=${placeholder "out"}/share/zsh/site-functions"
    "NODE_PROGRAM=${nodejs}/bin/node"
    "TIMEOUT_PROGRAM=${coreutils}/bin/timeout"
  ];

  postInstall = ''
    substituteInPlace $out/lib/systemd/system/crio-guard-report.service \
      --replace-fail 'ExecStart=-busctl' 'ExecStart=-${systemd}/bin/busctl'
  '';

  doInstallCheck = true;
  installCheckPhase = ''
    runHook preInstallCheck
    $out/bin/crio-guard --version
    $out/bin/crio-guard --check --from test/corpus/hosts/healthy.json
    runHook postInstallCheck
  '';

  meta = {
    description = "Check of the storage of CRI-O on ZFS before CRI-O starts";
    homepage = "https://github.com/crioguard/crio-guard";
    # Of the program and of the packages in its bundles.
    license = with lib.licenses; [
      asl20
      mit
      isc
      blueOak100
    ];
    mainProgram = "crio-guard";
    platforms = lib.platforms.linux;
  };
}
