import { parseCrioVersion } from '../../src/config/installed-crio/crio-version.js';
import type { Invocation } from '../../src/config/service/invocation.js';
import { diagnose } from '../../src/check/diagnose.js';
import { known, unknown } from '../../src/host/probe.js';
import type { Diagnosis, ExampleMachine } from '../../src/rules/rule.js';
import { MachineHost } from './machine-host.js';
import { mountTable } from './machine-mounts.js';
import { zfsAnswers } from './machine-zfs.js';

export const MACHINE_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

const KERNEL = '6.1.0-56-cloud-amd64';

/** The healthy node with what the example changes: a host that answers every question of the real road. */
export function machineHost(example: ExampleMachine): MachineHost {
  const mounts = mountTable(example);
  const zfs = zfsAnswers(example);
  const files: Record<string, string> = {
    '/etc/containers/storage.conf': storageConf(example),
    '/proc/sys/kernel/osrelease': `${KERNEL}\n`,
    ...(example.crio === false ? {} : { '/usr/bin/crio': '' }),
    '/usr/bin/systemctl': '',
    '/usr/bin/stat': '',
    ...zfs.files,
  };
  const directories = [
    '/run/containers/storage',
    ...mounts.map(({ mountpoint }) => mountpoint),
    ...zfs.directories,
  ];
  for (const [path, text] of Object.entries(example.files ?? {})) {
    if (path.endsWith('/')) directories.push(path);
    else files[path] = text;
  }
  return new MachineHost(
    {
      files,
      directories,
      symlinks: example.symlinks ?? {},
      environment: environmentOf(example),
      programs: { ...zfs.programs, ...systemctl(example), ...crio(example) },
    },
    mounts,
    example.pools,
  );
}

/** Follows the real road on an example, from its configuration files to the prediction. */
export async function diagnoseExample(example: ExampleMachine): Promise<Diagnosis> {
  const diagnosis = await followRoad(example);
  return example.guard === undefined ? diagnosis : { ...diagnosis, guard: example.guard };
}

function followRoad(example: ExampleMachine): Promise<Diagnosis> {
  const invocation: Invocation = {
    program: '/usr/bin/crio',
    flags: example.flags ?? [],
    environment: new Map(Object.entries(environmentOf(example))),
    workingDirectory: '/',
  };
  const version = parseCrioVersion(crioVersionText(example));
  return diagnose(machineHost(example), {
    invocation,
    deep: example.deep ?? false,
    looksForCrio: true,
    askVersion: () =>
      Promise.resolve(version === undefined ? unknown('unreadable', 'tell the version', '') : known(version)),
  });
}

const environmentOf = (example: ExampleMachine): Record<string, string> => ({
  PATH: MACHINE_PATH,
  HOME: '/root',
  ...example.environment,
});

function storageConf(example: ExampleMachine): string {
  const quote = (value: string): string => JSON.stringify(value);
  const driver = example.driver ?? 'zfs';
  return [
    '[storage]',
    ...(driver === '' ? [] : [`driver = ${quote(driver)}`]),
    `graphroot = ${quote(example.graphroot ?? '/var/lib/crio/containers')}`,
    `runroot = ${quote(example.runroot ?? '/run/containers/storage')}`,
    ...(example.fsname === undefined ? [] : ['[storage.options.zfs]', `fsname = ${quote(example.fsname)}`]),
    '',
  ].join('\n');
}

const crioVersionText = (example: ExampleMachine): string =>
  `crio version ${example.crioVersion ?? '1.36.3'}\n`;

const crio = (example: ExampleMachine) => ({
  '/usr/bin/crio --version': known({ exitCode: 0, stdout: crioVersionText(example), stderr: '' }),
  ...refusedFlags(example.flags),
  ...(example.crioRefusal === undefined
    ? {}
    : {
        '/usr/bin/crio config': known({
          exitCode: 1,
          stdout: '',
          stderr: `level=fatal msg=${JSON.stringify(example.crioRefusal)}\n`,
        }),
      }),
});

function systemctl({ unit }: ExampleMachine) {
  const after = unit?.after ?? ['zfs-mount.service', 'basic.target'];
  const paths = unit?.requiresMountsFor ?? [];
  const stdout = `After=${after.join(' ')}\nRequiresMountsFor=${paths.join(' ')}\n`;
  const line = '/usr/bin/systemctl show crio.service --property=After --property=RequiresMountsFor';
  return { [line]: known({ exitCode: 0, stdout, stderr: '' }) };
}

/** CRI-O is asked only about what crio-guard leaves open: whether a flag it does not know exists. */
function refusedFlags(flags: readonly string[] = []) {
  if (flags[0] === undefined) return {};
  const stderr = `level=fatal msg="flag provided but not defined: ${flags[0].replace('--', '-')}"\n`;
  return { [`/usr/bin/crio ${flags.join(' ')} config`]: known({ exitCode: 1, stdout: '', stderr }) };
}
