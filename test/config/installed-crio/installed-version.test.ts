import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkRequest } from '../../../src/cli/check.js';
import { parseCommand } from '../../../src/cli/argv.js';
import type { Session } from '../../../src/cli/session.js';
import {
  askInstalledVersion,
  HARMLESS_STORAGE_CONF,
  VERSION_CACHES,
  type RememberedVersion,
} from '../../../src/config/installed-crio/installed-version.js';
import { known, mapProbe } from '../../../src/host/probe.js';
import { MemoryHost } from '../../host/memory-host.js';

const CRIO = '/usr/bin/crio';

function hostWith(
  cache: unknown,
  output = 'crio version 1.36.3\n',
  exitCode = 0,
  path: string = VERSION_CACHES[0],
): MemoryHost {
  return new MemoryHost({
    files: { [CRIO]: 'ELF', ...(cache === undefined ? {} : { [path]: JSON.stringify(cache) }) },
    programs: { [`${CRIO} --version`]: known({ exitCode, stdout: output, stderr: '' }) },
  });
}

async function ask(host: MemoryHost): Promise<readonly [string, readonly RememberedVersion[]]> {
  const kept: RememberedVersion[] = [];
  const version = await askInstalledVersion(host, CRIO, (remembered) => kept.push(remembered));
  return [version.state === 'known' ? version.value.text : version.state, kept];
}

/** What the first start keeps. */
async function keptOf(host: MemoryHost): Promise<RememberedVersion> {
  const [, [first]] = await ask(host);
  assert.ok(first !== undefined);
  return first;
}

test('what was asked is kept, and the next time the program is not run', async () => {
  const first = await keptOf(hostWith(undefined));
  assert.equal(first.program, CRIO);
  assert.equal(first.size, 3);
  const later = hostWith(first);
  assert.deepEqual(await ask(later), ['1.36.3', []]);
  assert.deepEqual(later.ran, []);
});

test('a cache in either place is used, and a broken one does not hide the other', async () => {
  const first = await keptOf(hostWith(undefined));
  for (const path of VERSION_CACHES) {
    const later = hostWith(first, 'crio version 1.24.0\n', 0, path);
    assert.deepEqual(await ask(later), ['1.36.3', []]);
    assert.deepEqual(later.ran, []);
  }
});

test('a cache that another user can write is not believed, nor one in such a directory', async () => {
  const first = await keptOf(hostWith(undefined));
  const forged = { ...first, output: 'crio version 1.24.0\n' };
  for (const path of VERSION_CACHES) {
    for (const part of [path, path.slice(0, path.lastIndexOf('/'))]) {
      for (const change of [{ userId: 1000 }, { mode: 0o777 }, { kind: 'symlink' as const }]) {
        const host = hostWith(forged, undefined, undefined, path);
        const lstat = host.lstat.bind(host);
        host.lstat = async (asked) =>
          asked === part
            ? mapProbe(await lstat(asked), (status) => ({ ...status, ...change }))
            : lstat(asked);
        assert.equal((await ask(host))[0], '1.36.3', `${part} ${JSON.stringify(change)}`);
      }
    }
  }
});

test('another file is asked anew: its path, inode, size and time are its name', async () => {
  const first = await keptOf(hostWith(undefined));
  for (const change of [{ program: '/usr/local/bin/crio' }, { inode: 77 }, { size: 4 }, { modified: 1 }]) {
    const host = hostWith({ ...first, ...change, output: 'crio version 1.24.0\n' });
    const [version, kept] = await ask(host);
    assert.equal(version, '1.36.3');
    assert.deepEqual(kept, [first]);
  }
});

test('a file of another program is not believed', async () => {
  for (const cache of ['x', null, [], {}, { program: CRIO, size: 3, output: 'crio version 1.24.0' }]) {
    assert.equal((await ask(hostWith(cache)))[0], '1.36.3');
  }
});

test('only a version is kept', async () => {
  assert.deepEqual(await ask(hostWith(undefined, 'crio version unknown\n')), ['unknown', []]);
  const failing = hostWith(undefined, '', 1);
  assert.deepEqual(await ask(failing), ['unknown', []]);
  assert.equal(failing.ran.length, 2, HARMLESS_STORAGE_CONF);
});

test('by hand nothing is kept', () => {
  const command = parseCommand(['--check']);
  assert.ok(command.kind === 'check');
  // Only these two are looked at.
  const session = { configuration: { problems: [] } } as unknown as Session;
  const request = checkRequest(session, command.options);
  assert.ok(!('error' in request));
  assert.equal(request.remember, undefined);
});
