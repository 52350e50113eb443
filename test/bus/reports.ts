import type { Report } from '../../src/report/report.js';

/** A report as small as one can be. */
export function report(change: Partial<Report> = {}): Report {
  return {
    schemaVersion: 1,
    version: '0.0.0',
    time: '2026-01-02T03:04:05.678Z',
    run: '0123456789abcdef0123456789abcdef',
    mode: 'fix',
    verdict: 'ok',
    prediction: { outcome: 'starts', driver: 'zfs', dataset: 'tank/crio' },
    exact: true,
    findings: [],
    unknown: [],
    correction: { state: 'none', actions: [] },
    duration: 12,
    ...change,
  };
}

export const failing = (): Report =>
  report({
    verdict: 'error',
    prediction: {
      outcome: 'fails',
      cause: { kind: 'parent-not-zfs' },
      words: 'no',
      error: 'no zfs dataset',
      exactWords: true,
    },
    findings: [
      {
        code: 'CG217',
        slug: 'some-slug',
        severity: 'error',
        certainty: 'exact',
        message: 'it \ud800 will\0 fail',
        remedy: [],
        data: { rootSetBy: 'a flag', runrootSetBy: 'a flag' },
        ignored: false,
      },
      {
        code: 'CG501',
        slug: 'other-slug',
        severity: 'warning',
        certainty: 'heuristic',
        message: 'ignored',
        remedy: [],
        data: { dataset: 'tank' },
        ignored: true,
      },
    ],
  });
