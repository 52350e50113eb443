import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { describe, it } from 'node:test';
import type { FailureCause } from '../../src/driver/cause.js';
import { applyRules } from '../../src/rules/finding.js';
import { documentedRules as rules, ruleByCode } from '../../src/rules/index.js';
import type { Diagnosis, ExampleMachine, Rule } from '../../src/rules/rule.js';
import type { ExampleDataset } from '../../src/rules/example-parts.js';
import { diagnoseExample } from './machine.js';

/** The rules that explain each cause; the rules of the configuration explain the others. */
const EXPLAINED_BY: Readonly<Partial<Record<FailureCause['kind'], readonly string[]>>> = {
  'roots-empty': ['CG217'],
  'directory-not-made': ['CG209'],
  'driver-directory-not-made': ['CG209'],
  'lock-not-opened': ['CG210'],
  'driver-unknown': ['CG211'],
  'driver-not-in-kernel': ['CG211'],
  'graphroot-not-on-btrfs': ['CG211'],
  'no-driver-works': ['CG211'],
  'several-prior-drivers': ['CG212'],
  'prior-driver': ['CG213'],
  'store-file-unreadable': ['CG214'],
  'store-file-broken': ['CG214'],
  'invalid-option-value': ['CG216'],
  'mount-options-not-supported': ['CG216'],
  'mount-program-missing': ['CG216'],
  'limits-need-xfs': ['CG216'],
  'unknown-option': ['CG206', 'CG216'],
  'option-of-unknown-driver': ['CG206', 'CG216'],
  'overlay-not-supported': ['CG211', 'CG215'],
  'zfs-command-missing': ['CG204'],
  'zfs-device-missing': ['CG205'],
  'option-without-value': ['CG208'],
  'parent-not-zfs': ['CG201', 'CG202', 'CG203'],
  'graphroot-not-in-mounts': ['CG203'],
  'dataset-refused': ['CG207'],
  'dataset-not-listed': ['CG207'],
  'zfs-list-not-understood': ['CG218'],
};

/** The pool's state proves it; what else CRI-O would do cannot be worked out without asking the pool. */
const WITHOUT_PREDICTION: ReadonlySet<string> = new Set(['CG307']);

describe('the table of rules', () => {
  it('has unique codes in order, unique slugs and unique message ids', () => {
    const codes = rules.map(({ code }) => code);
    assert.deepEqual(codes, [...new Set(codes)].sort());
    assert.equal(new Set(rules.map(({ slug }) => slug)).size, rules.length);
    assert.equal(new Set(rules.map(({ messageId }) => messageId)).size, rules.length);
    for (const { code, messageId, slug } of rules) {
      assert.match(code, /^CG[0-6]\d\d$/);
      assert.match(messageId, /^[0-9a-f]{32}$/, code);
      assert.match(slug, /^[a-z0-9]+(?:-[a-z0-9]+)*$/, code);
    }
  });

  it('names each rule by its own code', () => {
    assert.deepEqual(
      Object.entries(ruleByCode).map(([code, rule]) => [code, rule.code]),
      rules.map(({ code }) => [code, code]),
    );
  });

  it('has texts, not the ones that "make rule" begins with', () => {
    for (const { code, title, explanation, remedy } of rules) {
      for (const text of [title, ...explanation, ...remedy]) assert.doesNotMatch(text, /^TODO/, code);
    }
  });

  it('has no heuristic rule that is an error', () => {
    const wrong = rules.filter(({ severity, certainty }) => severity === 'error' && certainty !== 'exact');
    assert.deepEqual(
      wrong.map(({ code }) => code),
      [],
    );
  });

  it('names only existing causes, and no circle of them', () => {
    const causes = new Map(rules.map(({ code, follows = [] }) => [code, follows] as const));
    for (const [code, follows] of causes) {
      for (const cause of follows)
        assert.ok(causes.has(cause), `${code} follows ${cause}, which is not there`);
      const reached = new Set<string>();
      const open = [...follows];
      for (let next = open.pop(); next !== undefined; next = open.pop()) {
        if (reached.has(next)) continue;
        reached.add(next);
        for (const cause of causes.get(next) ?? []) open.push(cause);
      }
      assert.ok(!reached.has(code), `${code} is an echo of itself`);
    }
  });

  it('never shows an error as the echo of something less', () => {
    const severity = new Map(rules.map((rule) => [rule.code, rule.severity]));
    for (const rule of rules.filter((candidate) => candidate.severity === 'error')) {
      for (const cause of rule.follows ?? [])
        assert.equal(severity.get(cause), 'error', `${rule.code}, ${cause}`);
    }
  });
});

for (const rule of rules) {
  describe(`${rule.code} ${rule.slug}`, () => {
    rule.examples.fail.forEach((example, index) => {
      it(`fires on ${describeExample(example, index)}`, async () => {
        const diagnosis = await diagnoseExample(example);
        const answer = rule.check(diagnosis);
        assert.equal(answer.kind, 'finding', JSON.stringify({ answer, prediction: diagnosis.prediction }));
        assert.doesNotMatch(rule.message(answer.data), /undefined|TODO|\n/);
        for (const { line } of rule.advice(answer.data)) assert.doesNotMatch(line, /undefined|\n/);
        agrees(rule, diagnosis);
        explained(diagnosis);
      });
    });
    rule.examples.pass.forEach((example, index) => {
      it(`is silent on ${describeExample(example, index)}`, async () => {
        const diagnosis = await diagnoseExample(example);
        const { kind } = rule.check(diagnosis);
        assert.ok(
          kind === 'pass' || kind === 'not-applicable',
          `${kind} ${JSON.stringify(diagnosis.prediction)}`,
        );
        explained(diagnosis);
      });
    });
  });
}

describe('advice that is a command', () => {
  it('is one that a shell understands, whatever the names', async () => {
    const name = `tank/it's "mine" $(now)`;
    const nasty: ExampleMachine[] = [
      { graphroot: `/srv/it's "mine" $(now)`, datasets: [datasetAt(name, `/srv/it's "mine" $(now)`)] },
      {
        graphroot: `/srv/it's "mine" $(now)/containers`,
        datasets: [{ ...datasetAt(name, `/srv/it's "mine" $(now)`), mounted: 'no' }],
      },
      { fsname: name, datasets: [datasetAt('tank', 'none')] },
      {
        fsname: name,
        datasets: [{ ...datasetAt(name, 'none'), properties: { readonly: 'on', xattr: 'off' } }],
      },
    ];
    const commands = await commandsOf([...rules.flatMap(({ examples }) => examples.fail), ...nasty]);
    assert.ok(commands.length > 300);
    const { status, stderr } = spawnSync('sh', ['-n'], { input: commands.join('\n'), encoding: 'utf8' });
    assert.equal(status, 0, stderr);
    assert.ok(commands.some((line) => line.includes(`'tank/it'\\''s "mine" $(now)'`)));
  });

  it('makes the directory of a file that it writes', async () => {
    const commands = await commandsOf(rules.flatMap(({ examples }) => examples.fail));
    const writing = commands.filter((line) => / > \/(?!dev\/)/.test(line));
    assert.ok(writing.length > 20);
    for (const line of writing) {
      const directory = / > (\S+)\/[^/]+?(?: && |$)/.exec(line)?.[1] ?? '';
      assert.ok(line.includes(`mkdir -p ${directory} && `), line);
    }
  });
});

async function commandsOf(examples: readonly ExampleMachine[]): Promise<readonly string[]> {
  const commands: string[] = [];
  for (const example of examples) {
    const { findings } = applyRules(rules, await diagnoseExample(example), []);
    for (const { remedy } of findings)
      for (const { kind, line } of remedy) if (kind === 'command') commands.push(line);
  }
  return commands;
}

describe('a healthy node', () => {
  it('has no finding and nothing unknown, also when looked at deeply', async () => {
    for (const example of [{}, { deep: true }, { graphroot: '/srv/c', driver: 'overlay' }]) {
      const { findings, unknown } = applyRules(rules, await diagnoseExample(example), []);
      assert.deepEqual(
        findings.map(({ code }) => code),
        [],
        JSON.stringify(example),
      );
      assert.deepEqual(unknown, [], JSON.stringify(example));
    }
  });
});

describe('what could not be looked at', () => {
  it('does not pass for a rule that needs it', async () => {
    const diagnosis = await diagnoseExample({
      graphroot: '/srv/crio',
      pools: { tank: 'SUSPENDED' },
      datasets: [
        { name: 'tank', mountpoint: 'none' },
        { name: 'tank/srv', mountpoint: '/srv' },
        { name: 'tank/srv/crio', mountpoint: '/srv/crio', mounted: 'no' },
      ],
    });
    const { passed, notApplicable, unknown } = applyRules(rules, diagnosis, []);
    const without = unknown.map(({ code }) => code);
    for (const code of ['CG301', 'CG302', 'CG303', 'CG401', 'CG410'] as const) {
      assert.ok(without.includes(code), `${code}: ${passed.includes(code)} ${notApplicable.includes(code)}`);
    }
  });
});

/** An error says that CRI-O fails, or that layers land where they are not meant to. */
function agrees({ code, severity }: Rule, { prediction, input }: Diagnosis): void {
  if (severity !== 'error' || prediction.outcome === 'fails') return;
  if (prediction.outcome === 'unknown') {
    assert.ok(WITHOUT_PREDICTION.has(code), `${code} is an error on an unknown prediction`);
    return;
  }
  const intended = input?.facts.intended?.dataset;
  assert.ok(
    intended !== undefined && intended !== prediction.dataset,
    `${code} contradicts ${prediction.outcome}`,
  );
}

/** Whatever the example is of: a refusal by the store is always explained, a start never contradicted. */
function explained(diagnosis: Diagnosis): void {
  const { findings } = applyRules(rules, diagnosis, []);
  const codes: readonly string[] = findings.map(({ code }) => code);
  const refusals = codes.filter((code) => code.startsWith('CG2'));
  const { prediction } = diagnosis;
  if (prediction.outcome !== 'fails') {
    assert.deepEqual(refusals, []);
    return;
  }
  const expected = EXPLAINED_BY[prediction.cause.kind];
  if (expected === undefined) return;
  const found = codes.filter((code) => expected.includes(code));
  assert.equal(found.length, 1, `${prediction.cause.kind} is explained by ${found.join(', ') || 'nothing'}`);
  assert.ok(
    findings.some(({ severity, follows }) => severity === 'error' && follows === undefined),
    'every error is an echo of another',
  );
}

const datasetAt = (name: string, mountpoint: string): ExampleDataset => ({ name, mountpoint });

function describeExample(example: ExampleMachine, index: number): string {
  const text = JSON.stringify(example);
  return `${index + 1}: ${text.length > 90 ? `${text.slice(0, 90)}...` : text}`;
}
