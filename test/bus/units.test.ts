import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';

const DIRECTORY = 'systemd/system';

/** The settings of a unit, by name. */
function settings(name: string): Map<string, string> {
  const lines = readFileSync(`${DIRECTORY}/${name}`, 'utf8').matchAll(/^([A-Z][A-Za-z]+)=(.*)$/gm);
  return new Map([...lines].map(([, key = '', value = '']) => [key, value]));
}

/** exec_needs_mount_namespace() of systemd 257, as far as a service of ours could set it. */
const NAMESPACE =
  /^(ProtectSystem|ProtectHome|ProtectKernelTunables|ProtectKernelModules|ProtectKernelLogs|ProtectControlGroups|ProtectProc|ProcSubset|PrivateTmp|PrivateDevices|PrivateIPC|PrivatePIDs|PrivateBPF|ReadOnlyPaths|ReadWritePaths|InaccessiblePaths|ExecPaths|NoExecPaths|BindPaths|BindReadOnlyPaths|TemporaryFileSystem|RootDirectory|RootImage|MountImages|ExtensionImages|MountFlags|DynamicUser|LogNamespace)$/;

test('no unit has mounts of its own, which would keep layers busy', () => {
  const units = readdirSync(DIRECTORY).filter((name) => /^crio-guard.*\.service$/.test(name));
  assert.ok(units.length >= 3);
  for (const name of units) {
    const unit = settings(name);
    assert.deepEqual(
      [...unit.keys()].filter((key) => NAMESPACE.test(key)),
      [],
      name,
    );
    // Since systemd 254 a private network implies private mounts unless they are refused.
    if (unit.get('PrivateNetwork') === 'yes') assert.equal(unit.get('PrivateMounts'), 'no', name);
    else assert.notEqual(unit.get('PrivateMounts'), 'yes', name);
  }
});

test('the bus service has no right of its own', () => {
  const unit = settings('crio-guard-dbus.service');
  const wanted = {
    User: 'crio-guard',
    CapabilityBoundingSet: '',
    AmbientCapabilities: '',
    NoNewPrivileges: 'yes',
    PrivateUsers: 'yes',
    MemoryDenyWriteExecute: 'yes',
    RestrictAddressFamilies: 'AF_UNIX',
    RestrictNamespaces: 'yes',
    Type: 'dbus',
    BusName: 'io.github.crioguard.Guard1',
  };
  for (const [key, value] of Object.entries(wanted)) assert.equal(unit.get(key), value, key);
});
