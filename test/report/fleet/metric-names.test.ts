import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderPrometheus } from '../../../src/report/fleet/prometheus.js';
import { HEALTHY, ISSUE_8771, reportOn } from '../example-report.js';

interface Family {
  readonly help: string;
  readonly type: string;
  readonly samples: readonly string[];
}

function familiesOf(text: string): ReadonlyMap<string, Family> {
  const blocks = text.split(/^(?=# HELP )/m);
  return new Map(
    blocks.map((block) => {
      const [, name = '', help = '', type = '', samples = ''] =
        /^# HELP (\S+) (.*)\n# TYPE \1 (\S+)\n([^#]*)$/.exec(block) ?? assert.fail(block);
      return [name, { help, type, samples: samples.split('\n').filter((line) => line !== '') }];
    }),
  );
}

/** What promtool check metrics complains of. */
const ABBREVIATED = /_(?:s|ms|us|ns|sec|min|hr|kb|mb|gb|milliseconds|minutes|hours|kilobytes)(?:_|$)/;

test('the families keep to the naming conventions of Prometheus', async () => {
  const seen = new Map<string, number>();
  for (const example of [HEALTHY, ISSUE_8771]) {
    for (const [name, { help, type, samples }] of familiesOf(renderPrometheus(await reportOn(example), 1))) {
      assert.match(name, /^crio_guard_[a-z]+(?:_[a-z]+)*$/);
      assert.match(help, /^[A-Z].*\.$/);
      assert.equal(type, 'gauge', name);
      // What only grows is a counter; the ends of histograms and summaries are taken.
      assert.doesNotMatch(name, /_(?:total|count|sum|bucket|gauge|counter)$/);
      assert.doesNotMatch(name, ABBREVIATED);
      // A time or a duration is in seconds.
      assert.ok(!/timestamp|duration/.test(name) || name.endsWith('_seconds'), name);
      for (const sample of samples) {
        const value = Number(sample.replace(/^.* /, ''));
        assert.ok(sample.startsWith(name) && Number.isFinite(value), sample);
        if (name.endsWith('_info')) assert.equal(value, 1, sample);
        for (const [, label = ''] of sample.matchAll(/[{,](\w+)="/g)) {
          assert.match(label, /^[a-z]+(?:_[a-z]+)*$/);
          assert.ok(!['le', 'quantile', 'job', 'instance'].includes(label), label);
        }
      }
      seen.set(name, (seen.get(name) ?? 0) + samples.length);
    }
  }
  assert.deepEqual([...seen].filter(([, samples]) => samples === 0), []); // prettier-ignore
});
