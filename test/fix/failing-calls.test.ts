import assert from 'node:assert/strict';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import type { Action, ApprovedPlan, Plan } from '../../src/fix/actions.js';
import { apply } from '../../src/fix/apply.js';
import { revertApplied, undoInterrupted } from '../../src/fix/revert.js';
import { Deadline } from '../../src/host/deadline.js';
import { known } from '../../src/host/probe.js';
import { LinuxHost } from '../../src/host/linux/linux-host.js';
import { withChangingCalls } from './changing-calls.js';
import { heldLock, ledgerIn } from './held-lock.js';

const host = new LinuxHost({ deadline: Deadline.in(600_000), environment: {}, userId: 0, program: '/' });
// cp, which copies attributes, would be started a thousand times.
host.run = () => Promise.resolve(known({ exitCode: 0, stdout: '', stderr: '' }));
const lock = heldLock();

/** Has calls fail, numbered from 0. @returns how many calls there were */
async function withFailures(fails: (call: number) => boolean, errno: string, work: () => Promise<void>) {
  let count = 0;
  await withChangingCalls((call) => {
    if (fails(count++)) throw Object.assign(new Error(`${errno}: injected`), { code: errno });
    return call();
  }, work);
  return count;
}

class Scene {
  readonly root = fs.mkdtempSync(`${fs.realpathSync(tmpdir())}/crio-guard-failing-`);
  readonly ledger = ledgerIn(`${this.root}/state`);
  readonly before: readonly string[];

  constructor() {
    fs.mkdirSync(`${this.root}/machine/etc/crio.conf.d`, { recursive: true });
    fs.mkdirSync(`${this.root}/machine/crio`, { mode: 0o711 });
    fs.writeFileSync(`${this.root}/machine/crio/storage.lock`, '');
    fs.writeFileSync(`${this.root}/machine/etc/crio.conf.d/old.conf`, 'old\n');
    this.before = this.state();
  }

  readonly plan = (): ApprovedPlan => {
    const at = (path: string): string => `${this.root}/machine/${path}`;
    const write = (name: string, previous: string | null): Action => ({
      kind: 'write-file',
      path: at(`etc/crio.conf.d/${name}`),
      content: 'new\n',
      mode: 0o644,
      previous,
    });
    const actions: readonly Action[] = [
      { kind: 'make-directory', path: at('containers'), mode: 0o700 },
      { kind: 'rename-directory', from: at('crio'), to: at('crio.before-crio-guard') },
      write('zz.conf', null),
      write('old.conf', 'old\n'),
    ];
    const plan: Plan = { code: 'CG201', actions, expects: { kind: 'finding-gone' } };
    // Stands in for prove(), the only maker of approved plans.
    return plan as ApprovedPlan;
  };

  readonly apply = () =>
    apply({
      host,
      plan: this.plan(),
      ledger: this.ledger,
      lock,
      id: 'one',
      time: new Date(0),
      verify: () => Promise.resolve(undefined),
    });

  /** Every name with its mode and content. */
  state(): readonly string[] {
    const names = fs.readdirSync(`${this.root}/machine`, { recursive: true, encoding: 'utf8' }).sort();
    return names.map((name) => {
      const path = `${this.root}/machine/${name}`;
      const status = fs.statSync(path);
      return `${name} ${status.mode.toString(8)} ${status.isFile() ? fs.readFileSync(path, 'utf8') : ''}`;
    });
  }

  status(): string | undefined {
    const read = this.ledger.read();
    return 'error' in read ? read.error : read.entries[0]?.status;
  }

  close(): void {
    fs.rmSync(this.root, { recursive: true });
  }
}

const ERRNOS = ['EACCES', 'EIO', 'ENOSPC', 'EROFS'];

/**
 * Runs a trial with each call failing in turn, until a trial does not get as far as that call.
 *
 * @param trial answers with the number of calls there were
 * @returns how many calls failed
 */
async function forEachCall(trial: (at: number, errno: string) => Promise<number>): Promise<number> {
  for (let at = 0; ; at += 1) {
    for (const errno of ERRNOS) {
      if ((await trial(at, errno)) <= at) return at;
    }
  }
}

const settled = (scene: Scene, at: number, errno: string): void => {
  const status = scene.status();
  if (status === 'applied') return;
  assert.ok(status === 'undone' || status === undefined, `call ${at}, ${errno}: ${status}`);
  assert.deepEqual(scene.state(), scene.before, `call ${at}, ${errno}`);
};

test('one call of a correction fails: all is as before, or applied', async () => {
  const calls = await forEachCall(async (at, errno) => {
    const scene = new Scene();
    const count = await withFailures(
      (call) => call === at,
      errno,
      async () => {
        await scene.apply();
      },
    );
    // What this run could not finish, the next one does.
    await undoInterrupted({ host, ledger: scene.ledger, lock });
    settled(scene, at, errno);
    scene.close();
    return count;
  });
  assert.ok(calls > 20);
});

test('every call fails from some point on: the next run restores all', async () => {
  await forEachCall(async (at, errno) => {
    const scene = new Scene();
    const count = await withFailures(
      (call) => call >= at,
      errno,
      async () => {
        await scene.apply();
      },
    );
    await undoInterrupted({ host, ledger: scene.ledger, lock });
    settled(scene, at, errno);
    scene.close();
    return count;
  });
});

test('one call of a revert fails: the next revert restores all', async () => {
  await forEachCall(async (at, errno) => {
    const scene = new Scene();
    assert.equal((await scene.apply()).kind, 'applied');
    const request = { host, ledger: scene.ledger, lock };
    const count = await withFailures(
      (call) => call === at,
      errno,
      async () => {
        await revertApplied(request);
      },
    );
    await revertApplied(request);
    assert.equal(scene.status(), 'reverted', `call ${at}, ${errno}`);
    assert.deepEqual(scene.state(), scene.before, `call ${at}, ${errno}`);
    scene.close();
    return count;
  });
});
