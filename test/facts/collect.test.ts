import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { diagnose } from '../../src/check/diagnose.js';
import { known, unknown, type Probe } from '../../src/host/probe.js';
import type { ExampleMachine } from '../../src/rules/rule.js';
import { diagnoseExample, MACHINE_PATH, machineHost } from '../rules/machine.js';

/** The machine before somebody looks below an automount: until then the table has only its autofs. */
async function withAutomount(example: ExampleMachine, mountpoint: string) {
  const host = machineHost(example);
  const path = '/proc/self/mountinfo';
  const after = await host.readFile(path);
  assert.ok(after.state === 'known');
  const lines = new TextDecoder().decode(after.value).split('\n');
  const line = lines.find((text) => text.includes(` ${mountpoint} `)) ?? '';
  const autofs = `${line.split(' - ')[0]?.replace(/\d+:\d+/, '0:77') ?? ''} - autofs systemd-1 rw`;
  const before = Buffer.from(lines.map((text) => (text === line ? autofs : text)).join('\n'));
  const readFile = host.readFile.bind(host);
  const statFileSystem = host.statFileSystem.bind(host);
  let isMounted = false;
  host.statFileSystem = (asked) => {
    isMounted ||= asked === mountpoint || asked.startsWith(`${mountpoint}/`);
    return statFileSystem(asked);
  };
  host.readFile = (asked, limit): Promise<Probe<Uint8Array>> =>
    asked === path && !isMounted ? Promise.resolve(known(before)) : readFile(asked, limit);
  return diagnose(host, {
    invocation: {
      program: '/usr/bin/crio',
      flags: [],
      environment: new Map([['PATH', MACHINE_PATH]]),
      workingDirectory: '/',
    },
    deep: false,
    askVersion: () => Promise.resolve(unknown('unreadable', 'tell the version', '')),
  });
}

describe('the mount that carries graphroot', () => {
  it('is found when the look itself has mounted it', async () => {
    const { input, prediction } = await withAutomount({}, '/var/lib/crio');
    assert.deepEqual(prediction, { outcome: 'starts', driver: 'zfs', dataset: 'tank/crio' });
    const { mount } = input?.facts.graphroot ?? {};
    assert.equal(mount?.state === 'known' ? mount.value.source : mount?.state, 'tank/crio');
  });

  it('is found on btrfs, whose device number no line of the table shows', async () => {
    const { input } = await diagnoseExample({
      graphroot: '/var/lib/containers/storage',
      fsname: 'tank/crio',
      mounts: [
        { mountpoint: '/', fileSystem: 'btrfs', source: '/dev/sda2' },
        { mountpoint: '/var', fileSystem: 'btrfs', source: '/dev/sda2', root: '/var' },
      ],
    });
    const { mount } = input?.facts.graphroot ?? {};
    assert.equal(mount?.state === 'known' ? mount.value.mountpoint : mount?.state, '/var');
  });
});
