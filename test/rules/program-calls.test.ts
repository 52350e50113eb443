import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { diagnose } from '../../src/check/diagnose.js';
import { ZFS_LIST_ARGUMENTS } from '../../src/facts/zfs/datasets.js';
import { known, unknown } from '../../src/host/probe.js';
import { parseCrioVersion } from '../../src/config/installed-crio/crio-version.js';
import { documentedRules as rules } from '../../src/rules/index.js';
import type { ExampleMachine } from '../../src/rules/rule.js';
import { MACHINE_PATH, machineHost } from './machine.js';

const LIST = ['/usr/sbin/zfs', ...ZFS_LIST_ARGUMENTS].join(' ');

/** Programs that one check runs, in order, and the files it had read when it ran the first. */
async function calls(example: ExampleMachine): Promise<{ ran: string[]; readBefore: string[] }> {
  const host = machineHost(example);
  const read: string[] = [];
  let readBefore: string[] | undefined;
  const [readFile, run] = [host.readFile.bind(host), host.run.bind(host)];
  host.readFile = (path, limit) => {
    read.push(path);
    return readFile(path, limit);
  };
  host.run = (program, args) => {
    readBefore ??= [...read];
    return run(program, args);
  };
  const environment = new Map(Object.entries({ PATH: MACHINE_PATH, ...example.environment }));
  const version = parseCrioVersion(`crio version ${example.crioVersion ?? '1.36.3'}`);
  await diagnose(host, {
    invocation: {
      program: '/usr/bin/crio',
      flags: example.flags ?? [],
      environment,
      workingDirectory: '/',
    },
    deep: example.deep ?? false,
    askVersion: () =>
      Promise.resolve(version === undefined ? unknown('unreadable', 'tell the version', '') : known(version)),
  });
  return { ran: host.ran, readBefore: readBefore ?? read };
}

describe('no rule costs a program call of its own', () => {
  const CASES: readonly (readonly [string, ExampleMachine, readonly string[]])[] = [
    ['a healthy node', {}, [LIST]],
    ['a healthy node with zfs.fsname', { fsname: 'tank/crio' }, [LIST]],
    ['cri-o/cri-o#8771', { graphroot: '/var/lib/crio' }, [LIST]],
    ['overlay on ext4, with the module loaded', { driver: 'overlay', graphroot: '/srv/c' }, []],
    ['overlay on a host without ZFS', { driver: 'overlay', module: null, command: false, datasets: [] }, []],
    ['no module', { module: null }, []],
    ['no /dev/zfs, for which zfs would wait', { device: false }, []],
    ['a pool that hangs', { pools: { tank: 'SUSPENDED' } }, []],
    ['overlay on OpenZFS 2.2', { driver: 'overlay', module: '2.2.7-1' }, [LIST]],
    [
      'a pool that hangs beside one that works',
      { pools: { tank: 'ONLINE', backup: 'SUSPENDED' } },
      [`${LIST} -r -- tank`],
    ],
  ];
  for (const [name, machine, expected] of CASES) {
    it(`${name}: ${expected.length === 0 ? 'no program' : 'one list of datasets'}`, async () => {
      assert.deepEqual((await calls(machine)).ran, expected);
    });
  }

  it('none of the examples of all rules runs another, but for a wrong zfs.fsname or an unmounted dataset', async () => {
    const driverList = /^\/usr\/sbin\/zfs list -rHp -t filesystem -o /;
    // Only for a dataset that should be mounted and is not.
    const zoned = /^\/usr\/sbin\/zfs get -Hp -o value zoned /;
    for (const { code, examples } of rules) {
      for (const example of [...examples.fail, ...examples.pass]) {
        if (example.deep === true || (example.flags ?? []).length > 0) continue;
        const { ran } = await calls(example);
        const others = ran.filter(
          (line) => !line.startsWith(LIST) && !driverList.test(line) && !zoned.test(line),
        );
        // What the parser of TOML cannot decide is asked of CRI-O itself.
        assert.deepEqual(
          others.filter((line) => line !== '/usr/bin/crio config'),
          [],
          code,
        );
        assert.ok(ran.length <= 2, `${code}: ${ran.join('; ')}`);
      }
    }
  });

  it('the state of every pool is read before the first program of ZFS', async () => {
    const pools = { tank: 'ONLINE', backup: 'DEGRADED' };
    const { readBefore } = await calls({ pools });
    for (const pool of Object.keys(pools)) {
      assert.ok(readBefore.includes(`/proc/spl/kstat/zfs/${pool}/state`), pool);
    }
  });

  it('what costs more is asked with --deep alone', async () => {
    assert.deepEqual((await calls({ deep: true })).ran, [
      LIST,
      '/usr/sbin/zfs version',
      '/usr/sbin/zfs list -H -t snapshot -o name -r -- tank/crio',
      '/usr/bin/systemctl show crio.service --property=After --property=RequiresMountsFor',
    ]);
    assert.deepEqual((await calls({ deep: true, driver: 'overlay', graphroot: '/srv/c' })).ran, []);
  });
});
