import assert from 'node:assert/strict';
import fs from 'node:fs';
import { tmpdir } from 'node:os';
import { test } from 'node:test';
import { runFix } from '../../src/cli/check.js';
import { runPrestart } from '../cli/run-prestart.js';
import { runRevert } from '../../src/cli/revert.js';
import type { Action, ApprovedPlan, Plan } from '../../src/fix/actions.js';
import { apply } from '../../src/fix/apply.js';
import type { OwnState } from '../../src/fix/begin-change.js';
import { LockFile } from '../../src/fix/lock.js';
import { revertApplied } from '../../src/fix/revert.js';
import type { Execution, Host, RunSettings } from '../../src/host/host.js';
import { absent, known, type Probe } from '../../src/host/probe.js';
import { sessionOn } from '../cli/session.js';
import { machineHost } from '../rules/machine.js';
import { withChangingCalls } from './changing-calls.js';
import { CHECK } from './correct.js';
import { heldLock, ledgerIn } from './held-lock.js';

/** One of so many combinations is tried; CRASH_POINTS=all tries every one. */
const SHARE = process.env['CRASH_POINTS'] === 'all' ? 1 : 13;

const owner = process.getuid?.() ?? 0;

/** Ends the program at one of its changing calls, before it or after it; nothing is changed from then on. */
class Life {
  calls = 0;
  private isOver = false;

  constructor(
    private readonly last: number,
    private readonly isDone: boolean,
  ) {}

  call<T>(work: () => T): T {
    if (this.isOver) throw new Error('killed');
    const isLast = this.calls++ === this.last;
    if (!isLast) return work();
    this.isOver = true;
    if (this.isDone) work();
    throw new Error('killed');
  }
}

/** A killed program reports nothing: only what it left counts. */
const during = (life: Life, work: () => Promise<unknown>): Promise<void> =>
  withChangingCalls(
    (call) => life.call(call),
    () => work().catch(() => undefined),
  );

/** What programs change: mounts, keys, the module. */
class Machine {
  readonly state = new Set<string>();

  host(life?: Life): Host {
    const tools = ['zfs', 'modprobe', 'systemctl', 'cp', 'flock'].map((name) => [`/usr/bin/${name}`, '']);
    const host: Host = machineHost({
      driver: 'overlay',
      module: null,
      command: false,
      datasets: [],
      pools: {},
      files: Object.fromEntries(tools) as Record<string, string>,
    });
    const { state } = this;
    const run = (
      program: string,
      args: readonly string[],
      settings?: RunSettings,
    ): Promise<Probe<Execution>> => {
      if (settings?.changes !== true) return host.run(program, args, settings);
      const change = (): Promise<Probe<Execution>> =>
        answer(this.change([program.replace(/.*\//, ''), ...args]));
      return life === undefined ? change() : life.call(change);
    };
    const readFile: Host['readFile'] = (path, limit) => {
      if (path !== '/sys/module/zfs/refcnt') return host.readFile(path, limit);
      return Promise.resolve(state.has('module') ? known(Buffer.from('0\n')) : absent());
    };
    return Object.assign(Object.create(host) as Host, { run, readFile, userId: () => owner });
  }

  /** @returns what it says on standard error; empty when it succeeds */
  private change([name, ...args]: readonly string[]): string {
    const word = args[0] ?? '';
    if (name === 'zfs' && word === 'unmount') {
      return this.state.delete('mounted') ? '' : 'cannot unmount: not currently mounted';
    }
    if (name === 'zfs') this.state.add(word === 'mount' ? 'mounted' : 'key');
    if (name === 'modprobe' && word === '-r') this.state.delete('module');
    if (name === 'modprobe' && word === '-b') this.state.add('module');
    return '';
  }
}

const answer = (stderr: string): Promise<Probe<Execution>> =>
  Promise.resolve(known({ exitCode: stderr === '' ? 0 : 1, stdout: '', stderr }));

/** The actions of every correction, below a directory. */
const CORRECTIONS: Readonly<Record<string, (root: string) => readonly Action[]>> = {
  'CG201, new drop-in': (root) => [
    { kind: 'make-directory', path: `${root}/crio/containers`, mode: 0o700 },
    { kind: 'make-directory', path: `${root}/etc/new`, mode: 0o755 },
    { kind: 'make-directory', path: `${root}/etc/new/crio.conf.d`, mode: 0o755 },
    { ...file(`${root}/etc/new/crio.conf.d/zz.conf`), previous: null },
  ],
  'CG201, drop-in replaced': (root) => [{ ...file(`${root}/etc/crio.conf.d/old.conf`), previous: 'old\n' }],
  'CG111, variables': (root) => [{ ...file(`${root}/run/crio.env`), previous: null }],
  'CG205, module': () => [{ kind: 'load-module', module: 'zfs' }],
  'CG301, mount': (root) => [{ kind: 'mount-dataset', dataset: 'tank/crio', mountpoint: `${root}/empty` }],
  'CG303, key, skeleton aside, mount': (root) => [
    { kind: 'load-key', dataset: 'tank', keyFile: '/key' },
    { kind: 'rename-directory', from: `${root}/crio`, to: `${root}/crio.before-crio-guard` },
    { kind: 'mount-dataset', dataset: 'tank/crio', mountpoint: `${root}/crio` },
  ],
  'CG310, unit': (root) => [
    { ...file(`${root}/etc/crio.conf.d/20.conf`), previous: null, reloadsSystemd: true },
  ],
};

const file = (path: string) => ({ kind: 'write-file', path, content: 'new\n', mode: 0o644 }) as const;

class Scene {
  readonly root = fs.mkdtempSync(`${fs.realpathSync(tmpdir())}/crio-guard-crash-`);
  readonly machine = new Machine();
  readonly own: OwnState = {
    ledger: ledgerIn(`${this.root}/state`),
    lock: new LockFile(`${this.root}/lock`, owner),
  };

  constructor(private readonly actions: (root: string) => readonly Action[]) {
    for (const name of ['crio', 'empty', 'etc/crio.conf.d', 'run']) {
      fs.mkdirSync(`${this.root}/machine/${name}`, { recursive: true, mode: 0o711 });
    }
    fs.writeFileSync(`${this.root}/machine/crio/storage.lock`, '');
    fs.writeFileSync(`${this.root}/machine/etc/crio.conf.d/old.conf`, 'old\n', { mode: 0o640 });
  }

  apply(life?: Life) {
    const plan: Plan = {
      code: 'CG201',
      actions: this.actions(`${this.root}/machine`),
      expects: { kind: 'finding-gone' },
    };
    const { ledger } = this.own;
    const verify = () => Promise.resolve(undefined);
    const [host, time] = [this.machine.host(life), new Date(0)];
    // Stands in for prove(), the only maker of approved plans.
    return apply({ host, plan: plan as ApprovedPlan, ledger, lock: heldLock(), id: 'one', time, verify });
  }

  revert = (life?: Life) =>
    revertApplied({ host: this.machine.host(life), ledger: this.own.ledger, lock: heldLock() });

  /** Every name with its mode and content, and what programs have changed. A loaded key does no harm. */
  state(): string {
    const root = `${this.root}/machine`;
    const names = fs.readdirSync(root, { recursive: true, encoding: 'utf8' }).sort();
    const files = names.map((name) => {
      const status = fs.statSync(`${root}/${name}`);
      const text = status.isFile() ? fs.readFileSync(`${root}/${name}`, 'utf8') : '';
      return `${name} ${status.mode.toString(8)} ${text}`;
    });
    return [...files, ...[...this.machine.state].filter((name) => name !== 'key').sort()].join('\n');
  }

  status(): string | undefined {
    const read = this.own.ledger.read();
    return 'error' in read ? read.error : read.entries[0]?.status;
  }

  close(): void {
    fs.rmSync(this.root, { recursive: true });
  }
}

const REVERT = { kind: 'revert', id: undefined, dryRun: false, force: true } as const;

/** How the next run begins: each undoes or finishes first what was cut off. */
const RECOVERIES: Readonly<Record<string, (scene: Scene) => Promise<unknown>>> = {
  'pre-start': async ({ machine, own }) =>
    (await runPrestart(sessionOn(machine.host()).session, own)).lock?.release(),
  '--fix': ({ machine, own }) =>
    runFix(sessionOn(machine.host()).session, own, CHECK, {
      dryRun: false,
      json: true,
      keep: () => Promise.resolve(),
    }),
  '--revert': ({ machine, own }) =>
    runRevert(sessionOn(machine.host()).session, own, { json: true, how: REVERT, check: CHECK }),
};

/** What is killed: a correction, or its revert. */
const KILLED: Readonly<Record<string, (scene: Scene, life: Life) => Promise<void>>> = {
  correction: (scene, life) => during(life, () => scene.apply(life)),
  revert: async (scene, life) => {
    assert.equal((await scene.apply()).kind, 'applied');
    await during(life, () => scene.revert(life));
  },
};

let number = 0;

for (const [name, actions] of Object.entries(CORRECTIONS)) {
  for (const [what, kill] of Object.entries(KILLED)) {
    test(`killed at each changing call, the next run ends before or after: ${name}, ${what}`, async (t) => {
      const whole = new Scene(actions);
      const before = whole.state();
      assert.equal((await whole.apply()).kind, 'applied');
      const after = whole.state();
      assert.notEqual(before, after);
      whole.close();
      const ends = { before: 0, after: 0 };
      let points = 0;
      for (let at = 0, isMore = true; isMore; at += 1) {
        for (const isDone of [false, true]) {
          for (const [route, recover] of Object.entries(RECOVERIES)) {
            if (at > 0 && number++ % SHARE !== 0) continue;
            const scene = new Scene(actions);
            const life = new Life(at, isDone);
            await kill(scene, life);
            isMore = life.calls > at;
            await recover(scene);
            const where = `${isDone ? 'after' : 'before'} call ${at}, ${route}`;
            const state = scene.state();
            assert.ok(state === before || state === after, `${where}:\n${state}`);
            assert.ok(scene.status() !== 'begun' && scene.status() !== 'reverting', where);
            if (route === '--revert') assert.equal(state, before, where);
            ends[state === before ? 'before' : 'after'] += 1;
            points += 1;
            scene.close();
          }
        }
      }
      t.diagnostic(`${points} crash points and recoveries: ${ends.before} ended before, ${ends.after} after`);
      assert.ok(points > 0);
    });
  }
}
