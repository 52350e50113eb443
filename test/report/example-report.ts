import { DEFAULT_GUARD_CONFIGURATION } from '../../src/config/guard-configuration.js';
import { checkHost, type CheckRequest } from '../../src/check/check-host.js';
import { reportOf } from '../../src/report/report-of.js';
import { correct } from '../../src/fix/correct.js';
import type { Report } from '../../src/report/report.js';
import type { ExampleMachine } from '../../src/rules/rule.js';
import { machineHost } from '../rules/machine.js';
import { ledgerIn } from '../fix/held-lock.js';

export const NOW = new Date('2026-01-02T03:04:05.000Z');

/** cri-o/cri-o#8771: graphroot is the mountpoint of a dataset. */
export const ISSUE_8771: ExampleMachine = { graphroot: '/var/lib/crio' };

export const HEALTHY: ExampleMachine = {};

export const OTHER_DRIVER: ExampleMachine = {
  driver: 'overlay',
  graphroot: '/srv/containers',
  datasets: [],
  pools: {},
  module: null,
  command: false,
};

/** The report of a small machine, by the whole road of `--check`. */
export async function reportOn(example: ExampleMachine, ignore: readonly string[] = []): Promise<Report> {
  const host = machineHost(example);
  const check: CheckRequest = {
    inherited: false,
    crioFlags: undefined,
    crioVersion: undefined,
    deep: false,
    configuration: { ...DEFAULT_GUARD_CONFIGURATION, ignore },
    guard: { problems: [] },
  };
  const checked = await checkHost(host, check);
  const ledger = ledgerIn('/nonexistent');
  const { correction } = await correct({
    host,
    check,
    checked,
    trigger: 'plan',
    ledger,
    id: 'x',
    time: NOW,
  });
  return reportOf(checked, { mode: 'fix', time: NOW, duration: 12, correction });
}
