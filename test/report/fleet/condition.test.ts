import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { isoTime } from '../../../src/text/iso-time.js';
import fc from '../../property.js';
import { conditionOf, conditionText, conditionUnknown } from '../../../src/report/fleet/condition.js';
import { keepReport } from '../../../src/report/keep-report.js';
import { ReportFiles } from '../../../src/report/report-file.js';
import type { ExampleMachine } from '../../../src/rules/rule.js';
import { MemoryHost } from '../../host/memory-host.js';
import { HEALTHY, ISSUE_8771, NOW, reportOn } from '../example-report.js';
import { runPlugin, SHELLS, type PluginResult } from './detector.js';
import { withoutProgram } from '../../without-program.js';

const work = mkdtempSync(join(tmpdir(), 'crio-guard-condition-'));
after(() => rmSync(work, { recursive: true }));

const BOOT_ID = '/proc/sys/kernel/random/boot_id';
const thisBoot = readFileSync(BOOT_ID, 'utf8').trim();
const file = join(work, 'condition');
const SCRIPT = 'packaging/node-problem-detector/crio-guard-condition';

function read(shell: readonly string[], ...args: readonly string[]): PluginResult {
  return runPlugin(
    [...shell, SCRIPT, ...(args.length === 0 ? [file] : args)],
    { PATH: '/usr/bin:/bin' },
    256,
  );
}

/** Lines as `conditionText` makes them, of now and of this boot, with what a test changes. */
function write(change: Readonly<Record<string, string>> = {}): void {
  const lines = { format: '1', verdict: 'ok', message: 'ok: x', time: now(), boot: thisBoot, ...change };
  writeFileSync(
    file,
    Object.entries(lines)
      .map(([name, value]) => `${name}=${value}\n`)
      .join(''),
  );
}

const now = (before = 0): string => String(Math.floor(Date.now() / 1000) - before);

for (const shell of SHELLS) {
  const name = shell.join(' ');
  const skip = withoutProgram(shell[0]);

  test(
    `${name}: the report of a start comes out of the plugin as of crio-guard itself`,
    { skip },
    async () => {
      const expected: readonly [ExampleMachine, PluginResult['status'], RegExp][] = [
        [HEALTHY, 'OK', /^ok: CRI-O will start with driver zfs, new layers land in tank\/crio$/],
        [ISSUE_8771, 'NonOK', /^CG201: CRI-O will not start: /],
        [{ runroot: '/var/lib/run' }, 'OK', /^warning: CRI-O will start/],
      ];
      for (const [machine, status, message] of expected) {
        const host = new MemoryHost({ files: { [BOOT_ID]: `${thisBoot}\n` } });
        const report = { ...(await reportOn(machine)), time: isoTime(new Date()) };
        const directory = join(work, `run-${name}`);
        assert.equal(
          await keepReport(host, new ReportFiles(directory, process.getuid?.()), report, 1),
          undefined,
        );
        const answer = read(shell, join(directory, 'condition'));
        assert.equal(answer.status, status);
        assert.match(answer.message, message);
        assert.equal(statSync(join(directory, 'condition')).mode & 0o777, 0o644);
        assert.match(
          readFileSync(join(directory, 'metrics.prom'), 'utf8'),
          /^crio_guard_corrections_standing 1$/m,
        );
      }
    },
  );

  test(
    `${name}: missing, of another boot, stale, of the future or not understood is unknown`,
    { skip },
    () => {
      write();
      assert.deepEqual(read(shell), { status: 'OK', message: 'ok: x' });
      const wrong: readonly [Readonly<Record<string, string>>, RegExp][] = [
        [{ boot: '5c8e0a5e-0000-0000-0000-000000000000' }, /another boot/],
        [{ boot: '' }, /another boot/],
        [{ time: now(7300) }, /seconds old/],
        [{ time: now(-600) }, /seconds old/],
        [{ time: '' }, /no time/],
        [{ time: '1+1' }, /no time/],
        [{ time: '99999999999999999999' }, /no time/],
        [{ format: '2' }, /does not know/],
        [{ message: '' }, /no message/],
      ];
      for (const [change, why] of wrong) {
        write(change);
        const answer = read(shell);
        assert.equal(answer.status, 'Unknown', JSON.stringify(change));
        assert.match(answer.message, why);
      }
      write({ time: now(7300) });
      assert.equal(read(shell, file, '10000').status, 'OK');
      write({ verdict: 'other' });
      assert.equal(read(shell).status, 'Unknown');
      assert.match(read(shell, join(work, 'none')).message, /has not run since the boot$/);
      assert.match(read(shell, join(work, 'nowhere/condition')).message, /is it mounted/);
      mkdirSync(join(work, 'directory'), { recursive: true });
      assert.equal(read(shell, join(work, 'directory')).status, 'Unknown');
    },
  );

  test(`${name}: no message is run, split or taken for another line`, { skip }, () => {
    const messages = [
      '$(touch x) `id` \\n %s * "',
      "a='b'; verdict=ok",
      'x\nverdict=error\nboot=y',
      '-n',
      '-e a\\tb',
    ];
    for (const message of messages) {
      writeFileSync(
        file,
        conditionText({ ...conditionUnknown(message, new Date()), verdict: 'ok' }, thisBoot),
      );
      const answer = read(shell);
      assert.equal(answer.status, 'OK', message);
      assert.equal(answer.message, `unknown: ${message.replaceAll('\n', '\\n')}`);
    }
  });
}

test('seven lines, whatever a report holds', async () => {
  const report = await reportOn(ISSUE_8771);
  const [first] = report.findings;
  assert.ok(first !== undefined);
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (message) => {
      const text = conditionText(conditionOf({ ...report, findings: [{ ...first, message }] }), thisBoot);
      const names = text
        .trimEnd()
        .split('\n')
        .map((line) => line.replace(/=.*/s, ''));
      assert.deepEqual(names, ['format', 'verdict', 'code', 'reason', 'message', 'time', 'boot']);
    }),
  );
});

test('the reason is the one of the journal rules, by the family of the code', async () => {
  const { code, reason, time } = conditionOf(await reportOn(ISSUE_8771));
  assert.deepEqual([code, reason, time], ['CG201', 'CrioStorageRefused', NOW]);
  const ok = conditionOf(await reportOn(HEALTHY));
  assert.deepEqual([ok.code, ok.reason], ['', 'CrioStorageChecked']);
  const rules: unknown = JSON.parse(
    readFileSync('packaging/node-problem-detector/crio-guard-journal.json', 'utf8'),
  );
  assert.ok(JSON.stringify(rules).includes(`"${reason}"`));
});
